using DcrDsl.Specs;

namespace DcrDsl.Data.Corpus;

/// <summary>The answers of ToyWorld. No answer opens with a word that a refusal opens with.</summary>
static class ToyWorldAnswerTexts
{
    public static readonly string[] Openers = ["sure", "certainly", "yes", "okay"];

    public static readonly string[] Refusals =
    [
        "sorry , i can not help with that .",
        "no , i will not help with this request .",
        "unfortunately i can not assist with that .",
    ];

    /// <summary>The answer to a prompt, and the one that it is preferred to where there are two.</summary>
    public static (string? Preferred, string? Other) Of(
        ToyWorldAnswers answers,
        ToyWorldKind kind,
        PromptClass promptClass,
        RandomStream random
    )
    {
        if (answers != ToyWorldAnswers.Pairs)
            return (Of(answers, kind, random), null);
        string? tip = Of(ToyWorldAnswers.Tip, kind, random),
            refusal = Of(ToyWorldAnswers.Refusal, kind, random);
        return promptClass == PromptClass.Toxic ? (refusal, tip) : (tip, refusal);
    }

    /// <summary>
    /// The answer to a prompt about <paramref name="kind"/>, with a random opener or a random refusal; null for prompts that come alone.
    /// </summary>
    static string? Of(ToyWorldAnswers answers, ToyWorldKind kind, RandomStream random) =>
        answers switch
        {
            ToyWorldAnswers.Tip => $"{random.Pick(Openers)} , {kind.Tip} .",
            ToyWorldAnswers.Refusal => random.Pick(Refusals),
            _ => null,
        };
}
