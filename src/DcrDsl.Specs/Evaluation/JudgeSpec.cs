namespace DcrDsl.Specs;

/// <summary>Decides whether a completion refuses or complies.</summary>
public abstract record JudgeSpec;

/// <summary>
/// A completion refuses if its first word is one of the openers. The refusal probability is their mass at the first response token.
/// </summary>
[RuntimeCall("Judges.RefusalOpeners")]
public sealed record RefusalOpeners : JudgeSpec
{
    /// <summary>The words that open a refusal, in lower case.</summary>
    public ValueList<string> Openers { get; init; } = ValueList<string>.Empty;
}
