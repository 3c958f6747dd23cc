using DcrDsl.Execution;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace DcrDsl.Cli;

/// <summary>Shows how far a run is until it ends: a table that is redrawn in a terminal, else a line every few seconds.</summary>
sealed class ProgressDisplay(Terminal terminal) : IProgress<RunProgress>
{
    static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(200),
        Interval = TimeSpan.FromSeconds(5);

    RunProgress? latest;

    /// <inheritdoc/>
    public void Report(RunProgress value) => Volatile.Write(ref latest, value);

    /// <summary>
    /// Does something on the calling thread and shows how far it is from another: what is done may want the process's first thread.
    /// </summary>
    /// <param name="run">What is done, and reports here.</param>
    /// <returns>What it gives.</returns>
    public T ShowDuring<T>(Func<T> run)
    {
        using var ended = new ManualResetEventSlim();
        var showing = Task.Factory.StartNew(
            () => ShowUntil(ended),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        T result;
        try
        {
            result = run();
        }
        finally
        {
            ended.Set();
            // What cannot be shown takes nothing with it before the run has ended.
            Task.WaitAny([showing], CancellationToken.None);
        }
        showing.GetAwaiter().GetResult();
        return result;
    }

    void ShowUntil(ManualResetEventSlim ended)
    {
        if (terminal.Live)
        {
            terminal
                .Error.Live(Table())
                .AutoClear(true)
                .Start(context =>
                {
                    do context.UpdateTarget(Table());
                    while (!ended.Wait(Redraw));
                });
        }
        else
        {
            while (!ended.Wait(Interval))
                WriteLines();
        }
        if (Volatile.Read(ref latest) is { } end)
            terminal.Tell(ProgressText.Overall(end));
    }

    void WriteLines()
    {
        if (Volatile.Read(ref latest) is not { } now)
            return;
        terminal.Tell(ProgressText.Overall(now));
        foreach (var line in now.Running)
            terminal.Tell("  " + ProgressText.Line(line));
    }

    IRenderable Table() =>
        Volatile.Read(ref latest) is { } now
            ? ProgressTable.Of(now, terminal.Error.Profile.Width, terminal.Error.Profile.Height)
            : new Text("Looking through models and data", new Style(Color.Grey));
}
