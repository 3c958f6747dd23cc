namespace DcrDsl.Data.Files;

/// <summary>
/// Reads plain text: every line is a row with the one column <see cref="TableFile.TextColumn"/>. Blank lines are passed over.
/// </summary>
static class TextTable
{
    public static TableFile Read(string path, string text)
    {
        var writer = new RowWriter();
        var rows = new List<TableRow>();
        foreach (var (number, line) in Lines(text))
            TableFile.Add(rows, new(path, $"line {number}", writer.Object(json => json.WriteString(TableFile.TextColumn, line))));
        return new(path, path, [TableFile.TextColumn], rows);
    }

    /// <summary>
    /// The lines that hold more than white space, with their numbers from 1. A line ends with a line feed, or carriage return and line
    /// feed: other separators, which Unicode has several of, may stand inside texts.
    /// </summary>
    public static IEnumerable<(int Number, string Text)> Lines(string text)
    {
        int number = 0;
        for (int start = 0; start < text.Length; )
        {
            int end = text.IndexOf('\n', start);
            string line = end < 0 ? text[start..] : text[start..end];
            number++;
            if (!string.IsNullOrWhiteSpace(line))
                yield return (number, line.EndsWith('\r') ? line[..^1] : line);
            start = end < 0 ? text.Length : end + 1;
        }
    }
}
