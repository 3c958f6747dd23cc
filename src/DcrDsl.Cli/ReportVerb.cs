using System.CommandLine;
using DcrDsl.Execution;
using DcrDsl.Reports;
using DcrDsl.Results;

namespace DcrDsl.Cli;

/// <summary><c>report</c>: makes the report of a run again, or sets two runs side by side.</summary>
static class ReportVerb
{
    public static Verb Of(Catalog catalog, Terminal terminal)
    {
        var run = new RunArgument(catalog);
        var command = new Command(
            "report",
            "Shows the results of a run and writes its report.html, report.md, report.tex (its tables) and report.csv (its numbers) again, "
                + "from the run's files alone. With a second run: sets both side by side, in comparison.html and its like."
        );
        var other = run.Named("OTHER", "A second run, to be set beside the first.");
        command.Arguments.Add(run.Argument);
        command.Arguments.Add(other);
        var comparison = new ComparisonOptions();
        comparison.AddTo(command);
        command.SetAction(parsed =>
        {
            string folder = run.Folder(parsed);
            RunLeftovers.Remove(folder);
            var arms = comparison.Of(parsed);
            if (parsed.GetValue(other) is { } given)
                return Compare(folder, run.Folder(given), arms, catalog, terminal);
            var results = Concluding(RunResults.Load(folder), catalog);
            Write(
                arms == ArmComparison.Declared
                    ? results
                    : results.Comparing(arms, RepeatCommand.For(["report", folder, .. ComparisonOptions.Repeated(arms)])),
                terminal
            );
            return ExitCode.Success;
        });
        return new Verb(command, () => new HelpExamples(catalog).Report);
    }

    static int Compare(string first, string second, ArmComparison arms, Catalog catalog, Terminal terminal)
    {
        if (arms != ArmComparison.Declared)
            throw new InputException("Two runs are compared arm by arm, each with its own name: leave out --reference and --subject.");
        var (a, b) = (Concluding(RunResults.Load(first), catalog), Concluding(RunResults.Load(second), catalog));
        var report = RunsReport.Of(a, b, RepeatCommand.For(["report", first, second]));
        ConsoleReport.Write(report, terminal.Out);
        Tell(ReportFiles.WriteComparison(report, first), terminal);
        return ExitCode.Success;
    }

    /// <summary>
    /// What a report concludes needs no model, so it is as the experiment declares it today; of an experiment that the project does not
    /// have, as it was run.
    /// </summary>
    static RunResults Concluding(RunResults run, Catalog catalog) =>
        catalog.Experiments.FirstOrDefault(e => e.Name == run.Experiment.Name) is { } definition
            ? run.Concluding(InferenceRecord.Of(definition.Inference))
            : run;

    /// <summary>Shows results and writes the report's files.</summary>
    public static void Write(RunResults run, Terminal terminal)
    {
        var report = ReportModel.Of(run);
        ConsoleReport.Write(report, terminal.Out);
        Tell(ReportFiles.Write(report, run.Folder), terminal);
    }

    /// <summary>Tells of a run that is as it was: its answer, and where its report is.</summary>
    public static void Recall(RunResults run, Terminal terminal)
    {
        terminal.Plain($"Everything is in the store and nothing has changed since {run.Folder} was made.");
        terminal.Plain("");
        terminal.Plain(File.ReadAllText(Path.Combine(run.Folder, RunFiles.Answer)));
        terminal.Plain($"Its tables again: {run.Experiment.ReportCommand}");
        Tell(Path.Combine(run.Folder, RunFiles.Html), terminal);
    }

    /// <summary>Writes the report's files.</summary>
    public static void WriteFiles(RunResults run, Terminal terminal) => Tell(ReportFiles.Write(run), terminal);

    static void Tell(string html, Terminal terminal) => terminal.Plain($"Report: {html}");
}
