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
    /// <param name="node">A stage run that follows a base model.</param>
    /// <param name="model">The base model on the meta device; it stays as it is.</param>
    /// <param name="answers">What the stage before has answered there, if it has.</param>
    /// <param name="run">The run, on the meta device; one that trains is stopped already.</param>
    /// <returns>What it answers there; null: it answers nothing.</returns>
    /// <exception cref="InputException">The stage does not fit the model or its data.</exception>
    public static Answers? Of(StageRunNode node, LanguageModel model, Answers? answers, StageRun run)
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
