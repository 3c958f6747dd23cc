using DcrDsl.Data;
using DcrDsl.Evaluation;
using DcrDsl.Models;
using DcrDsl.Specs;
using TorchSharp;

namespace DcrDsl.Plans;

/// <summary>Finds mistakes in what a run reads before anything is trained, so that none of them costs the training before it.</summary>
public static class Preflight
{
    /// <summary>
    /// Reads every file of prompts and questions that the plan can come to, with the base model's own vocabulary, and goes through the
    /// first step of every training stage.
    /// </summary>
    /// <param name="plan">What is going to run.</param>
    /// <param name="options">Where the experiment's paths lie.</param>
    /// <exception cref="InputException">
    /// A file is missing, its content is not what is declared, or a stage does not fit the model.
    /// </exception>
    public static void Check(Plan plan, ExecutionOptions options)
    {
        PromptFile[] files = [.. plan.Definition.Files.Concat(plan.Axes.SelectMany(a => a.Values).Select(v => v.Value).OfType<PromptFile>()).Distinct()];
        foreach (var root in plan.StageRuns.Where(r => r.Parent is null).DistinctBy(r => r.Stage))
        {
            var run = new StageRun(root.Stage.Name, (ulong)root.Seed, root.Values, torch.META, _ => { }, CancellationToken.None) { Paths = options.Paths };
            // On the meta device a model has shapes and no values: its files are checked and its tokenizer read, but no weights.
            using var scope = torch.NewDisposeScope();
            using var model = ((BaseStage)root.Stage).Create(run);
            foreach (var file in files) run.Load(file, model.Chat);
            foreach (var question in plan.Definition.ChoiceTasks.SelectMany(run.Load)) MultipleChoiceRun.RequireWords(question, model.Chat);
            if (options.WritesModels && model.SourceDirectory is { } source) CompanionFiles.Check(source);
            Rehearsal.Of(plan, root, model, options);
        }
    }
}
