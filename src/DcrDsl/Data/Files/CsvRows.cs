using DcrDsl.Specs;
using Sylvan.Data.Csv;

namespace DcrDsl.Data;

/// <summary>Reads the rows of a CSV file with a header: commas, quotation marks doubled inside quoted fields (RFC 4180). Blank lines are passed over.</summary>
static class CsvRows
{
    const int LargestRecord = 1 << 26;

    /// <exception cref="InputException">The file is malformed or lacks a named column; with the line.</exception>
    public static List<PromptRow> Read(PromptFile spec, string text)
    {
        int line = 1;
        try
        {
            using var csv = CsvDataReader.Create(new StringReader(text), new CsvDataReaderOptions { Delimiter = ',', MaxBufferSize = LargestRecord });
            string[] names = [.. Enumerable.Range(0, csv.FieldCount).Select(csv.GetName)];
            var columns = WantedColumns.Of(spec).ToDictionary(wanted => wanted.Option, wanted => Column(spec.Path, wanted.Option, wanted.Column, names));
            line += 1 + names.Sum(LineBreaks);
            var rows = new List<PromptRow>();
            while (csv.Read())
            {
                string[] cells = [.. Enumerable.Range(0, csv.RowFieldCount).Select(csv.GetString)];
                if (cells.Length == names.Length)
                {
                    string? Cell(string option) => columns.TryGetValue(option, out int column) ? cells[column] : null;
                    rows.Add(new(line, Cell(nameof(PromptFile.PromptColumn))!, Cell(nameof(PromptFile.ResponseColumn)), Cell(nameof(PromptFile.CategoryColumn)) ?? "", Cell(nameof(PromptFile.WhereColumn))));
                }
                else if (cells is not [""])
                    throw new InputException($"{spec.Path}, line {line}: {cells.Length} fields where the header has {names.Length}: put fields that hold commas in quotation marks.");
                line += 1 + cells.Sum(LineBreaks);
            }
            return rows;
        }
        catch (CsvRecordTooLargeException e)
        {
            throw new InputException($"{spec.Path}, line {line}: the row that begins here is longer than {LargestRecord >> 20} MiB: a quotation mark may not be closed.", e);
        }
        catch (FormatException e)
        {
            throw new InputException($"{spec.Path}, line {line}: the row that begins here is not CSV ({e.Message.TrimEnd('.')}): close the quotation mark, and double those inside quoted text.", e);
        }
    }

    static int Column(string path, string option, string column, string[] names)
    {
        int index = Array.IndexOf(names, column);
        if (index < 0) throw WantedColumns.Missing($"{path}, line 1", option, column, names);
        return Array.LastIndexOf(names, column) == index ? index : throw new InputException($"{path}, line 1: two columns are called '{column}': rename one of them.");
    }

    static int LineBreaks(string cell) => cell.AsSpan().Count('\n') + cell.AsSpan().Count('\r') - cell.AsSpan().Count("\r\n");
}
