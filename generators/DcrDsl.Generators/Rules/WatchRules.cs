using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Rules;

/// <summary>
/// The rules about what is watched along a training stage: that readings have names of their own, that there is something to read, and that
/// the prompts are neither trained on nor those of the evaluation.
/// </summary>
static class WatchRules
{
    public static void Check(ArmView arm, string property, TrainingStage stage)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var watch in stage.Watch)
        {
            if (!names.Add(Vocabulary.ReadingName(watch)))
                Wrong(
                    arm,
                    property,
                    watch,
                    nameof(watch.Name),
                    $"watches '{Vocabulary.ReadingName(watch)}' twice, and readings are kept by that name; give one of the two another "
                        + arm.Notation.Option(nameof(watch.Name))
                );
            HeldOut(arm, property, watch, watch.InDistribution);
            if (watch is RefusalAlong refusal)
                Openers(arm, property, refusal);
            if (watch is Separability separability)
                Folds(arm, property, separability, separability.Folds);
            if (watch is KernelCoupling coupling)
                Coupling(arm, property, stage, coupling);
        }
    }

    /// <summary>What the first judge of the arm that knows it says that a refusal begins with; null: none knows.</summary>
    public static ValueList<string>? Beginnings(ArmView arm) =>
        arm
            .Stages.Select(s => s.Spec)
            .OfType<EvaluationGrid>()
            .SelectMany(g => g.OtherJudges.Prepend(g.Judge ?? arm.Model?.OwnJudge))
            .Append(arm.Model?.OwnJudge)
            .Select(j => j?.Beginnings)
            .FirstOrDefault(b => b is { Count: > 0 });

    /// <summary>Prompts that are watched are neither trained on nor those of the evaluation.</summary>
    /// <param name="arm">The arm.</param>
    /// <param name="property">The stage.</param>
    /// <param name="watch">What has them.</param>
    /// <param name="inDistribution">Whether it says that they are trained on.</param>
    public static void HeldOut(ArmView arm, string property, object watch, bool inDistribution)
    {
        foreach (var option in Vocabulary.OptionsOf(watch).Where(o => o.Mark<WatchedAttribute>() is not null))
            if (option.GetValue(watch) is PromptSource prompts)
                HeldOut(arm, property, watch, inDistribution, option.Name, prompts);
    }

    static void HeldOut(ArmView arm, string property, object watch, bool inDistribution, string option, PromptSource prompts)
    {
        if (!inDistribution && arm.Stages.FirstOrDefault(s => TrainsOn(s.Spec, prompts)) is (var trained, { }))
            Wrong(
                arm,
                property,
                watch,
                option,
                $"is watched on prompts that stage '{trained}' trains on ({arm.Notation.Option(option)}); choose held-out prompts, or say "
                    + $"so with {arm.Notation.Setting(nameof(WatchSpec.InDistribution), "true")}"
            );
        foreach (var task in arm.Stages.SelectMany(s => SpecRecord.Within<PromptTask>(s.Spec)))
            if (prompts.MayOverlap(task.Prompts))
                Wrong(
                    arm,
                    property,
                    watch,
                    option,
                    $"is watched on the prompts of task '{task.Name}' ({arm.Notation.Option(option)}), and what one watches one chooses "
                        + "by; choose validation prompts"
                );
    }

    /// <summary>Whether a stage trains on prompts that may be among these.</summary>
    public static bool TrainsOn(Stage stage, PromptSource prompts) =>
        SpecRecord.Marked<TrainedOnAttribute>(stage).Select(o => o.Value).OfType<PromptSource>().Any(s => s.MayOverlap(prompts));

    static void Openers(ArmView arm, string property, RefusalAlong watch)
    {
        if (watch.Openers is { } openers && (openers.Count == 0 || openers.Any(string.IsNullOrWhiteSpace)))
            Wrong(
                arm,
                property,
                watch,
                nameof(watch.Openers),
                "watches the refusal probability of openers that are empty; name what a refusal begins with"
            );
        else if (watch.Openers is null && Beginnings(arm) is null)
            Wrong(
                arm,
                property,
                watch,
                nameof(watch.Openers),
                "watches the refusal probability, and no judge of the arm says what a refusal begins with; give the watch "
                    + arm.Notation.Option(nameof(watch.Openers))
            );
    }

    static void Coupling(ArmView arm, string property, TrainingStage stage, KernelCoupling watch)
    {
        if (watch.TopK > arm.Model?.Vocabulary)
            Wrong(
                arm,
                property,
                watch,
                nameof(watch.TopK),
                $"watches the kernel coupling of the {Text.Label(watch.TopK)} largest logits of each prompt, and the base model's "
                    + $"vocabulary has {Text.Label(arm.Model.Vocabulary)} tokens; lower {arm.Notation.Option(nameof(watch.TopK))}"
            );
        if (watch.Parameters is LoraParameters && !SpecRecord.Within<LowRankAdapter>(stage).Any())
            Wrong(
                arm,
                property,
                watch,
                nameof(watch.Parameters),
                "watches the kernel coupling by the parameters of an adapter, and the stage trains none; give it one, or take other "
                    + arm.Notation.Option(nameof(watch.Parameters))
            );
        if (watch.Parameters is NamedParameters { Names.Count: 0 })
            Wrong(
                arm,
                property,
                watch,
                nameof(watch.Parameters),
                "watches the kernel coupling by the parameters that are named, and names none; give parts of names, for example "
                    + "self_attn.q_proj"
            );
        foreach (var (option, take) in Taken(watch).Where(t => t.Take < 2))
            Wrong(
                arm,
                property,
                watch,
                option,
                $"watches the kernel coupling, which a class has with two prompts or more, and takes {Text.Label(take)} of "
                    + $"{arm.Notation.Option(option)}; take more"
            );
    }

    /// <summary>How many prompts of its classes a watch takes, where it says so.</summary>
    static IEnumerable<(string Option, int Take)> Taken(WatchSpec watch) =>
        from option in Vocabulary.OptionsOf(watch)
        where option.Mark<WatchedAttribute>() is not null
        let take = (option.GetValue(watch) as PromptSource)?.Take
        where take is not null
        select (option.Name, take.Value);

    /// <summary>Each part has a prompt of each class.</summary>
    public static void Folds(ArmView arm, string property, object watch, int folds)
    {
        foreach (var option in Vocabulary.OptionsOf(watch).Where(o => o.Mark<RequiredAttribute>() is not null))
            if (option.GetValue(watch) is PromptSource { Take: { } take } && take < folds)
                Wrong(
                    arm,
                    property,
                    watch,
                    nameof(Separability.Folds),
                    $"watches the separability in {Text.Label(folds)} folds, and takes {Text.Label(take)} prompts of "
                        + $"{arm.Notation.Option(option.Name)}; take more, or fewer {arm.Notation.Option(nameof(Separability.Folds))}"
                );
    }

    static void Wrong(ArmView arm, string property, object watch, string option, string what) =>
        arm.Report(Descriptors.WatchDoesNotFit, property, watch, option, property, what);
}
