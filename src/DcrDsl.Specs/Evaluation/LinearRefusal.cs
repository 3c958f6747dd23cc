namespace DcrDsl.Specs;

/// <summary>
/// The probability of a refusal by a linear probe: a logistic regression on the model's state where its answer begins, fitted to prompts
/// that are to be refused and prompts that are to be answered, of the very model that answers. Neither trained on nor measured on.
/// </summary>
[RuntimeCall("Probes.LinearRefusal")]
public sealed record LinearRefusal : ProbeSpec
{
    /// <summary>Prompts that are to be refused, held out: validation prompts.</summary>
    [Required("ToyWorld.WatchedToxic"), Watched]
    public PromptSource? Refused { get; init; }

    /// <summary>Prompts that are to be answered, held out: validation prompts.</summary>
    [Required("ToyWorld.WatchedSeeminglyToxic"), Watched, ApartFrom(nameof(Refused))]
    public PromptSource? Answered { get; init; }

    /// <summary>ℓ: the block, counted from 1, whose output at the last prompt token is read; null: the one in the middle.</summary>
    [Range(1), Layer]
    public int? Layer { get; init; }

    /// <summary>λ: how much long weights cost, beside a mean loss, with states of mean squared length 1.</summary>
    [Range(0, ExclusiveMinimum = true)]
    public double Ridge { get; init; } = 1e-2;

    /// <summary>Prompts read side by side.</summary>
    [Range(1)]
    public int Batch { get; init; } = 100;

    /// <summary>
    /// Says that a stage trains on the prompts, which is an error without it: states of such prompts are told apart by heart.
    /// </summary>
    [NoEffectOnResult]
    public bool InDistribution { get; init; }

    /// <inheritdoc/>
    public override bool DependsOnSeed => Refused is { DependsOnSeed: true } || Answered is { DependsOnSeed: true };
}
