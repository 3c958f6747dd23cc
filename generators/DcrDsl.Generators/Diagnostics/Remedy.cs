using System.Collections.Immutable;
using DcrDsl.Wording;

namespace DcrDsl.Generators.Diagnostics;

/// <summary>
/// What would put a mistake in C# right, as plain data that its diagnostic carries: the code fix does it and does not read messages.
/// </summary>
/// <param name="Kind">One of the kinds of <see cref="RemedyKeys"/>.</param>
/// <param name="What">What it is done to.</param>
/// <param name="Value">What stands there then.</param>
/// <param name="At">The option whose value the diagnostic marks; empty: it marks the record.</param>
sealed record Remedy(string Kind, string What, string Value, string At = "")
{
    /// <summary>The nearest of the names that would have been right; null: none is near.</summary>
    public static Remedy? Rename(string written, IEnumerable<string> known) =>
        NearestName.Of(written, [.. known.Distinct()]) is { } nearest ? new(RemedyKeys.Rename, written, nearest) : null;

    /// <summary>Another expression in the marked one's place.</summary>
    public static Remedy Replace(string value) => new(RemedyKeys.Replace, "", value);

    /// <summary>An option that is set beside the marked one, or in the marked record.</summary>
    public static Remedy Set(string option, string value, string at) => new(RemedyKeys.Set, option, value, at);

    public static Remedy Modifier(string modifier) => new(RemedyKeys.Modifier, "", modifier);

    public ImmutableDictionary<string, string?> Properties =>
        ImmutableDictionary<string, string?>
            .Empty.Add(RemedyKeys.Kind, Kind)
            .Add(RemedyKeys.What, What)
            .Add(RemedyKeys.Value, Value)
            .Add(RemedyKeys.At, At);
}
