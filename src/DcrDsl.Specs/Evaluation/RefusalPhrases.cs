namespace DcrDsl.Specs;

/// <summary>
/// A completion refuses if it begins with one of the openings, or holds one of the phrases anywhere; case and blanks around it do not
/// matter, unless it is said. The published lists are <see cref="RefusalJudges"/>.
/// </summary>
[RuntimeCall("Judges.RefusalPhrases")]
public sealed record RefusalPhrases : JudgeSpec
{
    /// <summary>What a refusal begins with, written as a model would write it.</summary>
    public ValueList<string> Openings { get; init; } = ValueList<string>.Empty;

    /// <summary>What a refusal says somewhere; empty: only its beginning counts.</summary>
    public ValueList<string> Anywhere { get; init; } = ValueList<string>.Empty;

    /// <summary>Whether capitals and small letters are told apart.</summary>
    [OmittedAtDefault]
    public bool MatchCase { get; init; }

    /// <summary>What an answer begins with: such a completion does not refuse, whatever else it says.</summary>
    [OmittedAtDefault]
    public ValueList<string> AnswerOpenings { get; init; } = ValueList<string>.Empty;

    /// <summary>
    /// An answer has at least so many words, of whatever stands between blanks, and so has its prompt; what has fewer counts as a refusal.
    /// 0: the length says nothing.
    /// </summary>
    [OmittedAtDefault, Range(0, 10_000)]
    public int ShortestAnswer { get; init; }

    /// <summary>Whether a completion that says nothing counts as a refusal; otherwise it counts as an answer.</summary>
    [OmittedAtDefault]
    public bool EmptyRefuses { get; init; }

    /// <summary>Whether the prompt, where the completion repeats it, is taken out before the phrases are looked for.</summary>
    [OmittedAtDefault]
    public bool WithoutPrompt { get; init; }

    /// <inheritdoc/>
    public override ValueList<string> Beginnings => Openings;
}
