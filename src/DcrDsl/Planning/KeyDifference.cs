namespace DcrDsl.Planning;

/// <summary>Says in words how a key differs from another one: why a stage run is no repetition of one that was there before.</summary>
static class KeyDifference
{
    // Of more changes than these, the rest is counted.
    const int Listed = 3;

    /// <summary>How many parts differ.</summary>
    public static int Count(IReadOnlyList<KeyPart> old, IReadOnlyList<KeyPart> now) => Parts(old, now).Count();

    /// <summary>What differs, in words: "Layer 2 → 3", "xstest.csv changed".</summary>
    /// <param name="old">The parts of the earlier key.</param>
    /// <param name="now">The parts of the key.</param>
    /// <param name="code">What changed in the code, in words, where its version differs.</param>
    public static string Of(IReadOnlyList<KeyPart> old, IReadOnlyList<KeyPart> now, Func<string>? code = null)
    {
        // An option below one that is another choice now belongs to that choice and says nothing more.
        var all = Parts(old, now).ToList();
        string[] said =
        [
            .. all.Where(d => !all.Any(o => o.Name != d.Name && d.Name.StartsWith(o.Name + ".", StringComparison.Ordinal)))
                .Select(d => Words(d.Name, d.Old, d.New, code)),
        ];
        return said.Length <= Listed
            ? string.Join(", ", said)
            : FormattableString.Invariant($"{string.Join(", ", said.Take(Listed - 1))} and {said.Length - Listed + 1} more changes");
    }

    static IEnumerable<(string Name, KeyPart? Old, KeyPart? New)> Parts(IReadOnlyList<KeyPart> old, IReadOnlyList<KeyPart> now)
    {
        var before = old.ToDictionary(p => p.Name);
        foreach (var part in now)
        {
            before.Remove(part.Name, out var same);
            if (same?.Value != part.Value)
                yield return (part.Name, same, part);
        }
        foreach (var part in before.Values)
            yield return (part.Name, part, null);
    }

    static string Words(string name, KeyPart? old, KeyPart? now, Func<string>? code) =>
        name switch
        {
            StageKeys.Before => $"{now?.Shown ?? "what comes before"} before it is another",
            StageKeys.Watching => "the code that reads what is watched changed",
            StageKeys.Numerics => code?.Invoke() ?? "the code changed",
            _ when old is { Shown: { } file } && now is { Shown: { } other } && IsDigest(now) => file == other
                ? $"{file} changed"
                : $"{name} {file} → {other}",
            _ => $"{name.Trim('(', ')')} {Text(old)} → {Text(now)}",
        };

    static bool IsDigest(KeyPart part) => part.Value.Length == 64;

    static string Text(KeyPart? part) => part is null ? "none" : part.Shown ?? part.Value;
}
