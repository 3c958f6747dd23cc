namespace DcrDsl.Data;

/// <summary>Reads the first exchange of a transcript of HH-RLHF: turns that begin with "Human:" and "Assistant:" after a blank line.</summary>
static class Transcripts
{
    public const string Human = "\n\nHuman:";
    const string Assistant = "\n\nAssistant:";

    /// <summary>The first human turn, without the white space around it.</summary>
    /// <exception cref="InputException">The text does not begin with one.</exception>
    public static string Prompt(TableRow row, string column)
    {
        string text = row.Text(column);
        return text.StartsWith(Human, StringComparison.Ordinal)
            ? First(text[Human.Length..])
            : throw new InputException($"{row.Place}: '{column}' does not begin with a blank line and 'Human:', so it is no transcript: correct Layout or the row.");
    }

    /// <summary>The assistant's turn behind it.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static string Answer(TableRow row, string column)
    {
        string text = row.Text(column);
        int human = text.IndexOf(Human, Human.Length, StringComparison.Ordinal), assistant = text.IndexOf(Assistant, StringComparison.Ordinal);
        return assistant >= 0 && (human < 0 || assistant < human)
            ? First(text[(assistant + Assistant.Length)..])
            : throw new InputException($"{row.Place}: in '{column}' the first human turn is not followed by the assistant's: delete the row.");
    }

    static string First(string turns)
    {
        int[] ends = [.. new[] { turns.IndexOf(Human, StringComparison.Ordinal), turns.IndexOf(Assistant, StringComparison.Ordinal) }.Where(end => end >= 0)];
        return turns[..(ends.Length > 0 ? ends.Min() : turns.Length)].Trim();
    }
}
