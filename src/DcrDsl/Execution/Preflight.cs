using DcrDsl.Definition;
using DcrDsl.Evaluation.Choices;
using DcrDsl.Models.Checkpoints;
using DcrDsl.Planning;
using DcrDsl.Specs;
using TorchSharp;

namespace DcrDsl.Execution;

/// <summary>Finds mistakes in what a run reads before anything is trained, so that none of them costs the training before it.</summary>
public static class Preflight
{
    /// <summary>
    /// Reads every file of prompts and questions that the plan can come to, with the base model's own vocabulary, and goes through the
    /// first
    /// step of every training stage, and through every evaluation as far as that needs no weights: judges, comparisons, and whether each
    /// prompt has room.
    /// </summary>
    /// <param name="plan">What is going to run.</param>
    /// <param name="options">Where the experiment's paths lie.</param>
    /// <returns>The files and directories that the run reads.</returns>
    /// <exception cref="InputException">
    /// A file is missing or its content is not what is declared, or a stage does not fit the model.
    /// </exception>
    public static IReadOnlyCollection<string> Check(Plan plan, ExecutionOptions options)
    {
        LayerCheck.Of(plan, options.Paths);
        PromptFile[] files =
        [
            .. plan.Definition.Files.Concat(plan.Axes.SelectMany(a => a.Values).Select(v => v.Value).OfType<PromptFile>()).Distinct(),
        ];
        var places = new HashSet<string>(StringComparer.Ordinal);
        foreach (var root in plan.StageRuns.Where(r => r.Parent is null).DistinctBy(Kind))
        {
            // On the meta device a model has shapes and no values: its files are checked and its tokenizer read, but no weights.
            using var scope = torch.NewDisposeScope();
            var run = RunOf(root);
            using var model = ((BaseStage)root.Stage).Create(run);
            foreach (var file in files)
                run.Load(file, model.Chat);
            foreach (var question in plan.Definition.ChoiceTasks.SelectMany(run.Load))
                MultipleChoiceRun.RequireWords(question, model.Chat);
            if (options.WritesModels && model.SourceDirectory is { } source)
                CompanionFiles.Check(source);
            Rehearsal.Of(plan, root, model, options);
            places.UnionWith(run.Places);
            foreach (var evaluation in plan.Cells.Where(c => Kind(c.StageRuns[0]) == Kind(root)).Select(c => c.Evaluation).DistinctBy(Kind))
            {
                var evaluating = RunOf(evaluation);
                ((EvaluationStage)evaluation.Stage).Evaluate(model, evaluating);
                places.UnionWith(evaluating.Places);
            }
        }
        return places;

        StageRun RunOf(StageRunNode node) =>
            new(node.Stage.Name, (ulong)node.Seed, node.Values, torch.META, _ => { }, CancellationToken.None) { Paths = options.Paths };
    }

    /// <summary>What tells stage runs apart before any is run: the stage and its values, not the seed.</summary>
    static (StageDefinition, string) Kind(StageRunNode node) => (node.Stage, string.Join('\n', node.Values.Select(v => v.Value.Label)));
}
