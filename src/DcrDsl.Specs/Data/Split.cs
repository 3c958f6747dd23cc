using System.Globalization;

namespace DcrDsl.Specs;

/// <summary>
/// The part of a file's prompts whose place falls into [<see cref="From"/>, <see cref="To"/>). A prompt's place in [0, 1) is a hash of its
/// text, so it stays in its part when rows are added, moved or removed, and two parts that do not overlap share no prompt.
/// </summary>
public sealed record Split
{
    /// <summary>Lower bound, included, from 0 to 1.</summary>
    [Range(0, 1)]
    public double From { get; init; }

    /// <summary>Upper bound, excluded, from 0 to 1.</summary>
    [Range(0, 1)]
    public double To { get; init; } = 1;

    /// <summary>All prompts.</summary>
    public static Split All { get; } = new();

    /// <summary>The prompts placed in [<paramref name="from"/>, <paramref name="to"/>).</summary>
    public static Split Between(double from, double to) => new() { From = from, To = to };

    /// <summary>Whether a prompt can lie in both parts.</summary>
    public bool Overlaps(Split other) => From < other.To && other.From < To;

    /// <inheritdoc/>
    public override string ToString() => string.Format(CultureInfo.InvariantCulture, "[{0}, {1})", From, To);
}
