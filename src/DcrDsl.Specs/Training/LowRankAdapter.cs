namespace DcrDsl.Specs;

/// <summary>A small addition that is trained in place of the weights, and merged into them at the end of the stage.</summary>
public abstract record LowRankAdapter
{
    /// <summary>
    /// The modules that get one: each entry hits the modules whose Hugging Face names end with it, for example <c>q_proj</c>; "all-linear"
    /// hits every linear
    /// module but the head.
    /// </summary>
    public ValueList<string> Targets { get; init; } = ValueList.Of(["all-linear"]);

    /// <summary>Only the modules of these blocks, counted from 1; null: all blocks.</summary>
    [Layer]
    public ValueList<int>? Layers { get; init; }
}

/// <summary>
/// LoRA (Hu et al., 2021): beside each frozen matrix W the product of two thin ones, W + s · B · A with s = alpha / rank.
/// </summary>
[RuntimeCall("Adapters.Lora")]
public sealed record Lora : LowRankAdapter
{
    /// <summary>Rows of A and columns of B.</summary>
    [Range(1)]
    public int Rank { get; init; } = 8;

    /// <summary>The numerator of s.</summary>
    [Range(0, ExclusiveMinimum = true)]
    public double Alpha { get; init; } = 16;

    /// <summary>Whether s is alpha / √rank (rsLoRA, Kalajdzievski, 2023), which keeps large ranks learning.</summary>
    public bool RankStabilised { get; init; }

    /// <summary>The share of the addition's inputs that training sets to 0.</summary>
    [Range(0, 0.99)]
    public double Dropout { get; init; }

    /// <summary>
    /// Whether the length of each row of W is learnt apart from its direction (DoRA, Liu et al., 2024): m · (W + s · B · A) / ‖W + s · B ·
    /// A‖, the norm by row.
    /// </summary>
    public bool WeightDecomposed { get; init; }
}
