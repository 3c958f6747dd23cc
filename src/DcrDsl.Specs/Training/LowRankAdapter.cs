namespace DcrDsl.Specs;

/// <summary>A small addition that is trained in place of the weights, and merged into them at the end of the stage.</summary>
public abstract record LowRankAdapter
{
    /// <summary>
    /// The modules that get one: each entry hits the modules whose Hugging Face names end with it, for example <c>q_proj</c>; "all-linear"
    /// hits every linear module but the head.
    /// </summary>
    public ValueList<string> Targets { get; init; } = ValueList.Of(["all-linear"]);

    /// <summary>Only the modules of these blocks, counted from 1; null: all blocks.</summary>
    [Layer]
    public ValueList<int>? Layers { get; init; }

    /// <summary>
    /// The modules as one regular expression of Python's for their whole names, in place of <see cref="Targets"/> and <see
    /// cref="Layers"/>; null: these say.
    /// </summary>
    [OmittedAtDefault]
    public string? TargetPattern { get; init; }

    /// <summary>
    /// Modules of which a full copy is trained in place of an addition (modules_to_save): <c>lm_head</c> or <c>embed_tokens</c>, where
    /// the two do not share their weights.
    /// </summary>
    [OmittedAtDefault]
    public ValueList<string> SavedModules { get; init; } = ValueList<string>.Empty;
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

    /// <summary>Ranks and alphas of some modules; the first entry that names a module and has the value counts.</summary>
    [OmittedAtDefault]
    public ValueList<LoraPattern> Patterns { get; init; } = ValueList<LoraPattern>.Empty;

    /// <summary>What A begins with; B begins with 0, so the addition is none at first.</summary>
    [OmittedAtDefault]
    public LoraInitialisation Initialisation { get; init; } = LoraInitialisation.Uniform;
}

/// <summary>Rank and alpha of some modules (rank_pattern, alpha_pattern).</summary>
public sealed record LoraPattern
{
    /// <summary>
    /// A regular expression of Python's for the last parts of the modules' names: <c>q_proj</c>, <c>layers\.[0-3]\..*</c>.
    /// </summary>
    public string Modules { get; init; } = "";

    /// <summary>Their rank; null: the adapter's.</summary>
    [Range(1)]
    public int? Rank { get; init; }

    /// <summary>Their alpha; null: the adapter's.</summary>
    [Range(0, ExclusiveMinimum = true)]
    public double? Alpha { get; init; }
}

/// <summary>What A begins with.</summary>
public enum LoraInitialisation
{
    /// <summary>Uniform in ±1/√inputs, as PEFT does by default.</summary>
    Uniform,

    /// <summary>Normal with standard deviation 1/rank (init_lora_weights "gaussian").</summary>
    Gaussian,
}
