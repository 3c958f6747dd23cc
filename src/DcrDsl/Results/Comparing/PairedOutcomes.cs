using DcrDsl.Evaluation;

namespace DcrDsl.Results.Comparing;

/// <summary>Two arms on the same prompts at the same seeds.</summary>
/// <param name="First">[seeds][prompts] what each prompt adds to the metric of the first arm.</param>
/// <param name="Second">[seeds][prompts] the same of the second.</param>
/// <param name="Seeds">The seeds; null stands for one that changes nothing.</param>
/// <param name="IsCrossed">Whether every seed has the same prompts, in the same order.</param>
/// <param name="Prompts">[prompts] those of the first seed.</param>
sealed record PairedOutcomes(
    IReadOnlyList<double[]> First,
    IReadOnlyList<double[]> Second,
    IReadOnlyList<int?> Seeds,
    bool IsCrossed,
    IReadOnlyList<PromptOutcome> Prompts
)
{
    /// <summary>[seeds][prompts] first − second.</summary>
    public IReadOnlyList<double[]> Differences { get; } = [.. First.Zip(Second, (a, b) => a.Zip(b, (x, y) => x - y).ToArray())];

    /// <summary>
    /// Pairs the cells of two arms by seed, and their prompts by task and text; what no seed changes is the same at each seed. Null: they
    /// have no seed or prompt in common.
    /// </summary>
    /// <param name="first">The first arm's prompts by seed.</param>
    /// <param name="second">The second arm's.</param>
    public static PairedOutcomes? Of(
        IReadOnlyList<(int? Seed, PromptValues Prompts)> first,
        IReadOnlyList<(int? Seed, PromptValues Prompts)> second
    )
    {
        var pairs = (
            from a in first
            from b in second
            where a.Seed is null || b.Seed is null || a.Seed == b.Seed
            let seed = a.Seed ?? b.Seed
            orderby seed
            select (Seed: seed, Joined: Join(a.Prompts, b.Prompts))
        )
            .Where(p => p.Joined.Keys.Count > 0)
            .ToList();
        return pairs.Count == 0
            ? null
            : new(
                [.. pairs.Select(p => p.Joined.First)],
                [.. pairs.Select(p => p.Joined.Second)],
                [.. pairs.Select(p => p.Seed)],
                pairs.All(p => p.Joined.Keys.SequenceEqual(pairs[0].Joined.Keys)),
                pairs[0].Joined.Items
            );
    }

    static (IReadOnlyList<string> Keys, double[] First, double[] Second, IReadOnlyList<PromptOutcome> Items) Join(
        PromptValues a,
        PromptValues b
    )
    {
        if (a.Keys.SequenceEqual(b.Keys))
            return (a.Keys, a.Values, b.Values, a.Items);
        var places = b.Keys.Index().ToDictionary(k => k.Item, k => k.Index, StringComparer.Ordinal);
        int[] shared = [.. Enumerable.Range(0, a.Keys.Count).Where(i => places.ContainsKey(a.Keys[i]))];
        return (
            [.. shared.Select(i => a.Keys[i])],
            [.. shared.Select(i => a.Values[i])],
            [.. shared.Select(i => b.Values[places[a.Keys[i]]])],
            [.. shared.Select(i => a.Items[i])]
        );
    }
}
