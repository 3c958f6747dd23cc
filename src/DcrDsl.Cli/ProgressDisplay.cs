using DcrDsl.Definition;
using DcrDsl.Execution;
using Spectre.Console;

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

    Rows Table()
    {
        if (Volatile.Read(ref latest) is not { } now)
            return new Rows(new Text("Looking through models and data", new Style(Color.Grey)));
        var table = new Table()
            .Border(TableBorder.None)
            .AddColumns(
                new TableColumn("[grey]stage run[/]"),
                new TableColumn(""),
                Right("step"),
                Right("loss"),
                Right("tokens/s"),
                Right("left")
            );
        foreach (var line in now.Running)
        {
            table.AddRow(
                new Text(line.Node.Id),
                Bar(line.Progress),
                new Text(ProgressText.Steps(line.Progress)),
                new Text(ProgressText.Loss(line.Progress)),
                new Text(ProgressText.Speed(line.Progress)),
                new Text(line.Left is { } left ? ProgressText.Time(left) : "")
            );
        }
        return new Rows(table, new Text(ProgressText.Overall(now), new Style(Color.Grey)));
    }

    static TableColumn Right(string title) => new TableColumn($"[grey]{title}[/]").RightAligned();

    static Markup Bar(StageProgress progress)
    {
        const int width = 16;
        int done = progress.Total == 0 ? 0 : Math.Clamp(width * progress.Done / progress.Total, 0, width);
        return new Markup($"[blue]{new string('━', done)}[/][grey]{new string('─', width - done)}[/]");
    }
}
