using DcrDsl.Data;
using DcrDsl.Definition;
using DcrDsl.Evaluation.Watching;
using DcrDsl.Models;
using DcrDsl.Specs;
using DcrDsl.Tensors;

namespace DcrDsl.Runtime.Tests.Runs.Watching;

/// <summary>What tests watch a small model by.</summary>
static class WatchedTraining
{
    static readonly ToyWorldPrompts Validation = new() { Part = ToyWorldPart.Validation, Take = 8 };

    /// <summary>The watches of the vocabulary, one every 3 steps and one at both ends, as a generated method gives them.</summary>
    public static IReadOnlyList<Watched> Both(LanguageModel model, StageRun run)
    {
        var prompts = new WatchedPrompts(
            run.Load(Validation with { Class = PromptClass.SeeminglyToxic }, model.Chat),
            run.Load(Validation with { Class = PromptClass.Toxic }, model.Chat),
            run.Load(Validation, model.Chat),
            run.Seed
        );
        return
        [
            new Watched("RefusalAlong", Every: 3, Watches.RefusalAlong(prompts, ToyWorld.Judge.Openers, batch: 5)),
            new Watched(
                "Separability",
                Every: 0,
                Watches.Separability(prompts, layers: [], HiddenStates.LastPromptToken, folds: 2, ridge: 0.01, batch: 5)
            ),
        ];
    }

    /// <summary>A watch that does something when it is asked.</summary>
    public sealed class Asked(Action ask) : IWatch
    {
        public IReadOnlyList<WatchedValue> Read(LanguageModel model, CancellationToken cancellation)
        {
            ask();
            cancellation.ThrowIfCancellationRequested();
            return [new WatchedValue("asked", "", 1)];
        }
    }
}
