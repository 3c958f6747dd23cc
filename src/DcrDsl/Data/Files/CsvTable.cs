using Sylvan.Data.Csv;

namespace DcrDsl.Data;

/// <summary>Reads a CSV file: commas, quotation marks doubled inside quoted fields (RFC 4180). Every value is a string. Blank lines are passed over.</summary>
static class CsvTable
{
    const int LargestRecord = 1 << 26;

    /// <param name="path">The file, for messages.</param>
    /// <param name="text">Its text.</param>
    /// <param name="given">The names of its columns where it has no header.</param>
    /// <exception cref="InputException">The file is malformed; with the line.</exception>
    public static TableFile Read(string path, string text, IReadOnlyList<string>? given)
    {
        int line = 1;
        try
        {
            using var csv = CsvDataReader.Create(new StringReader(text), new CsvDataReaderOptions { Delimiter = ',', MaxBufferSize = LargestRecord, HasHeaders = given is null });
            string[] names = [.. given ?? Header(path, csv)];
            if (given is null) line += 1 + names.Sum(LineBreaks);
            var writer = new RowWriter();
            var rows = new List<TableRow>();
            while (csv.Read())
            {
                string[] cells = [.. Enumerable.Range(0, csv.RowFieldCount).Select(csv.GetString)];
                if (cells.Length == names.Length && !(given is not null && cells is [""]))
                    rows.Add(new(path, $"line {line}", writer.Object(json => { foreach (var (name, cell) in names.Zip(cells)) json.WriteString(name, cell); })));
                else if (cells is not [""])
                    throw new InputException($"{path}, line {line}: {cells.Length} fields where {(given is null ? "the header has" : "wanted are")} {names.Length}: put fields that hold commas in quotation marks.");
                line += 1 + cells.Sum(LineBreaks);
            }
            return new(path, $"{path}, line 1", names, rows);
        }
        catch (CsvRecordTooLargeException e)
        {
            throw new InputException($"{path}, line {line}: the row that begins here is longer than {LargestRecord >> 20} MiB: a quotation mark may not be closed.", e);
        }
        catch (FormatException e)
        {
            throw new InputException($"{path}, line {line}: the row that begins here is not CSV ({e.Message.TrimEnd('.')}): close the quotation mark, and double those inside quoted text.", e);
        }
    }

    static string[] Header(string path, CsvDataReader csv)
    {
        string[] names = [.. Enumerable.Range(0, csv.FieldCount).Select(csv.GetName)];
        return names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? throw new InputException($"{path}, line 1: two columns are called '{twice.Key}': rename one of them.")
            : names;
    }

    static int LineBreaks(string cell) => cell.AsSpan().Count('\n') + cell.AsSpan().Count('\r') - cell.AsSpan().Count("\r\n");
}
