using System.Globalization;

namespace DcrDsl.Evaluation.Choices;

/// <summary>
/// The solved examples before the questions of a file: the first of another file or, where that holds the question itself, the first
/// besides it, as lm-evaluation-harness takes them. A question that is put in the same words with the same choices is the same question,
/// whatever else its row holds.
/// </summary>
sealed class SolvedExamples
{
    readonly string path,
        first;
    readonly int count;
    readonly (QuestionRow Row, string Key)[] rows;
    readonly HashSet<string> firstKeys;
    readonly ChoicePrompt prompt;

    /// <param name="prompt">Puts the examples.</param>
    /// <param name="questions">The questions of their file.</param>
    /// <param name="path">The file.</param>
    /// <param name="count">How many stand before a question; at least 1.</param>
    /// <exception cref="InputException">The file holds too few.</exception>
    public SolvedExamples(ChoicePrompt prompt, IReadOnlyList<QuestionRow> questions, string path, int count)
    {
        (this.prompt, this.path, this.count) = (prompt, path, count);
        rows = [.. questions.Select(row => (row, prompt.Key(row)))];
        if (rows.Length < count)
            throw TooFew(rows.Length, "");
        firstKeys = [.. rows.Take(count).Select(row => row.Key)];
        first = prompt.Solved(rows.Take(count).Select(row => row.Row));
    }

    /// <summary>What stands before a question.</summary>
    /// <exception cref="InputException">The file holds too few besides the question.</exception>
    public string Before(QuestionRow question)
    {
        string key = prompt.Key(question);
        if (!firstKeys.Contains(key))
            return first;
        QuestionRow[] others = [.. rows.Where(row => row.Key != key).Take(count).Select(row => row.Row)];
        return others.Length == count ? prompt.Solved(others) : throw TooFew(others.Length, $" besides that of {question.Place}");
    }

    InputException TooFew(int there, string besides) =>
        new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{path} has {there} questions{besides} and {count} solved examples are wanted: set Shots to at most {there}."
            )
        );
}
