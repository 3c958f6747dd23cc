namespace DcrDsl.Specs;

/// <summary>How completions are written.</summary>
public abstract record DecodingSpec
{
    /// <summary>Whether the seed decides on tokens.</summary>
    public virtual bool DependsOnSeed => false;
}

/// <summary>The likeliest token each time; the method's own choice, and the same on every run.</summary>
public sealed record Greedy : DecodingSpec;

/// <summary>
/// Tokens drawn by their probability, from streams of the cell's seed, task, prompt and place, so that neither batch nor order of prompts
/// matters.
/// </summary>
[RuntimeCall("Decoding.Sampled")]
public sealed record Sampling : DecodingSpec
{
    /// <inheritdoc/>
    public override bool DependsOnSeed => true;

    /// <summary>Logits are divided by this: below 1 likely tokens become likelier still.</summary>
    [Range(0, ExclusiveMinimum = true)]
    public double Temperature { get; init; } = 1;

    /// <summary>Only the likeliest tokens that together have this probability are drawn from; 1: all.</summary>
    [Range(0, 1, ExclusiveMinimum = true)]
    public double TopP { get; init; } = 1;
}
