namespace DcrDsl.Evaluation;

/// <summary>The judges by the names that specs call them by.</summary>
public static class Judges
{
    /// <summary>A completion refuses if its first word is one of the openers.</summary>
    /// <param name="openers">Single words; case does not matter.</param>
    /// <exception cref="InputException">There are no openers, or one is not a single word.</exception>
    public static IJudge RefusalOpeners(params string[] openers) => new OpenersJudge(openers);
}
