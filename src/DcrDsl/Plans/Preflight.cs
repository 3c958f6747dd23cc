using DcrDsl.Data;
using DcrDsl.Specs;
using TorchSharp;

namespace DcrDsl.Plans;

/// <summary>Finds mistakes in what a run reads before anything is trained, so that none of them costs the training before it.</summary>
public static class Preflight
{
    /// <summary>
    /// Reads every file of prompts and questions that the plan can come to, with the base model's own vocabulary, and goes through every
    /// evaluation as far as that needs
    /// no weights: judges, comparisons, and whether each prompt has room.
    /// </summary>
    /// <param name="plan">What is going to run.</param>
    /// <param name="options">Where the experiment's paths lie.</param>
    /// <exception cref="InputException">A file is missing, its content is not what is declared, or an evaluation does not fit the
    /// model.</exception>
    public static void Check(Plan plan, ExecutionOptions options)
    {
        PromptFile[] files = [.. plan.Definition.Files.Concat(plan.Axes.SelectMany(a => a.Values).Select(v => v.Value).OfType<PromptFile>()).Distinct()];
        foreach (var root in plan.StageRuns.Where(r => r.Parent is null).DistinctBy(r => r.Stage))
        {
            // On the meta device a model has shapes and no values: its files are checked and its tokenizer read, but no weights.
            using var scope = torch.NewDisposeScope();
            var run = RunOf(root);
            using var model = ((BaseStage)root.Stage).Create(run);
            foreach (var file in files) run.Load(file, model.Chat);
            foreach (var evaluation in plan.Cells.Where(c => c.StageRuns[0].Stage == root.Stage).Select(c => c.Evaluation).DistinctBy(e =>
                (e.Stage, Labels(e))))
                ((EvaluationStage)evaluation.Stage).Evaluate(model, RunOf(evaluation));
        }

        StageRun RunOf(StageRunNode node) =>
            new(node.Stage.Name, (ulong)node.Seed, node.Values, torch.META, _ => { }, CancellationToken.None) { Paths = options.Paths };
    }

    static string Labels(StageRunNode node) => string.Join('\n', node.Values.Select(v => v.Value.Label));
}
