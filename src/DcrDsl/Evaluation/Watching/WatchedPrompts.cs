using DcrDsl.Data;
using DcrDsl.Models;
using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Evaluation.Watching;

/// <summary>The prompts on which a model is watched, by class.</summary>
/// <param name="SeeminglyToxic">Seemingly toxic prompts.</param>
/// <param name="Toxic">Toxic prompts.</param>
/// <param name="General">General prompts; null: this class is not watched.</param>
/// <param name="Seed">What random choices of a watch are made by, for example of folds.</param>
public sealed record WatchedPrompts(
    IReadOnlyList<Example> SeeminglyToxic,
    IReadOnlyList<Example> Toxic,
    IReadOnlyList<Example>? General,
    ulong Seed
)
{
    /// <summary>The classes that are watched, with their prompts.</summary>
    public IEnumerable<(PromptClass Class, IReadOnlyList<Example> Prompts)> Classes =>
        General is { } general
            ? [(PromptClass.SeeminglyToxic, SeeminglyToxic), (PromptClass.Toxic, Toxic), (PromptClass.General, general)]
            : [(PromptClass.SeeminglyToxic, SeeminglyToxic), (PromptClass.Toxic, Toxic)];

    /// <summary>Refuses to go on with too few prompts of a class.</summary>
    /// <param name="fewest">How many there have to be.</param>
    /// <param name="what">What needs them, as the beginning of a sentence: "The separability".</param>
    /// <exception cref="InputException">There are fewer.</exception>
    internal void Require(int fewest, string what)
    {
        foreach (var (promptClass, prompts) in Classes)
            if (prompts.Count < fewest)
                throw new InputException(
                    $"{what} needs {English.Count(fewest, "prompt")} of each class, and {promptClass} has {prompts.Count}: give more."
                );
    }

    /// <summary>The tokens of prompts, up to where the response begins.</summary>
    /// <exception cref="InputException">A prompt cannot be written with the vocabulary.</exception>
    internal static int[][] Asked(IReadOnlyList<Example> prompts, LanguageModel model) =>
        [.. prompts.Select(p => p.Encoded(() => model.Chat.Prompt(p.Prompt)))];
}
