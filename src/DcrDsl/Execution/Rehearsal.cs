using DcrDsl.Definition;
using DcrDsl.Models;
using DcrDsl.Planning;
using TorchSharp;

namespace DcrDsl.Execution;

/// <summary>
/// Goes through training stages as far as that needs no values: up to the end of their first step, on the meta device, where a model has
/// shapes only. An adapter that no
/// module of the model fits, or a layer that it lacks, is found before the stages that come first have been trained.
/// </summary>
static class Rehearsal
{
    /// <summary>Every training stage that follows a base model, once for each combination of the values it takes.</summary>
    /// <param name="plan">What is going to run.</param>
    /// <param name="root">The base model's stage run.</param>
    /// <param name="model">The base model on the meta device; it stays as it is.</param>
    /// <param name="options">How it is going to run.</param>
    /// <exception cref="InputException">A stage does not fit the model or its data.</exception>
    public static void Of(Plan plan, StageRunNode root, LanguageModel model, ExecutionOptions options)
    {
        foreach (var node in plan.StageRuns.Where(n => n.Stage is TrainedStage && Kind(Root(n)) == Kind(root)).DistinctBy(Kind))
        {
            using var scope = torch.NewDisposeScope();
            using var copy = model.Clone();
            // A run that is stopped already ends with its first step.
            var stopped = new CancellationToken(canceled: true);
            var run = new StageRun(node.Stage.Name, (ulong)node.Seed, node.Values, torch.META, _ => { }, stopped)
            {
                Paths = options.Paths,
                FrozenBase = options.FrozenBase,
            };
            try
            {
                ((TrainedStage)node.Stage).Train(copy, run);
            }
            catch (Exception e) when (e is not InputException)
            {
                // The end of the step, or something that needs values or has no kernel on this device: the run itself will tell.
            }
        }
    }

    /// <summary>What tells stage runs apart before any is run: the stage and its values, not the seed.</summary>
    static (StageDefinition, string) Kind(StageRunNode node) => (node.Stage, string.Join('\n', node.Values.Select(v => v.Value.Label)));

    static StageRunNode Root(StageRunNode node)
    {
        while (node.Parent is { } parent)
            node = parent;
        return node;
    }
}
