using DcrDsl.Specs;

namespace DcrDsl.Models.LowRank;

/// <summary>
/// What a low-rank adapter changes and how (Hu et al., "LoRA", 2021), with the rules of PEFT's <c>LoraConfig</c>: a module's product
/// becomes x · Wᵀ + s · (x · Aᵀ) · Bᵀ, where s is <see cref="Alpha"/> / rank.
/// </summary>
public sealed record LoraOptions
{
    /// <summary>The word that stands for every linear module but the head.</summary>
    public const string AllLinear = "all-linear";

    /// <summary>Rows of A and columns of B, at least 1 (<c>r</c>).</summary>
    public int Rank { get; init; } = 8;

    /// <summary>The numerator of s (<c>lora_alpha</c>).</summary>
    public double Alpha { get; init; } = 16;

    /// <summary>Whether s is alpha / √rank (Kalajdzievski, "rsLoRA", 2023; <c>use_rslora</c>).</summary>
    public bool RankStabilised { get; init; }

    /// <summary>
    /// The share of the low-rank path's inputs that training sets to 0, from 0 to below 1; rounded to a 65,536th (<c>lora_dropout</c>).
    /// </summary>
    public double Dropout { get; init; }

    /// <summary>
    /// The modules: each entry hits the module of that full name and those whose names end with a dot and the entry (<c>q_proj</c>);
    /// <see cref="AllLinear"/>
    /// hits every linear module but the head. Passed over where <see cref="TargetPattern"/> is set.
    /// </summary>
    public IReadOnlyList<string> Targets { get; init; } = [AllLinear];

    /// <summary>The modules as a regular expression for their whole names; null: <see cref="Targets"/> says.</summary>
    public string? TargetPattern { get; init; }

    /// <summary>
    /// Only the modules of these blocks, counted from 0, and those that a target names in full; null: all blocks
    /// (<c>layers_to_transform</c>).
    /// </summary>
    public IReadOnlyList<int>? Layers { get; init; }

    /// <summary>
    /// Ranks of modules whose name ends with a match of the regular expression; the first that matches counts (<c>rank_pattern</c>).
    /// </summary>
    public IReadOnlyList<(string Pattern, int Rank)> RankPattern { get; init; } = [];

    /// <summary>The same for alpha (<c>alpha_pattern</c>).</summary>
    public IReadOnlyList<(string Pattern, double Alpha)> AlphaPattern { get; init; } = [];

    /// <summary>
    /// Modules of which a full copy is trained in place of an addition: <c>lm_head</c> or <c>embed_tokens</c> (<c>modules_to_save</c>).
    /// </summary>
    public IReadOnlyList<string> SavedModules { get; init; } = [];

    /// <summary>
    /// Whether the length of each row of the weight is learned apart from its direction (Liu et al., "DoRA", 2024; <c>use_dora</c>):
    /// W′ = m · (W + s·BA) / ‖W + s·BA‖, the norm by row and without a gradient.
    /// </summary>
    public bool WeightDecomposed { get; init; }

    /// <summary>What A of a linear module begins with (<c>init_lora_weights</c>); of no matter once it is trained.</summary>
    public LoraInitialisation Initialisation { get; init; } = LoraInitialisation.Uniform;

    /// <exception cref="InputException">A number lies outside its range, or two options exclude each other.</exception>
    internal void Validate()
    {
        if (Rank < 1)
            throw Refusal("r", Rank, "it must be at least 1");
        if (!double.IsFinite(Alpha))
            throw Refusal("lora_alpha", Alpha, "it must be a number");
        if (!(Dropout >= 0 && Dropout < 1))
            throw Refusal("lora_dropout", Dropout, "it must be from 0 to below 1");
        if (RankPattern.FirstOrDefault(p => p.Rank < 1) is { Pattern: { } pattern, Rank: var rank })
            throw Refusal($"the rank of '{pattern}' in rank_pattern", rank, "it must be at least 1");
        if (TargetPattern is not null && Layers is not null)
            throw new InputException(
                "layers_to_transform goes with a list of target_modules, and target_modules is a regular expression; write the layers "
                    + "into the expression."
            );
        if (TargetPattern is null && Targets.Count == 0)
            throw new InputException("target_modules is empty; list the modules to adapt, or write all-linear.");
    }

    static InputException Refusal(string what, double value, string wanted) =>
        new(FormattableString.Invariant($"{what} is {value}; {wanted}."));
}
