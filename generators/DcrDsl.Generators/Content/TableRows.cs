using System.Text;

namespace DcrDsl.Generators.Content;

/// <summary>A row of a file of prompts.</summary>
/// <param name="Position">Where it stands, as a run calls it: "line 3", "item 3".</param>
/// <param name="Values">Its values by column: texts as strings.</param>
readonly record struct ContentRow(string Position, IReadOnlyDictionary<string, object?> Values)
{
    /// <summary>A column's text; null: the row has none.</summary>
    public string? Text(string column) => Values.TryGetValue(column, out object? value) ? value as string : null;

    /// <summary>A column's text, a number or truth value as it is written; null: the row has none.</summary>
    public string? Written(string column) =>
        Values.TryGetValue(column, out object? value) ? value as string ?? (value as JsonValues.Literal)?.Text : null;
}

/// <summary>
/// The rows of files that can be read without the runtime, with the same positions: CSV, JSON Lines, JSON, lines of text. A file with
/// anything wrong in it has none; the run says what is wrong.
/// </summary>
static class TableRows
{
    static readonly string[] Endings = [".csv", ".jsonl", ".json", ".txt"];

    // Longer ones are left to the plan, so that a build stays quick.
    const int Longest = 32 * 1024 * 1024;

    /// <summary>Whether a file is of a kind that can be read.</summary>
    public static bool CanRead(string path) => Endings.Any(e => path.EndsWith(e, StringComparison.OrdinalIgnoreCase));

    /// <summary>The rows; null: they cannot be read.</summary>
    public static IReadOnlyList<ContentRow>? Of(string path, string text)
    {
        if (text.Length > Longest)
            return null;
        try
        {
            return Ending(path) switch
            {
                ".csv" => [.. Csv(text)],
                ".jsonl" => text.TrimStart().StartsWith("[", StringComparison.Ordinal) ? [.. Whole(text)] : [.. JsonLines(text)],
                ".json" => IsLines(text) ? [.. JsonLines(text)] : [.. Whole(text)],
                _ =>
                [
                    .. Lines(text).Select(l => new ContentRow($"line {l.Number}", new Dictionary<string, object?> { ["text"] = l.Text })),
                ],
            };
        }
        catch (FormatException)
        {
            return null;
        }
    }

    static string Ending(string path) => Endings.First(e => path.EndsWith(e, StringComparison.OrdinalIgnoreCase));

    static IEnumerable<(int Number, string Text)> Lines(string text) =>
        text.Split('\n')
            .Select((line, i) => (i + 1, line.EndsWith("\r", StringComparison.Ordinal) ? line.Substring(0, line.Length - 1) : line))
            .Where(l => !string.IsNullOrWhiteSpace(l.Item2));

    static bool IsLines(string text)
    {
        var first = Lines(text).Take(2).ToList();
        if (first.Count < 2 || !first[0].Text.TrimStart().StartsWith("{", StringComparison.Ordinal))
            return false;
        try
        {
            JsonValues.Of(first[0].Text);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    static IEnumerable<ContentRow> JsonLines(string text) => Lines(text).Select(l => Row($"line {l.Number}", JsonValues.Of(l.Text)));

    static IEnumerable<ContentRow> Whole(string text) =>
        JsonValues.Of(text) switch
        {
            List<object?> list => list.Select((item, i) => Row($"item {i + 1}", item)),
            Dictionary<string, object?> columns => Columns(columns),
            _ => throw new FormatException("no table"),
        };

    static ContentRow Row(string position, object? value) =>
        new(position, value as Dictionary<string, object?> ?? throw new FormatException("no object"));

    // An empty list is a column without values.
    static IEnumerable<ContentRow> Columns(Dictionary<string, object?> columns)
    {
        var lists = columns.ToDictionary(c => c.Key, c => c.Value as List<object?> ?? throw new FormatException("no column"));
        int length = lists.Values.Select(l => l.Count).DefaultIfEmpty(0).Max();
        if (lists.Values.Any(l => l.Count > 0 && l.Count < length))
            throw new FormatException("columns of different lengths");
        return Enumerable
            .Range(0, length)
            .Select(i => new ContentRow($"item {i + 1}", lists.Where(l => l.Value.Count > 0).ToDictionary(l => l.Key, l => l.Value[i])));
    }

    static IEnumerable<ContentRow> Csv(string text)
    {
        List<string>? names = null;
        foreach (var (line, cells) in Records(text))
        {
            if (names is null)
            {
                if (line == 1 && cells.Count <= 2 && cells[0].StartsWith("sep=", StringComparison.OrdinalIgnoreCase))
                    continue;
                names = cells.Distinct().Count() == cells.Count ? cells : throw new FormatException("two columns of one name");
                continue;
            }
            if (cells.Count != names.Count)
                throw new FormatException("a row of another length");
            yield return new ContentRow($"line {line}", names.Zip(cells, (n, c) => (n, c)).ToDictionary(p => p.n, p => (object?)p.c));
        }
    }

    /// <summary>The records of a CSV file, each with the line on which it begins; blank lines are passed over.</summary>
    static IEnumerable<(int Line, List<string> Cells)> Records(string text)
    {
        var cell = new StringBuilder();
        var cells = new List<string>();
        int line = 1,
            begin = 1;
        bool quoted = false,
            wasQuoted = false;
        for (int i = 0; i <= text.Length; i++)
        {
            char c = i < text.Length ? text[i] : '\n';
            if (quoted)
            {
                if (i == text.Length)
                    throw new FormatException("an open quotation mark");
                if (c == '"' && i + 1 < text.Length && text[i + 1] == '"')
                {
                    cell.Append('"');
                    i++;
                }
                else if (c == '"')
                    quoted = false;
                else
                {
                    cell.Append(c);
                    if (EndsLine(text, i))
                        line++;
                }
            }
            else if (c == '"' && cell.Length == 0 && !wasQuoted)
                quoted = wasQuoted = true;
            else if (c is ',' or '\n' or '\r')
            {
                cells.Add(cell.ToString());
                cell.Clear();
                bool blank = cells.Count == 1 && !wasQuoted && string.IsNullOrWhiteSpace(cells[0]);
                wasQuoted = false;
                if (c == ',')
                    continue;
                if (!blank)
                    yield return (begin, cells);
                cells = [];
                if (c == '\r' && i + 1 < text.Length && text[i + 1] == '\n')
                    i++;
                begin = ++line;
            }
            else if (wasQuoted || c == '"')
                throw new FormatException("a quotation mark inside a field");
            else
                cell.Append(c);
        }
    }

    // Of a carriage return and a line feed, the second ends the line.
    static bool EndsLine(string text, int at) => text[at] == '\n' || text[at] == '\r' && (at + 1 == text.Length || text[at + 1] != '\n');
}
