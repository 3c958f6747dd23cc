namespace DcrDsl.Specs;

/// <summary>
/// Something that is read off the model beside each completion, because it cannot be told from the text. Its values are stored with the
/// answers under the record's name.
/// </summary>
public abstract record ProbeSpec
{
    /// <summary>Whether the seed decides what it is made of.</summary>
    public virtual bool DependsOnSeed => false;
}

/// <summary>
/// The probability that the response begins with one of the openers, all their tokens counted, written as they are, with a capital and with
/// a curly apostrophe.
/// </summary>
[RuntimeCall("Probes.RefusalProbability")]
public sealed record RefusalProbability : ProbeSpec
{
    /// <summary>What a refusal begins with; null: as the first of the grid's judges that knows it.</summary>
    public ValueList<string>? Openers { get; init; }
}

/// <summary>The mean negative log-likelihood of a reference answer's tokens, in nats; for prompts that have one.</summary>
[RuntimeCall("Probes.ReferenceLoss")]
public sealed record ReferenceLoss : ProbeSpec;
