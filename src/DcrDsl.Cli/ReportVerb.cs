using System.CommandLine;
using System.CommandLine.Completions;
using DcrDsl.Execution;
using DcrDsl.Planning;
using DcrDsl.Reports;
using DcrDsl.Results;

namespace DcrDsl.Cli;

/// <summary><c>report</c>: makes the report of a run again.</summary>
static class ReportVerb
{
    public static Verb Of(Catalog catalog, Terminal terminal)
    {
        var run = new Argument<string?>("RUN")
        {
            Description = "The folder of a run, or the name of an experiment for its latest run. Default: the latest run of all.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        run.CompletionSources.Add(_ => catalog.Names.Select(n => new CompletionItem(n)));
        var command = new Command(
            "report",
            "Shows the results of a run and writes its report.html and report.md again, from the run's files alone."
        )
        {
            run,
        };
        command.SetAction(parsed =>
        {
            string folder = Folder(catalog, parsed.GetValue(run));
            RunLeftovers.Remove(folder);
            Write(RunResults.Load(folder), terminal);
            return ExitCode.Success;
        });
        return new Verb(command, () => new HelpExamples(catalog).Report);
    }

    /// <summary>Shows results and writes the report's files.</summary>
    public static void Write(RunResults run, Terminal terminal)
    {
        var report = ReportModel.Of(run);
        ConsoleReport.Write(report, terminal.Out);
        string html = ReportFiles.Write(report, run.Folder);
        terminal.Plain($"Report: {html}");
    }

    static string Folder(Catalog catalog, string? given)
    {
        if (given is null)
            return RunResults.Latest(null);
        if (Directory.Exists(given))
            return given;
        if (given.Contains('/') || given.Contains(Path.DirectorySeparatorChar))
            throw new InputException($"There is no folder {given}: give the folder of a run, or the name of an experiment.");
        return RunResults.Latest(catalog.Find(given).Name);
    }
}
