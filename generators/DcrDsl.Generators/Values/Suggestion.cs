using DcrDsl.Wording;

namespace DcrDsl.Generators.Values;

/// <summary>"Did you mean": the nearest of the names that would have been right.</summary>
static class Suggestion
{
    /// <summary>"; did you mean 'x'?" or, where nothing is near, the list of what would be right.</summary>
    public static string For(string written, IEnumerable<string> known)
    {
        string[] names = [.. known.Distinct()];
        return names.Length == 0 ? ""
            : NearestName.Of(written, names) is { } nearest ? $"; did you mean '{nearest}'?"
            : $"; it can be {string.Join(", ", names)}";
    }
}
