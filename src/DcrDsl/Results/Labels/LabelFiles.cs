using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Measures;
using DcrDsl.FileSystem;

namespace DcrDsl.Results.Labels;

/// <summary>The files of labels in a run's folder.</summary>
static class LabelFiles
{
    public const string Folder = "labels";

    const int Format = 1;

    /// <summary>The sheet of a sample, to be filled in.</summary>
    public static string SheetOf(string run, int sample) => Path.Combine(run, Folder, FormattableString.Invariant($"sample-{sample}.csv"));

    /// <summary>Which completions stand in a sample's sheet.</summary>
    public static string KeyOf(string run, int sample) =>
        Path.Combine(run, Folder, FormattableString.Invariant($"sample-{sample}.key.jsonl"));

    /// <summary>The labels that were read back last.</summary>
    public static string LabelsOf(string run) => Path.Combine(run, Folder, "labels.jsonl");

    /// <summary>Writes lines behind one that names the format.</summary>
    public static void Write<T>(string path, IEnumerable<T> lines) =>
        WholeFile.WriteLines(path, lines.Select(EvaluationJson.Text).Prepend(EvaluationJson.Text(new Head(Format))));

    /// <summary>Reads lines that <see cref="Write"/> wrote, each with its number.</summary>
    /// <exception cref="InputException">The file is of another format, or a line is another one.</exception>
    public static IReadOnlyList<(int Number, T Line)> Read<T>(string path)
        where T : class
    {
        var lines = new List<(int, T)>();
        int number = 0;
        foreach (string text in RegularFile.Lines(path))
            if (++number > 1)
                lines.Add((number, EvaluationJson.Parse<T>(text, path, number)));
            else if (EvaluationJson.Parse<Head>(text, path, number).Format is not Format and var other)
                throw new InputException(
                    FormattableString.Invariant(
                        $"{path}: its format is {other}, and this version of DcrDsl reads {Format}; use the version that wrote it."
                    )
                );
        return lines;
    }

    /// <summary>The labels of a run; none where nothing was read back.</summary>
    /// <exception cref="InputException">The file is damaged, or about completions that the run does not have.</exception>
    public static IReadOnlyList<CompletionLabel> Labels(RunResults run)
    {
        string path = LabelsOf(run.Folder);
        if (!File.Exists(path))
            return [];
        var labels = Read<CompletionLabel>(path);
        foreach (var (number, label) in labels)
            if (LabelledItem.Find(run, label.Cell, label.Task, label.Prompt) is null)
                throw new InputException(
                    FormattableString.Invariant(
                        $"{path}, line {number}: {run.Folder} has no prompt {label.Prompt} of the task '{label.Task}' in {label.Cell}; "
                    ) + "read the labels again with label --read, or remove the file."
                );
        return [.. labels.Select(l => l.Line)];
    }

    sealed record Head(int Format);
}
