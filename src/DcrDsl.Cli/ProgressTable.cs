using DcrDsl.Definition;
using DcrDsl.Execution;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace DcrDsl.Cli;

/// <summary>
/// The stage runs under way, a row each, and the whole run in a line: never wider or higher than the terminal, as what does not fit could
/// not be drawn over.
/// </summary>
static class ProgressTable
{
    const int BarWidth = 16,
        Gap = 2,
        NarrowestName = 12,
        // Title, the line of the run, that of the stage runs left out, and the one below, where the cursor stands.
        OtherLines = 4;

    /// <summary>A column beside the names.</summary>
    /// <param name="Title">Its title.</param>
    /// <param name="Rank">The higher, the sooner it is left out where there is no room.</param>
    /// <param name="Text">What it says of a stage run; null: it is the bar.</param>
    sealed record Column(string Title, int Rank, Func<StageRunProgress, string>? Text)
    {
        public int WidthFor(IEnumerable<StageRunProgress> lines) =>
            Gap + (Text is null ? BarWidth : lines.Select(l => Text(l).Length).Append(Title.Length).Max());
    }

    static readonly Column[] Columns =
    [
        new("", 3, l => ProgressText.State(l.Progress)),
        new("", 4, null),
        new("step", 0, l => ProgressText.Steps(l.Progress)),
        new("loss", 1, l => ProgressText.Loss(l.Progress)),
        new("tokens/s", 2, l => ProgressText.Speed(l.Progress)),
        new("left", 0, l => l.Left is { } left ? ProgressText.Time(left) : ""),
    ];

    /// <summary>The table for a terminal of that size, in characters.</summary>
    public static IRenderable Of(RunProgress now, int width, int height)
    {
        StageRunProgress[] shown = [.. now.Running.Take(Math.Max(1, height - OtherLines))];
        var columns = Columns.ToList();
        while (Room() < NarrowestName && columns.MaxBy(c => c.Rank) is { Rank: > 0 } least)
            columns.Remove(least);

        var lines = new List<IRenderable>();
        if (shown.Length > 0)
            lines.Add(Drawn(shown, columns, Math.Max(NarrowestName, Room())));
        if (now.Running.Count > shown.Length)
            lines.Add(Grey($"and {now.Running.Count - shown.Length} more under way"));
        lines.Add(Grey(ProgressText.Overall(now)));
        return new Rows(lines);

        // The last place of a line is left free: some terminals begin a new line there.
        int Room() => width - 1 - Gap - columns.Sum(c => c.WidthFor(shown));
    }

    static Table Drawn(IEnumerable<StageRunProgress> shown, IReadOnlyList<Column> columns, int nameWidth)
    {
        var table = new Table().Border(TableBorder.None).AddColumn(Titled("stage run"));
        foreach (var column in columns)
            table.AddColumn(column.Title.Length > 0 ? Titled(column.Title).RightAligned() : Titled(""));
        foreach (var line in shown)
            table.AddRow([new Text(Shortened(line.Node.Id, nameWidth)), .. columns.Select(c => Cell(c, line))]);
        return table;
    }

    static TableColumn Titled(string title) => new TableColumn(Grey(title)).NoWrap();

    static IRenderable Cell(Column column, StageRunProgress line) => column.Text is { } text ? new Text(text(line)) : Bar(line.Progress);

    /// <summary>A name's beginning and end: the seed stands in one, the last stage in the other.</summary>
    internal static string Shortened(string name, int width)
    {
        if (name.Length <= width)
            return name;
        int start = Math.Min(6, (width - 1) / 2);
        return $"{name[..start]}…{name[^(width - 1 - start)..]}";
    }

    static Text Grey(string line) => new(line, new Style(Color.Grey)) { Overflow = Overflow.Ellipsis };

    static Markup Bar(StageProgress progress)
    {
        int done = progress.Total == 0 ? 0 : (int)Math.Clamp((long)BarWidth * progress.Done / progress.Total, 0, BarWidth);
        return new Markup($"[blue]{new string('━', done)}[/][grey]{new string('─', BarWidth - done)}[/]");
    }
}
