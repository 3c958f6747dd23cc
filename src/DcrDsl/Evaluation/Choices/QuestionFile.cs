using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DcrDsl.Data;
using Sylvan.Data.Csv;

namespace DcrDsl.Evaluation;

/// <summary>Reads one file of questions.</summary>
static class QuestionFile
{
    /// <summary>The rows, in the file's order.</summary>
    /// <param name="path">The file.</param>
    /// <param name="labels">A file with the right choices, one a line; null: the rows hold them.</param>
    /// <exception cref="InputException">A file is missing or malformed, or they do not belong together.</exception>
    public static IReadOnlyList<QuestionRow> Read(string path, string? labels = null)
    {
        string subject = Subject(path);
        var table = TableFile.Read(path, IsMmlu(path) ? QuestionLayouts.MmluColumns : null);
        var rows = table.Rows.Select(row => new QuestionRow(row.Place, QuestionLayouts.Document(row, subject), Category(row, subject))).ToList();
        return labels is null ? rows : Labelled(path, rows, labels);
    }

    /// <summary>The subject that a file of MMLU is about: its name without "_test", "_dev" and the like.</summary>
    public static string Subject(string path)
    {
        string name = Path.GetFileName(path);
        name = name[..(name.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot ? dot : name.Length)];
        string[] parts = ["_test", "_dev", "_val", "_validation", "_train"];
        return parts.FirstOrDefault(part => name.EndsWith(part, StringComparison.Ordinal)) is { } ending ? name[..^ending.Length] : name;
    }

    /// <summary>Whether the file is one of MMLU's, which have no header: its first row has six fields and the last is a letter.</summary>
    static bool IsMmlu(string path)
    {
        if (!path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) && !path.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase)) return false;
        using var csv = CsvDataReader.Create(new StringReader(TextFile.Read(path)), new CsvDataReaderOptions { Delimiter = ',', HasHeaders = false, MaxBufferSize = 1 << 26 });
        try
        {
            return csv.Read() && csv.RowFieldCount == QuestionLayouts.MmluColumns.Length && csv.GetString(5).Trim() is "A" or "B" or "C" or "D";
        }
        catch (Exception e) when (e is FormatException or CsvRecordTooLargeException)
        {
            return false;                                       // the reader of tables says what is wrong
        }
    }

    static string Category(TableRow row, string subject) =>
        (string[])["subject", "category", "Category"] is var names && names.Select(row.Find).FirstOrDefault(v => v is { ValueKind: JsonValueKind.String }) is { } named ? named.GetString()!
        : row.Columns.Contains("A") ? subject : "";

    static List<QuestionRow> Labelled(string path, List<QuestionRow> rows, string labels)
    {
        var lines = TextTable.Lines(TextFile.Read(labels)).ToList();
        if (lines.Count != rows.Count)
            throw new InputException(string.Create(CultureInfo.InvariantCulture, $"{labels} has {lines.Count} labels and {path} {rows.Count} questions: give the labels that belong to the file, one a line."));
        return [.. rows.Zip(lines, (row, line) => row with { Document = With(row.Document, labels, line) })];
    }

    static JsonElement With(JsonElement document, string labels, (int Number, string Text) line)
    {
        if (!int.TryParse(line.Text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int label))
            throw new InputException(string.Create(CultureInfo.InvariantCulture, $"{labels}, line {line.Number}: '{line.Text}' is no label: write the index of the right choice, from 0."));
        var fields = JsonObject.Create(document)!;
        fields["label"] = label;
        return JsonSerializer.SerializeToElement(fields);
    }
}
