using DcrDsl.Definition;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Choices;
using DcrDsl.Models.Checkpoints;
using DcrDsl.Planning;
using DcrDsl.Specs;
using TorchSharp;

namespace DcrDsl.Execution;

/// <summary>Finds mistakes in what a run reads before anything is trained, so that none of them costs the training before it.</summary>
static class Preflight
{
    /// <summary>
    /// Reads every file of prompts and questions that the plan can come to, with the base model's own vocabulary, and goes through the
    /// first step of every training stage, and through every evaluation as far as that needs no weights: judges, comparisons, and whether
    /// each prompt has room.
    /// </summary>
    /// <param name="plan">What is going to run.</param>
    /// <param name="options">Where the experiment's paths lie; its counts of prompts are filled in.</param>
    /// <returns>The files and directories that the run reads.</returns>
    /// <exception cref="InputException">
    /// A file is missing or its content is not what is declared, or a stage does not fit the model.
    /// </exception>
    public static IReadOnlyCollection<string> Check(Plan plan, ExecutionOptions options) => Check(plan, options, Reuse.Nothing(plan));

    /// <summary>The same, without the stage runs that are in the store.</summary>
    /// <param name="plan">What is going to run.</param>
    /// <param name="options">Where the experiment's paths lie.</param>
    /// <param name="reuse">What is in the store.</param>
    /// <param name="concludes">Whether its cells are compared with a reference's answers when all are there.</param>
    internal static IReadOnlyCollection<string> Check(Plan plan, ExecutionOptions options, Reuse reuse, bool concludes = true)
    {
        LayerCheck.Of(plan, options.Paths);
        var asked = new List<Answers>();
        var places = new HashSet<string>(StringComparer.Ordinal);
        foreach (var root in reuse.ToRun.Select(n => n.Root).DistinctBy(r => r.Variant))
        {
            // On the meta device a model has shapes and no values: its files are checked and its tokenizer read, but no weights.
            using var scope = torch.NewDisposeScope();
            var run = RunOf(root);
            using var model = ((Make)root.Stage.Body).Create(run);
            places.UnionWith(run.Places);
            if (options.WritesModels && model.SourceDirectory is { } source)
                CompanionFiles.Check(source);
            // Answers of the store need no looking at, and are not read for this.
            var nodes = reuse
                .ToRun.Where(n => n.Parent is not null && n.Root.Variant == root.Variant)
                .DistinctBy(n => n.Variant)
                .Where(n => n.Stage.Body.Takes != StageResult.Answers || reuse.Runs(n.Parent!))
                .Select(n => (Node: n, Run: RunOf(n)))
                .ToList();
            asked.AddRange(Rehearsal.Of(nodes, model).OfType<Answers>());
            foreach (var (node, rehearsing) in nodes)
            {
                if (rehearsing.Tasks.Count > 0)
                    options.Prompts.Set(node, rehearsing.Tasks.Sum(t => t.Total));
                if (rehearsing.Memory is { } memory)
                    options.Memories.Set(
                        node,
                        memory,
                        model.Decoder.Parameters.Sum(p => p.numel()),
                        BytesOf(options.FrozenBase.Stored),
                        options.Products is { } products ? BytesOf(products) : 0
                    );
                options.Own.AddRange(rehearsing.Own);
                places.UnionWith(rehearsing.Places);
            }
        }
        if (concludes && plan.Definition.WinRate is { } winRate)
            WinRates.Check(winRate, options.Judging(isRehearsal: true), asked);
        return places;

        static int BytesOf(torch.ScalarType format) => (int)torch.empty(0, format).element_size();

        // A run that is stopped already ends with its first step.
        StageRun RunOf(StageRunNode node) =>
            new(
                node.Stage.Name,
                (ulong)(node.Seed ?? 0),
                node.Values,
                torch.META,
                _ => { },
                node.Stage.Body is Train ? new CancellationToken(canceled: true) : CancellationToken.None
            )
            {
                Paths = options.Paths,
                FrozenBase = options.FrozenBase,
                Products = options.Products,
                JudgeAnswers = options.JudgeAnswers,
            };
    }
}
