namespace DcrDsl.Data;

/// <summary>
/// A table read from a file: rows of named values, whatever the container. By the ending of the name: CSV with a header (<c>.csv</c>), JSON Lines (<c>.jsonl</c>),
/// a JSON list of objects or object of lists (<c>.json</c>), plain text with one row a line (<c>.txt</c>), each plain or gzipped (<c>.gz</c> behind that),
/// and Parquet (<c>.parquet</c>). Rows keep the file's order; blank lines are passed over.
/// </summary>
/// <param name="Path">The file.</param>
/// <param name="NamesPlace">Where the names of the columns stand, for messages: "a.csv, line 1", or the file.</param>
/// <param name="Columns">The names of all columns, in order of appearance.</param>
/// <param name="Rows">The rows; at least one.</param>
sealed record TableFile(string Path, string NamesPlace, IReadOnlyList<string> Columns, IReadOnlyList<TableRow> Rows)
{
    /// <summary>The name of the only column of a plain text file.</summary>
    public const string TextColumn = "text";

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
    /// <exception cref="InputException">The file is missing, empty, malformed or of no known kind: one sentence with file, line and remedy.</exception>
    public static TableFile Read(string path, IReadOnlyList<string>? names = null)
    {
        string name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        var read = path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase)
            ? (file, _) => ParquetTable.Read(file, TextFile.Bytes(file))
            : Containers.FirstOrDefault(container => name.EndsWith(container.Ending, StringComparison.OrdinalIgnoreCase)).Read
                ?? throw new InputException($"{path} ends neither in {string.Join(", ", Containers.Select(container => container.Ending))} (with .gz behind it where gzipped) nor in .parquet: convert it to one of them.");
        var table = read(path, names);
        return table.Rows.Count > 0 ? table : throw new InputException($"{path} has no rows: fill it, or name another file.");
    }

    static string Text(string path)
    {
        string text = TextFile.Read(path);
        return string.IsNullOrWhiteSpace(text) ? throw new InputException($"{path} is empty: fill it, or name another file.") : text;
    }
}
