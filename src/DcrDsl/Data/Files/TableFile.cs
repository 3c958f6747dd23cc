using System.Globalization;

namespace DcrDsl.Data.Files;

/// <summary>
/// A table read from a file: rows of named values, whatever the container. By the ending of the name: CSV with a header (<c>.csv</c>), JSON
/// Lines (<c>.jsonl</c>), a JSON list of objects or object of lists (<c>.json</c>), plain text with one row a line (<c>.txt</c>), each
/// plain or gzipped (<c>.gz</c> behind that), and Parquet (<c>.parquet</c>). JSON Lines called <c>.json</c> and lists called <c>.jsonl</c>
/// are common and known by their beginning. Rows keep the file's order; blank lines are passed over.
/// </summary>
/// <param name="Path">The file.</param>
/// <param name="NamesPlace">Where the names of the columns stand, for messages: "a.csv, line 1", or the file.</param>
/// <param name="Columns">The names of all columns, in order of appearance.</param>
/// <param name="Rows">The rows; at least one.</param>
sealed record TableFile(string Path, string NamesPlace, IReadOnlyList<string> Columns, IReadOnlyList<TableRow> Rows)
{
    /// <summary>The name of the only column of a plain text file.</summary>
    public const string TextColumn = "text";

    /// <summary>The most rows that are read: what they take of memory does not depend on how short they are.</summary>
    public const int MostRows = 2_000_000;

    static readonly (string Ending, Func<string, IReadOnlyList<string>?, TableFile> Read)[] Containers =
    [
        (".csv", (path, names) => CsvTable.Read(path, Text(path), names)),
        (".jsonl", (path, _) => JsonTable.ReadLines(path, Text(path))),
        (".json", (path, _) => JsonTable.Read(path, Text(path))),
        (".txt", (path, _) => TextTable.Read(path, Text(path))),
    ];

    /// <summary>Reads the whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="names">Names for the columns of a CSV file without a header; null: its first line is the header.</param>
    /// <param name="wanted">
    /// Whether a column is wanted; null: all are. Of a container that can be read by columns, rows then have the wanted ones alone.
    /// </param>
    /// <exception cref="InputException">
    /// The file is missing, empty, malformed or of no known kind: one sentence with file, line and remedy.
    /// </exception>
    public static TableFile Read(string path, IReadOnlyList<string>? names = null, Func<string, bool>? wanted = null)
    {
        string name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        var read = path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase)
            ? (file, _) => ParquetTable.Read(file, TextFile.Bytes(file), wanted ?? (_ => true))
            : Containers.FirstOrDefault(container => name.EndsWith(container.Ending, StringComparison.OrdinalIgnoreCase)).Read
                ?? throw new InputException(
                    $"{path} ends neither in {string.Join(", ", Containers.Select(container => container.Ending))} (with .gz behind it "
                        + $"where gzipped) nor in .parquet: convert it to one of them."
                );
        var table = read(path, names);
        return table.Rows.Count > 0 ? table : throw new InputException($"{path} has no rows: fill it, or name another file.");
    }

    /// <summary>Adds a row, if there is room for it.</summary>
    /// <exception cref="InputException">There are <see cref="MostRows"/> already.</exception>
    public static void Add(List<TableRow> rows, TableRow row)
    {
        if (rows.Count == MostRows)
            throw TooManyRows(row.Path);
        rows.Add(row);
    }

    static string Text(string path)
    {
        string text = TextFile.Read(path);
        return string.IsNullOrWhiteSpace(text) ? throw new InputException($"{path} is empty: fill it, or name another file.") : text;
    }

    /// <summary>What to say about a file that has more than <see cref="MostRows"/>.</summary>
    public static InputException TooManyRows(string path) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{path} has more than {MostRows:N0} rows: split it into several files."));
}
