using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Rules;

/// <summary>
/// Checks one arm as it would run. Most rules ask what options say of themselves by attributes, and so hold for a new kind of stage by
/// themselves; a rule about one kind alone is a class named after it, and a row here.
/// </summary>
static class StageRules
{
    static readonly Action<ArmView, string, Stage>[] OfEveryKind =
    [
        SourceRules.Check,
        KeptApartPrompts.Check,
        LeakageRules.Check,
        LayerRules.Check,
        EarlierStageRules.Check,
    ];

    static readonly Action<ArmView, string, object>[] OfOneKind =
    [
        Of<ToyLlama>(ToyLlamaRules.Check),
        Of<TrainingStage>(TrainingRules.Check),
        Of<TrainingStage>(WatchRules.Check),
        Of<ContrastiveRefinement>(RefinementRules.Check),
        Of<ContrastiveRefinement>(DiscernmentRules.Check),
        Of<Surgical>(SteeringRules.Check),
        Of<Scans>(SteeringRules.Check),
        Of<RuleTriggers>(GuardRules.Check),
        Of<ClassifierChain>(GuardRules.Check),
        Of<CritiqueAndRevise>(GuardRules.Check),
        Of<RateFactor>(ModulesRules.Check),
        Of<LowRankAdapter>(AdapterRules.Check),
        Of<LoraPattern>(AdapterRules.Check),
        Of<PromptFile>(PromptFileRules.Check),
        Of<EvaluationGrid>(TaskRules.Check),
        Of<EvaluationGrid>(AnswerRules.Check),
        Of<EvaluationGrid>(AttackRules.Check),
        Of<EvaluationGrid>(InferenceRules.Check),
        Of<EvaluationGrid>(LeakageRules.Content),
    ];

    public static void Check(ArmView arm)
    {
        bool whole = arm.Model is not null && OptionRules.Check(arm, arm.ModelProperty, arm.Model);
        if (whole)
            Alone(arm, arm.ModelProperty, arm.Model!);
        foreach (var (property, stage) in arm.Stages)
            whole &= OptionRules.Check(arm, property, stage);
        if (!whole)
            return;
        foreach (var (property, stage) in arm.Stages)
        {
            foreach (var check in OfEveryKind)
                check(arm, property, stage);
            Alone(arm, property, stage);
        }
    }

    static void Alone(ArmView arm, string property, object record)
    {
        foreach (var check in OfOneKind)
            check(arm, property, record);
    }

    /// <summary>A rule about every record of a kind, wherever in a stage or model it is, or that itself.</summary>
    static Action<ArmView, string, object> Of<T>(Action<ArmView, string, T> check) =>
        (arm, property, record) =>
        {
            if (record is T kind)
                check(arm, property, kind);
            foreach (var within in SpecRecord.Within<T>(record))
                check(arm, property, within);
        };
}
