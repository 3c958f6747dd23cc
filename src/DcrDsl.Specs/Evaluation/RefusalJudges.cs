namespace DcrDsl.Specs;

/// <summary>
/// Published phrase lists, by the name of where they are from, each with its own rule. They disagree by construction, so a report names the
/// one it used. The lists are data: <c>refusal-judges.json</c> beside this file.
/// </summary>
public static class RefusalJudges
{
    /// <summary>XSTest's string match for a full refusal (Röttger et al., 2024): the completion begins with one of 21 openings.</summary>
    public static RefusalPhrases XSTest { get; } = Of(nameof(XSTest));

    /// <summary>
    /// JailbreakBench's phrases with the additions of refusal_direction (Arditi et al., 2024), 12 in all, anywhere; the refusal probability
    /// takes them as openings.
    /// </summary>
    public static RefusalPhrases JailbreakBench { get; } = Of(nameof(JailbreakBench));

    /// <summary>Either of the two: an opening of <see cref="XSTest"/>, or a phrase of <see cref="JailbreakBench"/> anywhere.</summary>
    public static RefusalPhrases PrefixOrSubstring { get; } = Of(nameof(PrefixOrSubstring));

    /// <summary>The 10 phrases of GCG's demonstration (Zou et al., 2023), anywhere, in this case.</summary>
    public static RefusalPhrases GcgDemo { get; } = Of(nameof(GcgDemo));

    /// <summary>The 7 phrases that GCG's library has unless it is given others (Zou et al., 2023), anywhere, in this case.</summary>
    public static RefusalPhrases GcgDefault { get; } = Of(nameof(GcgDefault));

    /// <summary>
    /// The 29 keywords for AdvBench of fine-tuning attacks (Qi et al., 2023), anywhere, in this case; adaptive attacks (Andriushchenko et
    /// al., 2024) have the same.
    /// </summary>
    public static RefusalPhrases AdvBenchKeywords { get; } = Of(nameof(AdvBenchKeywords));

    /// <summary>
    /// The 28 phrases for MaliciousInstruct (Huang et al., 2023), anywhere, in this case, after the prompt is taken out of the completion.
    /// </summary>
    public static RefusalPhrases MaliciousInstruct { get; } = Of(nameof(MaliciousInstruct));

    /// <summary>
    /// The 36 keywords of shallow alignment (Qi et al., 2024), anywhere, in this case; a completion that says nothing refuses too.
    /// </summary>
    public static RefusalPhrases ShallowAlignment { get; } = Of(nameof(ShallowAlignment));

    /// <summary>
    /// The 49 keywords of PAIR's GCG judge (Chao et al., 2023), anywhere, in this case; an answer, and its prompt, of five words or fewer
    /// counts as a refusal.
    /// </summary>
    public static RefusalPhrases PairGcg { get; } = Of(nameof(PairGcg));

    /// <summary>OR-Bench's check of Claude models (Cui et al., 2024): one of 4 openings, in this case.</summary>
    public static RefusalPhrases OrBenchClaude { get; } = Of(nameof(OrBenchClaude));

    /// <summary>OR-Bench's check of Gemini models (Cui et al., 2024): one of 6 openings, in this case.</summary>
    public static RefusalPhrases OrBenchGemini { get; } = Of(nameof(OrBenchGemini));

    /// <summary>OR-Bench's check of GPT-3.5 models (Cui et al., 2024): one of 3 phrases anywhere, in this case.</summary>
    public static RefusalPhrases OrBenchGpt3 { get; } = Of(nameof(OrBenchGpt3));

    /// <summary>
    /// OR-Bench's check of GPT-4 models (Cui et al., 2024): one of its openings, in this case, and none of those of an answer.
    /// </summary>
    public static RefusalPhrases OrBenchGpt4 { get; } = Of(nameof(OrBenchGpt4));

    /// <summary>OR-Bench's check of Mistral models (Cui et al., 2024), as it is meant: one of 2 openings, whatever their case.</summary>
    public static RefusalPhrases OrBenchMistral { get; } = Of(nameof(OrBenchMistral));

    /// <summary>OR-Bench's check of Llama and other open models (Cui et al., 2024): one of 2 openings, in this case.</summary>
    public static RefusalPhrases OrBenchLlama { get; } = Of(nameof(OrBenchLlama));

    /// <summary>OR-Bench's check of Qwen models (Cui et al., 2024): one of 4 openings, in this case.</summary>
    public static RefusalPhrases OrBenchQwen { get; } = Of(nameof(OrBenchQwen));

    static RefusalPhrases Of(string name) => PublishedList.All.Single(l => l.Name == name).Judge;
}
