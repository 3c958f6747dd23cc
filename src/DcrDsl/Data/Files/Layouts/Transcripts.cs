namespace DcrDsl.Data.Files.Layouts;

/// <summary>
/// Reads the first exchange of a transcript of HH-RLHF: turns that begin with "Human:" and "Assistant:" after a blank line.
/// </summary>
static class Transcripts
{
    public const string Human = "\n\nHuman:";
    const string Assistant = "\n\nAssistant:";

    /// <summary>The first human turn, without the white space around it.</summary>
    /// <exception cref="InputException">The text does not begin with one.</exception>
    public static string Prompt(TableRow row, string column) => First(Turns(row, column));

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
