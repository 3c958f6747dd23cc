namespace DcrDsl.Wording;

/// <summary>Helps with a name that is not known.</summary>
static class UnknownName
{
    /// <summary>
    /// " Did you mean X?" where a known name is near, else " There are: …"; to be put behind the sentence that says what is unknown.
    /// </summary>
    /// <param name="given">The name that is not known.</param>
    /// <param name="known">The names there are.</param>
    public static string Hint(string given, IReadOnlyCollection<string> known) =>
        NearestName.Of(given, known) is { } nearest ? $" Did you mean {nearest}?"
        : known.Count == 0 ? " There are none."
        : $" There {(known.Count == 1 ? "is" : "are")}: {string.Join(", ", known)}.";
}
