using System.Globalization;

namespace DcrDsl.Data.Batches;

/// <summary>The examples of safety tuning.</summary>
public static class AlignmentMixture
{
    /// <summary>
    /// The general examples, then as many refusals, from the front, as make up <paramref name="refusalShare"/> of both together (rounded),
    /// then the augmentation.
    /// The order does not matter to training: <see cref="TextBatches"/> shuffles.
    /// </summary>
    /// <param name="general">General prompts with answers; all are used.</param>
    /// <param name="refusals">Toxic prompts with refusals.</param>
    /// <param name="refusalShare">Refusals ÷ (refusals + general), from 0 to below 1.</param>
    /// <param name="augmentation">Further examples, all used; null: none.</param>
    /// <param name="disjointFrom">
    /// Examples whose prompts are first taken out of <paramref name="refusals"/>, by exact text; null: none.
    /// </param>
    /// <exception cref="InputException">There are no general examples, too few refusals, or the share is 1.</exception>
    public static IReadOnlyList<Example> Of(
        IReadOnlyList<Example> general,
        IReadOnlyList<Example> refusals,
        double refusalShare,
        IReadOnlyList<Example>? augmentation = null,
        IReadOnlyList<Example>? disjointFrom = null
    )
    {
        if (general.Count == 0)
            throw new InputException("The alignment has no general examples, of which RefusalShare is reckoned: give General some.");
        if (!(refusalShare >= 0 && refusalShare < 1))
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"RefusalShare = {refusalShare} leaves no room for general examples: set it to 0 or more and less than 1."
                )
            );
        HashSet<string> excluded = [.. (disjointFrom ?? []).Select(example => example.Prompt)];
        Example[] left = [.. refusals.Where(example => !excluded.Contains(example.Prompt))];
        int needed = (int)Math.Round(refusalShare / (1 - refusalShare) * general.Count);
        if (needed > left.Length)
        {
            int removed = refusals.Count - left.Length;
            string without =
                removed > 0
                    ? string.Create(CultureInfo.InvariantCulture, $" ({refusals.Count:N0} without {removed:N0} that the refinement uses)")
                    : "";
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"RefusalShare = {refusalShare} of {general.Count:N0} general examples and refusals together asks for {needed:N0} "
                        + $"refusals, and there are {left.Length:N0}{without}: lower RefusalShare, take fewer general examples, or give "
                        + $"more refusals."
                )
            );
        }
        return [.. general, .. left[..needed], .. augmentation ?? []];
    }
}
