using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Rules;

/// <summary>The rules about how a stage trains.</summary>
static class TrainingRules
{
    public static void Check(ArmView arm, string property, TrainingStage stage)
    {
        WarmUp(arm, property, stage);
        if (stage is ContrastiveRefinement { Sampling: PairSampling.Matched } refinement)
            Matched(arm, property, refinement);
    }

    /// <summary>A rate that never reaches its peak trains at another rate than declared. Of a default, which was meant for longer stages,
    /// it is only mentioned.</summary>
    static void WarmUp(ArmView arm, string property, TrainingStage stage)
    {
        int warmup = stage.Schedule.Warmup;
        if (MostSteps(stage) is not { } steps || steps < 1 || warmup <= steps)
            return;
        string[] words = [property, Text.Label(warmup), Text.Label(steps), arm.Notation.Setting("Warmup", "0")];
        bool written = arm.Draft.Places.Find(stage.Schedule, nameof(Schedule.Warmup)) is not null;
        if (written)
            arm.Report(Descriptors.LongWarmUp, property, stage.Schedule, nameof(Schedule.Warmup), words);
        else if (stage is not SupervisedFineTuning)
            arm.Report(Descriptors.LongDefaultWarmUp, property, stage, nameof(Pretrain.Steps), words);
    }

    /// <summary>The stage's steps, or as many as it can have at most; null: only its data tell.</summary>
    static int? MostSteps(TrainingStage stage)
    {
        if (stage is Pretrain pretrain)
            return pretrain.Steps;
        if (stage is ContrastiveRefinement refinement)
            return refinement.Steps;
        if (
            stage is not SupervisedFineTuning { General.Take: { } general, Batch: >= 1, RefusalShare: < 1 } tuning
            || tuning.Augmentation is { Take: null }
        )
            return null;
        double examples =
            general + Math.Round(tuning.RefusalShare / (1 - tuning.RefusalShare) * general) + (tuning.Augmentation?.Take ?? 0);
        return (int)Math.Min(tuning.Epochs * Math.Ceiling(examples / tuning.Batch), int.MaxValue);
    }

    static void Matched(ArmView arm, string property, ContrastiveRefinement refinement)
    {
        void Wrong(string option, string why) => arm.Report(Descriptors.UnmatchedPairs, property, refinement, option, property, why);

        if (refinement.SeeminglyToxicShare != 0.5)
            Wrong(
                nameof(refinement.SeeminglyToxicShare),
                $"so a share of {Text.Label(refinement.SeeminglyToxicShare)} cannot be had; set "
                    + $"{arm.Notation.Setting(nameof(refinement.SeeminglyToxicShare), "0.5")}"
            );
        if (refinement.Batch % 2 != 0)
            Wrong(
                nameof(refinement.Batch),
                $"and a batch of {Text.Label(refinement.Batch)} has no halves; choose an even "
                    + $"{arm.Notation.Option(nameof(refinement.Batch))}"
            );
        foreach (
            var (option, source) in new[]
            {
                (nameof(refinement.SeeminglyToxic), refinement.SeeminglyToxic),
                (nameof(refinement.Toxic), refinement.Toxic),
            }
        )
            if (source is not (null or ToyWorldPrompts))
                Wrong(
                    option,
                    $"which only sources that know their pairs allow, and a {Vocabulary.NameOf(source)} does not; choose "
                        + $"ToyWorld's prompts, or sample {nameof(PairSampling.Balanced)}"
                );
    }
}
