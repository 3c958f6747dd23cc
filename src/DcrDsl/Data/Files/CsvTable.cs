using DcrDsl.Wording;
using Sylvan.Data.Csv;

namespace DcrDsl.Data.Files;

/// <summary>
/// Reads a CSV file: commas, quotation marks doubled inside quoted fields (RFC 4180). Every value is a string. Blank lines are passed over;
/// there are no comments.
/// </summary>
static class CsvTable
{
    const int LargestRecord = 1 << 26;
    const string Separator = "sep=";

    /// <param name="path">The file, for messages.</param>
    /// <param name="text">Its text.</param>
    /// <param name="given">The names of its columns where it has no header.</param>
    /// <exception cref="InputException">The file is malformed; with the line.</exception>
    public static TableFile Read(string path, string text, IReadOnlyList<string>? given)
    {
        var writer = new RowWriter();
        var rows = new List<TableRow>();
        IReadOnlyList<string>? names = given;
        int namesLine = 1;
        foreach (var (line, cells) in Records(path, text))
        {
            if (names is null)
            {
                (names, namesLine) = (Header(path, line, cells), line);
                continue;
            }
            if (cells.Length != names.Count)
                throw new InputException(
                    $"{path}, line {line}: {English.Count(cells.Length, "field")} "
                        + $"where {(given is null ? "the header has" : "wanted are")} {names.Count}: "
                        + (Other(string.Join(',', names)) ?? "put fields that hold commas in quotation marks.")
                );
            // One column is rarely called "id;prompt", and a row that is parted in the same way settles it.
            if (given is null && names.Count == 1 && rows.Count == 0 && Other(names[0]) is { } other && Other(cells[0]) == other)
                throw new InputException($"{path}, line {namesLine}: there is one column, '{names[0]}': {other}");
            TableFile.Add(
                rows,
                new(
                    path,
                    $"line {line}",
                    writer.Object(json =>
                    {
                        foreach (var (name, cell) in names.Zip(cells))
                            json.WriteString(name, cell);
                    })
                )
            );
        }
        return new(path, $"{path}, line {namesLine}", names ?? [], rows);
    }

    /// <summary>
    /// The rows, the header included, with the lines on which they begin. Excel's first line <c>sep=,</c> is none of them.
    /// </summary>
    /// <exception cref="InputException">The file is malformed; with the line.</exception>
    public static IEnumerable<(int Line, string[] Cells)> Records(string path, string text)
    {
        int line = 1;
        bool begun = false;
        using var csv = Reading(
            path,
            text,
            line,
            () =>
                CsvDataReader.Create(
                    new StringReader(text),
                    new CsvDataReaderOptions
                    {
                        // Texts hold no zero characters, so none of their lines is a comment.
                        Delimiter = ',',
                        Comment = '\0',
                        HasHeaders = false,
                        MaxBufferSize = LargestRecord,
                    }
                )
        );
        while (Reading(path, text, line, csv.Read))
        {
            int start = line;
            var raw = csv.GetRawRecordSpan();
            line += LineEnds(raw);
            if (raw.IsWhiteSpace())
                continue;
            if (!begun && raw.StartsWith(Separator, StringComparison.OrdinalIgnoreCase) && raw.TrimEnd("\r\n") is { Length: 5 } sep)
            {
                if (Other(sep[4..].ToString()) is { } other)
                    throw new InputException($"{path}, line {start}: {other}");
                continue;
            }
            begun = true;
            yield return (start, [.. Enumerable.Range(0, csv.RowFieldCount).Select(csv.GetString)]);
        }
    }

    static T Reading<T>(string path, string text, int line, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (CsvRecordTooLargeException e)
        {
            throw new InputException(
                $"{path}, line {line}: the row that begins here is longer than {English.Size(LargestRecord)}: a quotation mark may "
                    + $"not be closed.",
                e
            );
        }
        catch (FormatException e)
        {
            var begin = text.AsSpan().TrimStart();
            string first = begin[..(begin.IndexOfAny('\r', '\n') is >= 0 and var end ? end : begin.Length)].ToString();
            string remedy = Other(first) ?? "close the quotation mark, and double those inside quoted text.";
            throw new InputException($"{path}, line {line}: the row that begins here is not CSV ({e.Message.TrimEnd('.')}): {remedy}", e);
        }
    }

    static string[] Header(string path, int line, string[] names) =>
        names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? throw new InputException($"{path}, line {line}: two columns are called '{twice.Key}': rename one of them.")
            : names;

    /// <summary>What to do about a line that something else than commas parts more often; null: nothing does.</summary>
    static string? Other(string line)
    {
        (char Sign, string Name)[] signs = [(',', ""), (';', "semicolons"), ('\t', "tabs"), ('|', "bars")];
        var most = signs.MaxBy(sign => line.AsSpan().Count(sign.Sign));
        return most.Sign == ',' ? null : $"it seems to be separated by {most.Name}: save it with commas.";
    }

    static int LineEnds(ReadOnlySpan<char> text) => text.Count('\n') + text.Count('\r') - text.Count("\r\n");
}
