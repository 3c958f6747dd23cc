using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Judging.Asking;
using DcrDsl.Execution;
using DcrDsl.FileSystem;
using DcrDsl.Reports;
using DcrDsl.Results;
using DcrDsl.Wording;

namespace DcrDsl.Cli;

/// <summary><c>judge</c>: judges the stored completions of a run again.</summary>
static class JudgeVerb
{
    public static Verb Of(Catalog catalog, Terminal terminal)
    {
        var run = new RunArgument(catalog);
        var judges = new Option<string[]>("--judge")
        {
            HelpName = "NAME",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
            Description =
                "Who judges: a published judge, one of the run's by the name in its report, or a file that declares one (.yaml, .json). "
                + "The metrics are by the first; what others said is kept and compared in the report. Repeat the option for several. "
                + "Default: the run's own judges.",
        };
        judges.CompletionSources.Add(_ => PublishedJudges.Names.Select(n => new CompletionItem(n)));
        var command = new Command(
            "judge",
            "Judges the stored completions of a run again, without the model, writes verdicts, metrics and report anew and says which "
                + "numbers changed."
        )
        {
            run.Argument,
        };
        var store = new StoreOption();
        command.Options.Add(judges);
        command.Options.Add(store.Option);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                string folder = run.Folder(parsed);
                RunLeftovers.Remove(folder);
                var place = new JudgingPlace { Answers = JudgeAnswers.Of(store.Folder(parsed), Disk.Real, note => terminal.Plain(note)) };
                Tell(await JudgedAgain.Of(RunResults.Load(folder), parsed.GetValue(judges) ?? [], place, cancellation), terminal);
                if (await WinRates.Of(RunResults.Load(folder), place, cancellation) is { } compared)
                    Tell(compared, terminal);
                ReportVerb.WriteFiles(RunResults.Load(folder), terminal);
                return ExitCode.Success;
            }
        );
        return new Verb(command, () => new HelpExamples(catalog).Judge);
    }

    static void Tell(JudgedAgain judged, Terminal terminal)
    {
        terminal.Plain(
            $"{English.Count(judged.Completions, "completion")} judged by {string.Join(", then ", judged.Judges)}. "
                + (judged.Changed.Count == 0 ? "No number changed." : $"{English.Count(judged.Changed.Count, "number")} changed:")
        );
        foreach (var (judge, account) in judged.Accounts)
            terminal.Plain($"{judge}: {JudgeAccountText.Of(account)}.");
        foreach (var metric in judged.Changed)
            terminal.Plain(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{metric.Cell}: {metric.Metric} {Number(metric.Before)} → {Number(metric.After)}"
                )
            );
    }

    static void Tell(WinRateAccount compared, Terminal terminal)
    {
        terminal.Plain(
            $"Completions compared with those of {compared.Against}, by {compared.Judge}: {JudgeAccountText.OfPairs(compared.Asked)}."
        );
        foreach (string note in compared.Notes)
            terminal.Plain(note);
    }

    static string Number(double value) => double.IsNaN(value) ? "none" : value.ToString("R", CultureInfo.InvariantCulture);
}
