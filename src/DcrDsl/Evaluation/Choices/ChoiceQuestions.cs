using System.Globalization;
using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Choices;

/// <summary>Loads the questions of a task.</summary>
static class ChoiceQuestions
{
    /// <summary>Reads the files of a task and puts every question as a model is asked it.</summary>
    /// <param name="task">The task; its paths are real ones.</param>
    /// <returns>The questions, file by file, in the files' order.</returns>
    /// <exception cref="InputException">
    /// A file is missing or malformed, does not fit the format, or holds fewer solved examples than wanted.
    /// </exception>
    public static IReadOnlyList<ChoiceQuestion> Load(MultipleChoiceTask task)
    {
        Named(task, nameof(task.Path), task.Path, "name the file of its questions");
        Named(task, nameof(task.ShotsPath), task.ShotsPath, "name the file of its solved examples, or leave it out");
        Named(task, nameof(task.LabelsPath), task.LabelsPath, "name the file of the right choices, or leave it out");
        if (task.Shots > 0 && task.ShotsPath is null)
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The task '{task.Name}' wants {task.Shots} solved examples and has no ShotsPath: say where they come from."
                )
            );
        var prompt = new ChoicePrompt(task.Format);
        if (!Directory.Exists(task.Path))
            return Of(task, prompt, task.Path, task.ShotsPath);
        if (task.LabelsPath is not null)
            throw new InputException($"{task.Path} is a folder, and LabelsPath belongs to one file: name that file.");
        var shots = task.Shots == 0 ? null : Subjects(task.ShotsPath!);
        return
        [
            .. Subjects(task.Path)
                .SelectMany(subject => Of(task, prompt, subject.Value, shots is null ? null : ShotsOf(task, shots, subject.Key))),
        ];
    }

    /// <summary>How many questions the files of a task hold, all of them.</summary>
    /// <exception cref="InputException">A file is malformed.</exception>
    public static int CountIn(MultipleChoiceTask task) =>
        (Directory.Exists(task.Path) ? Subjects(task.Path).Values.AsEnumerable() : [task.Path]).Sum(path =>
            QuestionFile.Read(path, task.Format).Count
        );

    static void Named(MultipleChoiceTask task, string option, string? path, string remedy)
    {
        if (path is not null && string.IsNullOrWhiteSpace(path))
            throw new InputException($"The task '{task.Name}' has no {option}: {remedy}.");
    }

    static IReadOnlyList<ChoiceQuestion> Of(MultipleChoiceTask task, ChoicePrompt prompt, string path, string? shotsPath)
    {
        var solved =
            task.Shots == 0 ? null : new SolvedExamples(prompt, QuestionFile.Read(shotsPath!, task.Format), shotsPath!, task.Shots);
        return
        [
            .. QuestionFile
                .Read(path, task.Format, task.LabelsPath)
                .Take(task.Take ?? int.MaxValue)
                .Select(row => prompt.Question(row, solved?.Before(row) ?? "")),
        ];
    }

    static string ShotsOf(MultipleChoiceTask task, IReadOnlyDictionary<string, string> files, string subject) =>
        files.TryGetValue(subject, out string? file)
            ? file
            : throw new InputException($"{task.ShotsPath} has no file of the subject '{subject}': add it, or leave the subject out.");

    /// <summary>The files of a folder by subject, in order of the subjects.</summary>
    static SortedDictionary<string, string> Subjects(string folder)
    {
        if (!Directory.Exists(folder))
            throw new InputException($"{folder} is no folder, and the questions are one: give the folder with a file for each subject.");
        string[] endings = [".csv", ".jsonl", ".json", ".parquet", ".csv.gz", ".jsonl.gz", ".json.gz"];
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (
            string file in Directory
                .EnumerateFiles(folder)
                .Where(f => endings.Any(e => f.EndsWith(e, StringComparison.OrdinalIgnoreCase)))
                .Order(StringComparer.Ordinal)
        )
            if (!files.TryAdd(QuestionFile.Subject(file), file))
                throw new InputException(
                    $"{folder} has two files of the subject '{QuestionFile.Subject(file)}', "
                        + $"{Path.GetFileName(files[QuestionFile.Subject(file)])} and {Path.GetFileName(file)}: keep one of them in "
                        + $"the folder."
                );
        return files.Count > 0
            ? files
            : throw new InputException($"{folder} has no file of questions ({string.Join(", ", endings)}): name the folder that has them.");
    }
}
