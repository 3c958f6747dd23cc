using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DcrDsl.Data.Files;
using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Evaluation.Choices;

/// <summary>Reads one file of questions.</summary>
static class QuestionFile
{
    /// <summary>The rows, in the file's order.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">Names the fields that are wanted.</param>
    /// <param name="labels">A file with the right choices, one a line; null: the rows hold them.</param>
    /// <exception cref="InputException">A file is missing or malformed, or they do not belong together.</exception>
    public static IReadOnlyList<QuestionRow> Read(string path, ChoiceFormat format, string? labels = null)
    {
        string subject = Subject(path);
        var table = TableFile.Read(
            path,
            IsMmlu(path) ? QuestionLayouts.MmluColumns : null,
            column => QuestionLayouts.Reads(column) || IsNamed(format, column)
        );
        var rows = table
            .Rows.Select(row => new QuestionRow(row.Place, QuestionLayouts.Document(row, subject), Category(row, subject)))
            .ToList();
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
        if (!path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) && !path.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase))
            return false;
        return CsvTable.Records(path, TextFile.Read(path)).Select(row => row.Cells).FirstOrDefault() is { Length: var fields } cells
            && fields == QuestionLayouts.MmluColumns.Length
            && cells[^1].Trim() is "A" or "B" or "C" or "D";
    }

    // A template's words are not parsed for this: a column too many is read at most.
    static bool IsNamed(ChoiceFormat format, string column) =>
        new[] { format.Description, format.Text, format.Choices, format.Target, format.TrueChoices }.Any(template =>
            template?.Contains(column, StringComparison.Ordinal) == true
        );

    static string Category(TableRow row, string subject) =>
        QuestionLayouts.Categories.Select(row.Find).FirstOrDefault(v => v is { ValueKind: JsonValueKind.String }) is { } named
            ? named.GetString()!
        : row.Columns.Contains("A") ? subject
        : "";

    static List<QuestionRow> Labelled(string path, List<QuestionRow> rows, string labels)
    {
        var lines = TextTable.Lines(TextFile.Read(labels)).ToList();
        if (lines.Count != rows.Count)
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{labels} has {English.Count(lines.Count, "label")} and {path} {English.Count(rows.Count, "question")}: "
                        + $"give the labels that belong to the file, "
                        + $"one a line."
                )
            );
        return [.. rows.Zip(lines, (row, line) => row with { Document = With(row.Document, labels, line) })];
    }

    static JsonElement With(JsonElement document, string labels, (int Number, string Text) line)
    {
        if (!int.TryParse(line.Text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int label))
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{labels}, line {line.Number}: '{line.Text}' is no label: write the index of the right choice, from 0."
                )
            );
        var fields = JsonObject.Create(document)!;
        fields["label"] = label;
        return JsonSerializer.SerializeToElement(fields);
    }
}
