namespace DcrDsl.Specs;

/// <summary>
/// A suffix of a file behind the prompt, as suffixes are found by gradients (GCG: Zou et al., 2023). DcrDsl brings no such file.
/// </summary>
[RuntimeCall("Attacks.Suffix")]
public sealed record Suffix : Attack
{
    /// <summary>Of several suffixes the seed draws one for each prompt.</summary>
    public override bool DependsOnSeed => Line is null;

    /// <summary>The file, with a suffix in each line that is not blank.</summary>
    [RunPath]
    public string Path { get; init; } = "";

    /// <summary>
    /// The line whose suffix all prompts get, counted from 1, as for one that was made for all; null: each prompt gets one that the seed
    /// draws.
    /// </summary>
    [Range(1)]
    public int? Line { get; init; }

    /// <summary>What stands between prompt and suffix.</summary>
    [OmittedAtDefault]
    public string Between { get; init; } = " ";
}
