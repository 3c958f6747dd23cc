using System.Text.Json;
using DcrDsl.FileSystem;

namespace DcrDsl.Evaluation;

/// <summary>
/// Answers as JSON Lines: a line that names the format, then one a prompt or question with all that is known of it, task by task.
/// Completions can be read, searched and judged again without the model. Numbers are written so that they come back exactly.
/// </summary>
static class AnswersFile
{
    /// <summary>
    /// The format that is written. Format 2, which is read too, did not know languages, sources and bias; format 1, which had no line to
    /// say so, held one judge's verdicts beside the completions.
    /// </summary>
    public const int Format = 3;

    const int OldestRead = 2;

    /// <summary>Writes the file, aside first and then under its name, so that no reader sees half of it.</summary>
    /// <param name="path">Where to; its folder exists.</param>
    /// <param name="answers">What to write.</param>
    public static void Write(string path, Answers answers) => WholeFile.WriteLines(path, Lines(answers));

    static IEnumerable<string> Lines(Answers answers) =>
        answers
            .Tasks.SelectMany(t => t.Lines)
            .Select(line => EvaluationJson.Text(line))
            .Prepend(EvaluationJson.Text(new FormatLine(Format)));

    /// <summary>Reads a file that <see cref="Write"/> wrote.</summary>
    /// <exception cref="InputException">
    /// The file is not there, is of another format or holds nothing, or a line is not what <see cref="Write"/> writes; the sentence names
    /// the line.
    /// </exception>
    public static Answers Read(string path)
    {
        if (!File.Exists(path))
            throw new InputException($"{path} is not there: run the evaluation that writes it.");
        List<List<AnswerLine>> tasks = [];
        int number = 0;
        foreach (string text in RegularFile.Lines(path))
        {
            if (++number == 1)
            {
                RequireFormat(path, text);
                continue;
            }
            var line = EvaluationJson.Parse<AnswerLine>(text, path, number);
            if (line.Fault() is { } fault)
                throw EvaluationJson.Wrong(path, number, fault);
            if (tasks.Count == 0 || tasks[^1][0].Task != line.Task)
            {
                if (tasks.Any(t => t[0].Task == line.Task))
                    throw EvaluationJson.Wrong(path, number, $"the task '{line.Task}' goes on after another one");
                tasks.Add([]);
            }
            else if (line.GetType() != tasks[^1][0].GetType() || !line.Common().Equals(tasks[^1][0].Common()))
                throw EvaluationJson.Wrong(path, number, "kind, class, comparison or inDistribution differs from the task's earlier lines");
            tasks[^1].Add(line);
        }
        return number < 2
            ? throw new InputException($"{path} holds no completions: run the evaluation again.")
            : new Answers([.. tasks.Select(lines => lines[0].Together(lines))]);
    }

    static void RequireFormat(string path, string text)
    {
        if (text.Contains("\"task\"", StringComparison.Ordinal))
            throw new InputException(
                $"{path} is of an earlier format, in which verdicts stood beside completions: report with the version that ran it, or run "
                    + "the experiment again."
            );
        int format = EvaluationJson.Parse<FormatLine>(text, path, 1).Format;
        if (format is < OldestRead or > Format)
            throw new InputException(
                FormattableString.Invariant(
                    $"{path}: its format is {format}, and this version of DcrDsl reads {OldestRead} to {Format}; use the one that wrote it."
                )
            );
    }

    sealed record FormatLine(int Format);
}
