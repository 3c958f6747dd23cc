using System.Text.Json;
using DcrDsl.Data.Files;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Measures;
using DcrDsl.Wording;

namespace DcrDsl.Results.Labels;

/// <summary>A sheet that a person has filled in.</summary>
static class LabelSheet
{
    /// <summary>What a person writes who cannot say what a completion is.</summary>
    public const string Unclear = "unclear";

    /// <summary>What may stand as a label.</summary>
    public static IReadOnlyList<string> Labels { get; } =
    [.. Enum.GetNames<Verdict>().Select(JsonNamingPolicy.CamelCase.ConvertName), Unclear];

    /// <summary>Reads a sheet and keeps its labels in the run's folder, in place of those that were read before.</summary>
    /// <param name="run">The run that it was drawn from.</param>
    /// <param name="path">The sheet.</param>
    /// <exception cref="InputException">
    /// It is no sheet of the run, a row is missing, there twice, changed or without a label that is known; with file and line.
    /// </exception>
    public static IReadOnlyList<CompletionLabel> Read(RunResults run, string path)
    {
        var table = TableFile.Read(path);
        foreach (string column in (string[])[LabelSample.Id, LabelSample.Prompt, LabelSample.Completion, LabelSample.Label])
            if (!table.Columns.Contains(column))
                throw new InputException(
                    $"{table.NamesPlace}: there is no column '{column}', only {TableRow.Names(table.Columns)}: fill in the sheet that "
                        + "label has written."
                );
        var key = Key(run, table);
        var lines = new Dictionary<string, string>();
        var labels = new List<CompletionLabel>();
        foreach (var row in table.Rows)
        {
            string id = row.Text(LabelSample.Id).Trim();
            if (!key.TryGetValue(id, out var drawn))
                throw new InputException($"{row.Place}: the sample has no completion '{id}': restore the row's id, or take the row out.");
            if (!lines.TryAdd(id, row.Position))
                throw new InputException($"{row.Place}: the completion {id} stands at {lines[id]} already: take one of the two rows out.");
            var item =
                LabelledItem.Find(run, drawn.Cell, drawn.Task, drawn.Prompt)
                ?? throw new InputException($"{row.Place}: {run.Folder} has the completion {id} no longer: draw a new sample with label.");
            Unchanged(row, id, LabelSample.Prompt, item.Prompt);
            Unchanged(row, id, LabelSample.Completion, item.Completion);
            labels.Add(new(drawn.Cell, drawn.Task, drawn.Prompt, drawn.Stratum, drawn.StratumSize, LabelOf(row, id)));
        }
        string[] missing = [.. key.Keys.Where(id => !lines.ContainsKey(id))];
        if (missing.Length > 0)
            throw new InputException(
                $"{path}, after {table.Rows[^1].Position}: {English.Count(missing.Length, "row")} of {key.Count} "
                    + $"{(missing.Length == 1 ? "is" : "are")} missing ({string.Join(", ", missing.Take(5))}"
                    + $"{(missing.Length > 5 ? ", …" : "")}): restore {(missing.Length == 1 ? "it" : "them")}; what nobody can decide is "
                    + $"labelled {Unclear}."
            );
        try
        {
            LabelFiles.Write(LabelFiles.LabelsOf(run.Folder), labels);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The labels cannot be kept: {exception.Message.TrimEnd('.')}.", exception);
        }
        return labels;
    }

    /// <summary>The sample's key, by the number before the dash of the first id.</summary>
    static Dictionary<string, LabelKey> Key(RunResults run, TableFile table)
    {
        var first = table.Rows[0];
        string id = first.Text(LabelSample.Id).Trim();
        string path = int.TryParse(id.Split('-')[0], out int number) ? LabelFiles.KeyOf(run.Folder, number) : "";
        return File.Exists(path)
            ? LabelFiles.Read<LabelKey>(path).ToDictionary(k => k.Line.Id, k => k.Line)
            : throw new InputException(
                $"{first.Place}: {run.Folder} has no sample with the completion '{id}': give the run that the sheet was drawn from, or "
                    + "restore its id."
            );
    }

    static void Unchanged(TableRow row, string id, string column, string text)
    {
        if (!LabelledItem.Same(row.Text(column), text))
            throw new InputException(
                $"{row.Place}: the {column} of {id} is another than the run's, and a label is about the words as they were: put them back, "
                    + "as in a sheet that label writes anew with the same seed."
            );
    }

    static Verdict? LabelOf(TableRow row, string id)
    {
        string label = row.Text(LabelSample.Label).Trim();
        if (label.Length == 0)
            throw new InputException($"{row.Place}: {id} has no label: write {English.List(Labels, "or")}.");
        if (string.Equals(label, Unclear, StringComparison.OrdinalIgnoreCase))
            return null;
        return Labels.Contains(label, StringComparer.OrdinalIgnoreCase)
            ? Enum.Parse<Verdict>(label, ignoreCase: true)
            : throw new InputException(
                $"{row.Place}: there is no label '{label}': write {English.List(Labels, "or")}."
                    + (NearestName.Of(label, Labels) is { } near ? $" Did you mean {near}?" : "")
            );
    }
}
