namespace DcrDsl.Data.Files.Layouts;

/// <summary>
/// Reads transcripts of HH-RLHF, turns that begin with "Human:" and "Assistant:" after a blank line: the first exchange, or the last answer
/// with all that stands before it.
/// </summary>
static class Transcripts
{
    public const string Human = "\n\nHuman:";
    const string Assistant = "\n\nAssistant:";

    /// <summary>The first human turn, without the white space around it.</summary>
    /// <exception cref="InputException">The text does not begin with one.</exception>
    public static string Prompt(TableRow row, string column) => First(Turns(row, column));

    /// <summary>
    /// The first turn that says something, whoever's it is, without the blanks around it: what HELM takes of a red-team attempt.
    /// </summary>
    /// <exception cref="InputException">No turn says anything.</exception>
    public static string FirstUtterance(TableRow row, string column) =>
        row.Text(column)
            .Trim(' ')
            .Split([Human + " ", Assistant + " "], StringSplitOptions.None)
            .Select(turn => turn.Trim(' '))
            .FirstOrDefault(turn => turn.Length > 0)
        ?? throw new InputException($"{row.Place}: no turn of '{column}' says anything: delete the row.");

    /// <summary>The assistant's turn behind it.</summary>
    /// <exception cref="InputException">
    /// The text does not begin with a human turn, or there is no turn of the assistant behind it.
    /// </exception>
    public static string Answer(TableRow row, string column)
    {
        string turns = Turns(row, column);
        int human = turns.IndexOf(Human, StringComparison.Ordinal),
            assistant = turns.IndexOf(Assistant, StringComparison.Ordinal);
        return assistant >= 0 && (human < 0 || assistant < human)
            ? First(turns[(assistant + Assistant.Length)..])
            : throw new InputException(
                $"{row.Place}: in '{column}' the first human turn is not followed by the assistant's: delete the row."
            );
    }

    /// <summary>
    /// What stands before the assistant's last turn in both transcripts of a pair: the human turn, or the transcript of several turns.
    /// </summary>
    /// <exception cref="InputException">The two part before that turn, or one does not end with a turn of the assistant.</exception>
    public static string SharedPrompt(TableRow row)
    {
        string before = BeforeLast(row, "chosen");
        if (before != BeforeLast(row, "rejected"))
            throw new InputException(
                $"{row.Place}: 'chosen' and 'rejected' differ before the assistant's last turn, so they answer different prompts: "
                    + $"delete the "
                    + "row."
            );
        string turns = before[Human.Length..];
        return turns.Contains(Human, StringComparison.Ordinal) || turns.Contains(Assistant, StringComparison.Ordinal)
            ? before.Trim()
            : turns.Trim();
    }

    /// <summary>The assistant's last turn.</summary>
    /// <exception cref="InputException">The transcript does not end with one.</exception>
    public static string LastAnswer(TableRow row, string column) =>
        row.Text(column)[(BeforeLast(row, column).Length + Assistant.Length)..].Trim();

    static string BeforeLast(TableRow row, string column)
    {
        string turns = Turns(row, column);
        int human = turns.LastIndexOf(Human, StringComparison.Ordinal),
            assistant = turns.LastIndexOf(Assistant, StringComparison.Ordinal);
        return assistant > human
            ? Human + turns[..assistant]
            : throw new InputException($"{row.Place}: '{column}' does not end with a turn of the assistant: delete the row.");
    }

    // What stands behind the first "Human:".
    static string Turns(TableRow row, string column)
    {
        string text = row.Text(column);
        return text.StartsWith(Human, StringComparison.Ordinal)
            ? text[Human.Length..]
            : throw new InputException(
                $"{row.Place}: '{column}' does not begin with a blank line and 'Human:', so it is no transcript: correct Layout or the row."
            );
    }

    static string First(string turns)
    {
        int[] ends =
        [
            .. new[] { turns.IndexOf(Human, StringComparison.Ordinal), turns.IndexOf(Assistant, StringComparison.Ordinal) }.Where(end =>
                end >= 0
            ),
        ];
        return turns[..(ends.Length > 0 ? ends.Min() : turns.Length)].Trim();
    }
}
