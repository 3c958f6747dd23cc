namespace DcrDsl.Specs;

/// <summary>
/// Chooses, for each prompt of a batch as the anchor, the pairs that an objective sees. Pairs are compared by their cosines, whatever the
/// objective measures, and no gradient goes through the choice.
/// </summary>
public abstract record PairMiner;

/// <summary>
/// The miner of the multi-similarity loss (Wang et al., CVPR 2019), as in pytorch-metric-learning: of an anchor a, the positives p with
/// <c>s(a, p) − ε &lt; max s(a, n)</c> and the negatives n with <c>s(a, n) + ε &gt; min s(a, p)</c>. Classes that are apart by more than ε
/// leave no pair.
/// </summary>
[RuntimeCall("PairMining.MultiSimilarity")]
public sealed record MultiSimilarityMiner : PairMiner
{
    /// <summary>ε: a pair this much easier than the hardest of the other kind still counts.</summary>
    [Range(0)]
    public double Epsilon { get; init; } = 0.1;
}

/// <summary>
/// Of each anchor the hardest pairs: the positives with the lowest and the negatives with the highest cosines. One of each is batch-hard
/// mining (Hermans et al., 2017); all positives and a few negatives are hard negatives. Pairs as hard as the last one count too; an anchor
/// without a positive or without a negative has none.
/// </summary>
[RuntimeCall("PairMining.Hardest")]
public sealed record HardestPairs : PairMiner
{
    /// <summary>Positives of an anchor; null: all.</summary>
    [Range(1)]
    public int? Positives { get; init; } = 1;

    /// <summary>Negatives of an anchor; null: all.</summary>
    [Range(1)]
    public int? Negatives { get; init; } = 1;
}
