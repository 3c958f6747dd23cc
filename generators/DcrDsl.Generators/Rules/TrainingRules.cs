using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Rules;

/// <summary>The rule about how every stage trains: a rate that never reaches its peak trains at another rate than declared.</summary>
static class TrainingRules
{
    public static void Check(ArmView arm, string property, TrainingStage stage)
    {
        int warmup = stage.Schedule.Warmup;
        if (stage.MostSteps is not { } steps || steps < 1 || warmup <= steps)
            return;
        string[] words = [property, Text.Label(warmup), Text.Label(steps), arm.Notation.Setting("Warmup", "0")];
        bool written = arm.Draft.Places.Find(stage.Schedule, nameof(Schedule.Warmup)) is not null;
        if (written)
            arm.Report(Descriptors.LongWarmUp, property, stage.Schedule, nameof(Schedule.Warmup), words);
        // A default was meant for longer stages: it is only mentioned, and where the steps are declared.
        else if (Vocabulary.OptionOf(stage, nameof(Pretrain.Steps)) is { } option)
            arm.Report(Descriptors.LongDefaultWarmUp, property, stage, option.Name, words);
    }
}
