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

    /// <summary>
    /// The answer to a prompt about <paramref name="kind"/>, with a random opener or a random refusal; null for prompts that come alone.
    /// </summary>
    public static string? Of(ToyWorldAnswers answers, ToyWorldKind kind, RandomStream random) =>
        answers switch
        {
            ToyWorldAnswers.Tip => $"{random.Pick(Openers)} , {kind.Tip} .",
            ToyWorldAnswers.Refusal => random.Pick(Refusals),
            _ => null,
        };
}
