using DcrDsl.Specs;

namespace DcrDsl.Data.Corpus;

/// <summary>
/// A part of the corpus with a fixed number of prompts; prompt i of the first two classes is matched while i &lt; <paramref name="Pairs"/>.
/// </summary>
sealed record ToyWorldSection(ToyWorldPrompt[] SeeminglyToxic, ToyWorldPrompt[] Toxic, ToyWorldPrompt[] General, int Pairs)
{
    const int HeldOutPairs = 300,
        HeldOutGeneral = 300,
        RefinementPairs = 250,
        FurtherToxic = 250,
        RefinementGeneral = 500,
        PreferencePairs = 300,
        PreferenceGeneral = 300;

    public ToyWorldPrompt[] Of(PromptClass promptClass) =>
        promptClass switch
        {
            PromptClass.SeeminglyToxic => SeeminglyToxic,
            PromptClass.Toxic => Toxic,
            _ => General,
        };

    public IEnumerable<string> Texts => SeeminglyToxic.Concat(Toxic).Concat(General).Select(prompt => prompt.Text);

    /// <summary>300 matched pairs and 300 general prompts each, from held-out words; the two share no prompt.</summary>
    public static (ToyWorldSection Evaluation, ToyWorldSection Validation) HeldOut(ulong seed)
    {
        var sets = new ToyWorldSets(seed, ToyWorldLexicon.HeldOut(seed), []);
        ToyWorldSection Draw(ToyWorldPart part) =>
            Of(sets.Pairs(part, HeldOutPairs), [], sets.Prompts(part, PromptClass.General, HeldOutGeneral));
        return (Draw(ToyWorldPart.Evaluation), Draw(ToyWorldPart.Validation));
    }

    /// <summary>250 matched pairs, 250 further toxic prompts and, for a control, 500 general ones, from training words.</summary>
    public static ToyWorldSection Refinement(ulong seed)
    {
        var sets = new ToyWorldSets(seed, ToyWorldLexicon.Training(seed), []);
        return Of(
            sets.Pairs(ToyWorldPart.Refinement, RefinementPairs),
            sets.Prompts(ToyWorldPart.Refinement, PromptClass.Toxic, FurtherToxic),
            sets.Prompts(ToyWorldPart.Refinement, PromptClass.General, RefinementGeneral)
        );
    }

    /// <summary>300 matched pairs and 300 general prompts, from training words.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="taken">Prompts that it does not hold, beside those of the refinement.</param>
    public static ToyWorldSection Preference(ulong seed, IEnumerable<string> taken)
    {
        var sets = new ToyWorldSets(seed, ToyWorldLexicon.Training(seed), [.. Refinement(seed).Texts, .. taken]);
        return Of(
            sets.Pairs(ToyWorldPart.Preference, PreferencePairs),
            [],
            sets.Prompts(ToyWorldPart.Preference, PromptClass.General, PreferenceGeneral)
        );
    }

    static ToyWorldSection Of(ToyWorldPair[] pairs, ToyWorldPrompt[] furtherToxic, ToyWorldPrompt[] general) =>
        new([.. pairs.Select(pair => pair.SeeminglyToxic)], [.. pairs.Select(pair => pair.Toxic), .. furtherToxic], general, pairs.Length);
}
