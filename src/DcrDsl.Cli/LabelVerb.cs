using System.CommandLine;
using System.Globalization;
using DcrDsl.Evaluation.Measures;
using DcrDsl.Evaluation.Statistics;
using DcrDsl.Execution;
using DcrDsl.Results;
using DcrDsl.Results.Labels;
using DcrDsl.Wording;

namespace DcrDsl.Cli;

/// <summary><c>label</c>: a sample of a run's completions for a person to label, and what the labels say of the judges.</summary>
static class LabelVerb
{
    const int Usual = 100;

    public static Verb Of(Catalog catalog, Terminal terminal)
    {
        var run = new RunArgument(catalog);
        var sample = new Option<int?>("--sample")
        {
            HelpName = "N",
            Description = FormattableString.Invariant($"How many completions; all, if there are no more. Default: {Usual}."),
        };
        var seed = new Option<int?>("--seed")
        {
            HelpName = "SEED",
            Description = "Decides which completions are drawn, and their order. Default: the number of the sample.",
        };
        var plain = new Option<bool>("--plain")
        {
            Description =
                "Draws each completion as likely as any other. Default: as many of each class of prompts with each verdict, as far as "
                + "there are, which the numbers then take into account.",
        };
        var sheet = new Option<string?>("--out")
        {
            HelpName = "FILE",
            Description = "Where the sheet is written, a new file. Default: labels/sample-N.csv in the run's folder.",
        };
        var read = new Option<string?>("--read")
        {
            HelpName = "FILE",
            Description = "Reads a sheet that is filled in, in place of labels that were read before, and writes the report anew.",
        };
        var command = new Command(
            "label",
            "Writes a sheet with a sample of a run's completions to label, which shows neither arm nor judge nor verdict; with --read, "
                + "takes the labels back and says how right the judges are, and the metrics corrected for their errors."
        )
        {
            run.Argument,
        };
        foreach (var option in (Option[])[sample, seed, plain, sheet, read])
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            string folder = run.Folder(parsed);
            RunLeftovers.Remove(folder);
            if (RunLeftovers.GoesOn(folder))
                throw new InputException($"{folder}: the run goes on; label it when it has ended.");
            if (parsed.GetValue(read) is not { } filled)
            {
                int count = parsed.GetValue(sample) ?? Usual;
                if (count < 1)
                    throw new InputException($"--sample {count}: draw 1 completion or more.");
                Tell(
                    LabelSample.Draw(RunResults.Load(folder), count, parsed.GetValue(seed), parsed.GetValue(plain), parsed.GetValue(sheet)),
                    folder,
                    terminal
                );
                return ExitCode.Success;
            }
            if (
                parsed.GetValue(sample) is not null
                || parsed.GetValue(seed) is not null
                || parsed.GetValue(sheet) is not null
                || parsed.GetValue(plain)
            )
                throw new InputException(
                    "--read takes labels back, and --sample, --seed, --plain and --out draw a new sample: give the one or the others."
                );
            LabelSheet.Read(RunResults.Load(folder), filled);
            var results = RunResults.Load(folder);
            Tell(results, terminal);
            ReportVerb.WriteFiles(results, terminal);
            return ExitCode.Success;
        });
        return new Verb(command, () => new HelpExamples(catalog).Label);
    }

    static void Tell(LabelSample sample, string folder, Terminal terminal)
    {
        terminal.Plain(
            $"{sample.Sheet} holds {sample.Completions} of {English.Count(sample.Of, "completion")}: {English.List(sample.Strata)}."
        );
        terminal.Plain(
            $"Write into its column {LabelSample.Label} one of {English.List(LabelSheet.Labels, "or")}, leave the other columns but "
                + $"{LabelSample.Note} as they are, and give {RepeatCommand.For(["label", folder, "--read", sample.Sheet])}"
        );
    }

    static void Tell(RunResults run, Terminal terminal)
    {
        foreach (var judge in run.Calibrations)
        {
            terminal.Plain(
                $"{judge.Judge} against {English.Count(judge.Labelled, "label")}"
                    + (judge.Unclear == 0 ? ":" : $" ({judge.Unclear} unclear left out):")
            );
            foreach (var c in judge.Classes)
                terminal.Plain(
                    $"  {English.Words(c.Verdict.ToString())}: precision {Percent(c.Precision, c.PrecisionInterval95)}, recall "
                        + Percent(c.Recall, c.RecallInterval95)
                );
        }
        if (run.Calibrations.Count == 0)
            return;
        foreach (var metric in run.Experiment.Metrics.Where(m => MetricTable.Of(m).IsJudged))
            if (run.Calibrations[0].Errors(metric).Fault is { } fault)
                terminal.Plain(fault);
    }

    static string Percent(double share, Interval interval) =>
        double.IsNaN(share)
            ? "–"
            : string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.0} % ({100 * interval.Low:0.0}…{100 * interval.High:0.0})");
}
