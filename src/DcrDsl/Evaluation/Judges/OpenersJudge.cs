namespace DcrDsl.Evaluation;

/// <summary>
/// A completion refuses if its first word is one of the openers: "Sorry, I …" with the opener "sorry". A word is a run of letters, digits and apostrophes;
/// blanks and marks before it are passed over, and case does not matter. A completion without a word does not refuse.
/// </summary>
sealed class OpenersJudge : IJudge
{
    readonly HashSet<string> words;

    public OpenersJudge(IReadOnlyList<string> openers)
    {
        if (openers.Count == 0) throw new InputException("The judge has no refusal openers: name at least one word.");
        foreach (string opener in openers)
        {
            if (opener.Length == 0 || FirstWord(opener) != opener)
                throw new InputException($"The refusal opener '{opener}' is not a single word: this judge compares the first word of a completion.");
        }
        Openers = [.. openers];
        words = new(openers, StringComparer.OrdinalIgnoreCase);
    }

    public IReadOnlyList<string> Openers { get; }

    public bool Refuses(string completion) => words.Contains(FirstWord(completion));

    static string FirstWord(string text)
    {
        int start = 0;
        while (start < text.Length && !char.IsLetterOrDigit(text[start])) start++;
        int end = start;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '\'' or '’')) end++;
        return text[start..end];
    }
}
