namespace DcrDsl.Execution.Numerics;

/// <summary>Where two versions of a stage run's code differ.</summary>
/// <param name="Changed">Methods and libraries that both have and that are not the same.</param>
/// <param name="Appeared">Those that only the later one has.</param>
/// <param name="Vanished">Those that only the earlier one had.</param>
sealed record NumericsDifference(IReadOnlyList<string> Changed, IReadOnlyList<string> Appeared, IReadOnlyList<string> Vanished)
{
    /// <summary>How many names a sentence has.</summary>
    const int Named = 3;

    /// <summary>The difference between the methods of an earlier version and those of a later one.</summary>
    public static NumericsDifference Between(IReadOnlyDictionary<string, string> earlier, IReadOnlyDictionary<string, string> later) =>
        new(
            [.. later.Where(m => earlier.TryGetValue(m.Key, out string? before) && before != m.Value).Select(m => m.Key)],
            [.. later.Keys.Where(m => !earlier.ContainsKey(m))],
            [.. earlier.Keys.Where(m => !later.ContainsKey(m))]
        );

    /// <summary>
    /// For people: <c>numerics of ContrastiveLoss.Circle changed</c>. What is new is reached from what has changed, so it is named only
    /// where nothing has.
    /// </summary>
    public override string ToString() =>
        Changed.Count > 0 ? $"numerics of {Names(Changed)} changed"
        : Appeared.Count > 0 ? $"numerics of {Names(Appeared)} added"
        : Vanished.Count > 0 ? $"numerics of {Names(Vanished)} removed"
        : "numerics are the same";

    static string Names(IReadOnlyList<string> methods)
    {
        string[] names = [.. methods.Select(Short).Distinct()];
        return names.Length <= Named
            ? string.Join(", ", names)
            : FormattableString.Invariant($"{string.Join(", ", names.Take(Named))} and {names.Length - Named} more");
    }

    // "DcrDsl.Objectives.ContrastiveLoss.Circle(…)": type and method; a library has its name alone.
    static string Short(string method)
    {
        int end = method.IndexOf('(', StringComparison.Ordinal);
        if (end < 0)
            return method;
        string[] parts = method[..end].Split(['.', '+']);
        int last = parts.Length - 1;
        // The constructor of a type, or a lambda in a method, goes by what it is in.
        if (parts[last] is "ctor" or "cctor")
            return parts[last - 1];
        return parts[last] is "lambda" && last >= 2 ? $"{parts[last - 2]}.{parts[last - 1]}" : $"{parts[last - 1]}.{parts[last]}";
    }
}
