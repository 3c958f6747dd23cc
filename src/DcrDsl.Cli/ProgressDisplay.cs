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

    public void ShowUntilEnd(Task run)
    {
        if (terminal.Live)
        {
            terminal
                .Error.Live(Table())
                .AutoClear(true)
                .Start(context =>
                {
                    do context.UpdateTarget(Table());
                    while (!Ended(run, Redraw));
                });
        }
        else
        {
            while (!Ended(run, Interval))
                WriteLines();
        }
        if (Volatile.Read(ref latest) is { } end)
            terminal.Tell(ProgressText.Overall(end));
    }

    static bool Ended(Task run, TimeSpan wait) => Task.WaitAny([run], wait) == 0;

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
