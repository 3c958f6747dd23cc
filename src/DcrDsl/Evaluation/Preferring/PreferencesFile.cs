using System.Text.Json.Serialization;
using DcrDsl.Evaluation.Judging;
using DcrDsl.FileSystem;
using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Preferring;

/// <summary>Who preferred the completions of a cell or the reference's answers.</summary>
/// <param name="Judge">Who was asked, with the rubric's version.</param>
/// <param name="Against">The reference: an arm, or a file.</param>
/// <param name="Account">What was asked for this cell, and what that cost.</param>
sealed record PreferredBy(string Judge, string Against, JudgeAccount Account);

/// <summary>
/// Preferences as JSON Lines, beside the answers that they are about: a line with the format, who was asked and the reference, then one for
/// each general prompt.
/// </summary>
static class PreferencesFile
{
    const int Format = 1;

    /// <summary>The lines of a file.</summary>
    /// <param name="by">Who was asked.</param>
    /// <param name="answers">The answers, with how they came out.</param>
    public static IEnumerable<string> Lines(PreferredBy by, Answers answers) =>
        Compared(answers)
            .SelectMany(t => t.Items.Select((item, i) => EvaluationJson.Text(new Line(t.Name, i, item.Preferred))))
            .Prepend(EvaluationJson.Text(new Head(Format, by.Judge, by.Against, by.Account)));

    /// <summary>The tasks whose completions are compared: general prompts, as they are.</summary>
    public static IEnumerable<PromptAnswers> Compared(Answers answers) =>
        answers.Tasks.OfType<PromptAnswers>().Where(t => t.Class == PromptClass.General && t.Attack is null);

    /// <summary>Who was asked about a cell; null: nobody.</summary>
    /// <exception cref="InputException">The file is damaged.</exception>
    public static PreferredBy? By(string path) =>
        File.Exists(path) && RegularFile.Lines(path).FirstOrDefault() is { } first ? Checked(path, first) : null;

    /// <summary>The answers with how they came out; as they are where there is no file.</summary>
    /// <exception cref="InputException">A line is not what was written, or is about other answers; the sentence names the line.</exception>
    public static Answers Read(string path, Answers answers)
    {
        if (!File.Exists(path))
            return answers;
        using var lines = RegularFile.Lines(path).GetEnumerator();
        int number = 1;
        _ = lines.MoveNext() ? Checked(path, lines.Current) : throw EvaluationJson.Wrong(path, 1, "the file is empty");
        var compared = Compared(answers).ToDictionary(t => t, t => t with { Items = [.. t.Items.Select((item, i) => Next(t, item, i))] });
        if (lines.MoveNext())
            throw EvaluationJson.Wrong(path, number + 1, "there are preferences on more prompts than were answered");
        return answers.With([.. answers.Tasks.Select(t => t is PromptAnswers own && compared.TryGetValue(own, out var with) ? with : t)]);

        PromptAnswer Next(PromptAnswers task, PromptAnswer item, int place)
        {
            number++;
            var line = lines.MoveNext() ? EvaluationJson.Parse<Line>(lines.Current, path, number) : null;
            return line is null || line.Task != task.Name || line.Prompt != place
                ? throw EvaluationJson.Wrong(
                    path,
                    number,
                    FormattableString.Invariant($"here the preference on prompt {place} of the task '{task.Name}' should stand")
                )
                : item with
                {
                    Preferred = line.Preference,
                };
        }
    }

    static PreferredBy Checked(string path, string first)
    {
        var head = EvaluationJson.Parse<Head>(first, path, 1);
        return head.Format == Format
            ? new(head.Judge, head.Against, head.Account)
            : throw new InputException(
                FormattableString.Invariant($"{path}: its format is {head.Format}, and this version of DcrDsl reads {Format}")
                    + "; use the version that wrote it."
            );
    }

    sealed record Head(int Format, string Judge, string Against, JudgeAccount Account);

    sealed record Line(
        string Task,
        int Prompt,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Preference? Preference = null
    );
}
