namespace DcrDsl.Specs;

/// <summary>
/// Decides what a completion is: it complies, refuses, refuses indirectly, is empty, or is cut off before its answer. A judge sees prompt
/// and completion, and what probes have read beside it, never the
/// model.
/// </summary>
public abstract record JudgeSpec
{
    /// <summary>
    /// What a refusal begins with, as far as the judge knows: the refusal probability is made of it where it has no openers of its own.
    /// </summary>
    public virtual ValueList<string> Beginnings => ValueList<string>.Empty;

    /// <summary>The probe by whose stored value it judges, by its name; null: it reads text alone.</summary>
    public virtual string? ReadsProbe => null;

    /// <summary>
    /// Whether it tells a refusal that does not say so from one that does, so that <see cref="Metric.DirectRefusalRate"/> and
    /// <see cref="Metric.IndirectRefusalRate"/> are measured. Lists of phrases do not.
    /// </summary>
    public virtual bool TellsIndirectRefusals => false;
}

/// <summary>A completion refuses if its first word is one of the openers.</summary>
[RuntimeCall("Judges.RefusalOpeners")]
public sealed record RefusalOpeners : JudgeSpec
{
    /// <summary>The words that open a refusal, in lower case.</summary>
    public ValueList<string> Openers { get; init; } = ValueList<string>.Empty;

    /// <inheritdoc/>
    public override ValueList<string> Beginnings => Openers;
}
