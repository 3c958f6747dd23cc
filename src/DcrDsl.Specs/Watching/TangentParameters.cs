using System.Text.RegularExpressions;

namespace DcrDsl.Specs;

/// <summary>By which parameters the gradients of a kernel coupling are taken.</summary>
public abstract record TangentParameters
{
    /// <summary>All parameters, those of an attached adapter included.</summary>
    public static AllParameters All { get; } = new();

    /// <summary>The parameters of the adapter that the stage trains.</summary>
    public static LoraParameters Lora { get; } = new();

    /// <summary>The last two blocks, the final norm and the head.</summary>
    public static LastBlocks LastTwoBlocks { get; } = new();

    /// <summary>What a model lacks that has none of them, and what to do, as the end of a sentence.</summary>
    public abstract string Missing { get; }

    /// <summary>Whether a parameter is one of them.</summary>
    /// <param name="name">Its name, as Hugging Face or PEFT gives it.</param>
    /// <param name="layers">Blocks of the model.</param>
    public abstract bool Includes(string name, int layers);
}

/// <summary>All parameters, those of an attached adapter included.</summary>
public sealed record AllParameters : TangentParameters
{
    /// <inheritdoc/>
    public override string Missing => "it has none at all";

    /// <inheritdoc/>
    public override bool Includes(string name, int layers) => true;
}

/// <summary>The parameters of the adapter that the stage trains.</summary>
public sealed record LoraParameters : TangentParameters
{
    /// <inheritdoc/>
    public override string Missing => "no adapter is attached in this stage; let it train one (Adapter), or take other Parameters";

    /// <inheritdoc/>
    public override bool Includes(string name, int layers) => name.StartsWith("base_model.model.", StringComparison.Ordinal);
}

/// <summary>
/// The last blocks, the final norm and the head; a head that is the embedding counts as that, with its derivative through both.
/// </summary>
public sealed record LastBlocks : TangentParameters
{
    /// <summary>How many blocks.</summary>
    [Range(0)]
    public int Blocks { get; init; } = 2;

    /// <inheritdoc/>
    public override string Missing => "it has no head";

    /// <inheritdoc/>
    public override bool Includes(string name, int layers) =>
        Regex.Match(name, @"model\.layers\.(\d+)\.") is { Success: true } block
            ? int.Parse(block.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) >= layers - Blocks
            : name.Contains("model.norm.") || name.Contains("lm_head.");
}

/// <summary>Parameters by name.</summary>
public sealed record NamedParameters : TangentParameters
{
    /// <summary>
    /// Parts of names, for example <c>self_attn.q_proj</c> or <c>layers.3.</c>; a parameter counts if its name has one of them.
    /// </summary>
    public ValueList<string> Names { get; init; } = ValueList<string>.Empty;

    /// <inheritdoc/>
    public override string Missing =>
        "none has a name with " + (Names.Count == 0 ? "anything in it, as Names is empty" : string.Join(" or ", Names));

    /// <inheritdoc/>
    public override bool Includes(string name, int layers) => Names.Any(name.Contains);
}
