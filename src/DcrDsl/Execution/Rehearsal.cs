using DcrDsl.Definition;
using DcrDsl.Evaluation;
using DcrDsl.Models;
using DcrDsl.Planning;
using TorchSharp;

namespace DcrDsl.Execution;

/// <summary>
/// Goes through a stage as far as that needs no values, on the meta device, where a model has shapes only: a training stage up to the end
/// of its first step, an evaluation over all its prompts. An adapter that no module of the model fits, a layer that it lacks, or a prompt
/// that its vocabulary cannot write is found before the stages that come first have been trained.
/// </summary>
static class Rehearsal
{
    /// <summary>Goes through stages side by side.</summary>
    /// <param name="nodes">
    /// Stage runs that follow a base model, each after its parent, with runs on the meta device; one that trains is stopped already.
    /// </param>
    /// <param name="model">The base model on the meta device; it stays as it is.</param>
    /// <returns>What each answers there; null: it answers nothing.</returns>
    /// <exception cref="InputException">A stage does not fit the model or its data, the first of those that do not.</exception>
    public static IReadOnlyList<Answers?> Of(IReadOnlyList<(StageRunNode Node, StageRun Run)> nodes, LanguageModel model)
    {
        var begun = new OrderedDictionary<object, Task<Answers?>>();
        foreach (var (node, run) in nodes)
        {
            var before = node.Stage.Body.Takes == StageResult.Answers ? begun.GetValueOrDefault(node.Parent!.Variant) : null;
            begun[node.Variant] = Task.Run(async () => Of(node, model, before is null ? null : await before, run));
        }
        // The model is in use until all have ended, whatever became of the others.
        Task.WhenAll(begun.Values).ContinueWith(_ => { }, TaskScheduler.Default).Wait();
        return [.. begun.Values.Select(t => t.GetAwaiter().GetResult())];
    }

    static Answers? Of(StageRunNode node, LanguageModel model, Answers? answers, StageRun run)
    {
        using var scope = torch.NewDisposeScope();
        try
        {
            run.ModelsAfter = _ => model;
            using var product = node.Stage.Body.Run(new Given(model, answers), run);
            return (product as AnswersProduct)?.Answers;
        }
        catch (Exception e) when (e is not InputException && node.Stage.Body.NeedsValues)
        {
            // The end of the step, or something that needs values or has no kernel on this device: the run itself will tell.
            return null;
        }
    }

    sealed class Given(LanguageModel model, Answers? answers) : IStageInput
    {
        public LanguageModel TakeModel() => model.Clone();

        public LanguageModel BorrowModel() => model;

        public Answers Answers => answers ?? throw new InvalidOperationException("Nothing was answered before.");
    }
}
