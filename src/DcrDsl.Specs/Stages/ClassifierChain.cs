namespace DcrDsl.Specs;

/// <summary>
/// A chain around the model: a classifier on the prompt, the model, a filter on its answer; where either finds harm there is a canned
/// refusal. The classifier is a logistic regression on the model's own hidden state, so the pass that reads a prompt is that which answers
/// it. No weight of the model is trained. Without prompts to fit to, or without phrases, the chain has the other link only.
/// </summary>
public sealed record ClassifierChain : Stage
{
    /// <inheritdoc/>
    public override string Kind => "classifier chain";

    /// <summary>Leaves the stage out of an arm.</summary>
    public static ClassifierChain None => null!;

    /// <summary>The same prompts give the same classifier.</summary>
    public override bool DependsOnSeed =>
        new[] { Toxic, Harmless, ToxicValidation, HarmlessValidation }.Any(s => s is { DependsOnSeed: true });

    /// <summary>Toxic prompts to fit the classifier to; null, as <see cref="Harmless"/>: there is none.</summary>
    [TrainedOn, ToldApart(PromptClass.Toxic, PromptClass.SeeminglyToxic), ApartFrom(nameof(Harmless))]
    public PromptSource? Toxic { get; init; }

    /// <summary>Prompts to be answered: general ones, or seemingly toxic ones.</summary>
    [TrainedOn, ToldApart(PromptClass.SeeminglyToxic, PromptClass.Toxic)]
    public PromptSource? Harmless { get; init; }

    /// <summary>Toxic prompts to measure by; null: those of <see cref="Toxic"/> behind the ones that are fitted to.</summary>
    [TrainedOn, ToldApart(PromptClass.Toxic, PromptClass.SeeminglyToxic), ApartFrom(nameof(Toxic), nameof(Harmless))]
    public PromptSource? ToxicValidation { get; init; }

    /// <summary>Harmless prompts to choose the threshold by; null: those of <see cref="Harmless"/> behind the others.</summary>
    [TrainedOn, ToldApart(PromptClass.SeeminglyToxic, PromptClass.Toxic), ApartFrom(nameof(Toxic), nameof(Harmless))]
    public PromptSource? HarmlessValidation { get; init; }

    /// <summary>Prompts of each class that are fitted to.</summary>
    [Range(2)]
    public int TrainingPrompts { get; init; } = 128;

    /// <summary>Prompts of each class to choose the threshold and to measure by.</summary>
    [Range(1)]
    public int ValidationPrompts { get; init; } = 32;

    /// <summary>ℓ: the block, counted from 1, whose output at the last prompt token is classified; null: the one in the middle.</summary>
    [Range(1), Layer]
    public int? Layer { get; init; }

    /// <summary>λ: how much long weights cost, beside a mean loss, with states of mean squared length 1.</summary>
    [Range(0, ExclusiveMinimum = true)]
    public double Ridge { get; init; } = 1e-2;

    /// <summary>The most of the harmless validation prompts that may be refused; decides on the threshold.</summary>
    [Range(0, 1)]
    public double FalsePositiveRate { get; init; } = 0.05;

    /// <summary>The probability of harm from which on a prompt is refused; null: as <see cref="FalsePositiveRate"/> decides.</summary>
    [Range(0, 1, ExclusiveMinimum = true)]
    public double? Threshold { get; init; }

    /// <summary>Words and phrases for which an answer is withdrawn; empty: answers are not looked at.</summary>
    public ValueList<string> AnswerPhrases { get; init; } = ValueList<string>.Empty;

    /// <summary>How they are looked for.</summary>
    public PhraseMatch Match { get; init; }

    /// <summary>What is said in the model's place.</summary>
    public string Refusal { get; init; } = RuleTriggers.CannedRefusal;

    /// <summary>Prompts read side by side.</summary>
    [Range(1)]
    public int Batch { get; init; } = 32;
}
