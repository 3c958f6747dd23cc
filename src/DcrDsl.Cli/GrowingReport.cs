using System.Diagnostics;
using DcrDsl.Execution;
using DcrDsl.Reports;
using DcrDsl.Results;
using Spectre.Console;

namespace DcrDsl.Cli;

/// <summary>
/// Writes the report of a run that goes on when more cells have scores, for a hundredth of the time at most. What is written at the end
/// takes its place.
/// </summary>
sealed class GrowingReport : IProgress<RunProgress>, IDisposable
{
    const int Rest = 100;

    readonly IProgress<RunProgress> next;
    readonly Thread writer;
    readonly Lock gate = new();
    readonly AutoResetEvent more = new(initialState: false);
    RunProgress? latest;
    bool ended;

    /// <param name="next">Is told as well.</param>
    public GrowingReport(IProgress<RunProgress> next)
    {
        this.next = next;
        writer = new Thread(Write) { Name = "report", IsBackground = true };
        writer.Start();
    }

    /// <inheritdoc/>
    public void Report(RunProgress value)
    {
        next.Report(value);
        Wake(() => latest = value);
    }

    /// <summary>Nothing is written after this.</summary>
    public void Dispose()
    {
        Wake(() => ended = true);
        writer.Join();
        lock (gate)
            more.Dispose();
    }

    // A timer may tell once more after its end.
    void Wake(Action change)
    {
        lock (gate)
        {
            if (ended)
                return;
            change();
            more.Set();
        }
    }

    void Write()
    {
        var clock = Stopwatch.StartNew();
        var (written, free) = (0, TimeSpan.Zero);
        while (Next() is { } now)
        {
            if (now.Folder is not { } folder || now.CellsFinished == written || now.CellsFinished == now.Cells || clock.Elapsed < free)
                continue;
            var begun = clock.Elapsed;
            try
            {
                var report = ReportModel.Of(RunResults.Load(folder));
                ReportFiles.Write(report, folder);
                // For nobody, but compiled when the run ends.
                if (written == 0)
                    ConsoleReport.Write(report, Nowhere());
            }
            catch (Exception)
            {
                // The report at the end has the same to say, and a run of hours does not end by one on the way.
            }
            written = now.CellsFinished;
            free = clock.Elapsed + Rest * (clock.Elapsed - begun);
        }
    }

    static IAnsiConsole Nowhere() => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) });

    /// <summary>How far the run is, when that was told again; null: it has ended.</summary>
    RunProgress? Next()
    {
        more.WaitOne();
        lock (gate)
            return ended ? null : latest;
    }
}
