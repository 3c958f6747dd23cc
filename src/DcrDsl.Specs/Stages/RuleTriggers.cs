namespace DcrDsl.Specs;

/// <summary>
/// Rule triggers: a prompt that has one of the phrases gets a canned refusal, and the model is not asked. No weight is trained; such a
/// prompt costs no pass and no token.
/// </summary>
public sealed record RuleTriggers : Stage
{
    /// <summary>What a refusal says unless another text is declared: every judge that is built in takes it for one.</summary>
    public const string CannedRefusal = "Sorry, but I can't help with that.";

    /// <inheritdoc/>
    public override string Kind => "rule triggers";

    /// <summary>Leaves the stage out of an arm.</summary>
    public static RuleTriggers None => null!;

    /// <summary>Rules know no seed.</summary>
    public override bool DependsOnSeed => false;

    /// <summary>Words and phrases.</summary>
    public ValueList<string> Phrases { get; init; } = ValueList<string>.Empty;

    /// <summary>A text file with more of them, one a line; empty lines do not count. Null: none.</summary>
    [RunPath]
    public string? File { get; init; }

    /// <summary>How they are looked for.</summary>
    public PhraseMatch Match { get; init; }

    /// <summary>What is said in the model's place.</summary>
    public string Refusal { get; init; } = CannedRefusal;
}
