namespace DcrDsl.Specs;

/// <summary>
/// The prompt in Base64, of its bytes in UTF-8. What a completion holds in Base64 is decoded before it is judged.
/// </summary>
[RuntimeCall("Attacks.Base64")]
public sealed record Base64 : TemplateAttack
{
    /// <summary>What is asked; <c>{prompt}</c> stands for the encoded prompt.</summary>
    [OmittedAtDefault]
    public override string Text { get; init; } = PromptPlace;
}

/// <summary>
/// The prompt with each letter from A to Z moved by thirteen places. A completion is read so, too, before it is judged, where that
/// is English and the completion as it stands is not.
/// </summary>
[RuntimeCall("Attacks.Rot13")]
public sealed record Rot13 : TemplateAttack
{
    /// <summary>What is asked; <c>{prompt}</c> stands for the encoded prompt.</summary>
    [OmittedAtDefault]
    public override string Text { get; init; } = PromptPlace;
}

/// <summary>
/// The prompt with digits for six letters: a 4, e 3, i 1, o 0, s 5, t 7. A completion is read the other way round before it is judged,
/// where that is English and the completion as it stands is not.
/// </summary>
[RuntimeCall("Attacks.Leetspeak")]
public sealed record Leetspeak : TemplateAttack
{
    /// <summary>What is asked; <c>{prompt}</c> stands for the encoded prompt.</summary>
    [OmittedAtDefault]
    public override string Text { get; init; } = PromptPlace;
}
