using DcrDsl.Data.Batches;
using DcrDsl.Definition;
using DcrDsl.Models;
using DcrDsl.Objectives;
using DcrDsl.Specs;
using DcrDsl.Tensors;
using DcrDsl.Training;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Runs.Discerning;

/// <summary>A refinement of a small model with held-out prompts, as a generated method has it.</summary>
/// <param name="Auc">From which on they are separated; null: nothing ends it early.</param>
/// <param name="InARow">Looks that must find them so.</param>
/// <param name="HoldsOut">Whether there are held-out prompts.</param>
/// <param name="Labels">What the labels are.</param>
sealed record RefinedModel(double? Auc = null, int InARow = 1, bool HoldsOut = true, PairLabels Labels = PairLabels.Class)
{
    public const int Steps = 8;

    static readonly ToyWorldPrompts Validation = new() { Part = ToyWorldPart.Validation, Take = 8 };

    public ParameterList Refine(LanguageModel model, StageRun run)
    {
        var pairs = PairBatches.Balanced(
            run.Load(ToyWorld.RefinementSeeminglyToxic, model.Chat),
            run.Load(ToyWorld.RefinementToxic, model.Chat),
            model.Chat,
            size: 8,
            seeminglyToxicShare: 0.5,
            run.Seed,
            purpose: "Dcr",
            run.Device,
            Labels
        );
        var heldOut = HoldsOut
            ? new HeldOutPrompts(
                run,
                model,
                run.Load(Validation with { Class = PromptClass.SeeminglyToxic }, model.Chat),
                run.Load(Validation with { Class = PromptClass.Toxic }, model.Chat),
                HiddenStates.LastPromptToken,
                folds: 2,
                ridge: 0.01,
                batch: 5
            )
            : null;
        int layer = heldOut?.ChooseLayer([2, 1]) ?? 1;
        heldOut?.Begin(layer, every: 3, pairs, (z, labels) => ContrastiveLoss.Circle(z, labels, margin: 0.25, scale: 80));

        var weights = model.Decoder.ParametersThrough(layer);
        using var optimiser = new DcrDsl.Training.AdamW(weights);
        for (int step = run.Resume(weights, optimiser); step < Steps; step++)
        {
            if (Auc is { } auc && heldOut?.AreSeparated(step, Steps, auc, every: 2, InARow) == true)
                break;
            if (Auc is null)
                heldOut?.Read(step);
            using var scope = NewDisposeScope();
            var (tokens, prompts, labels) = pairs.Draw(step);
            var z = HiddenStates.LastPromptToken(model.Decoder.HiddenAfter(tokens, layer), prompts);
            var loss = ContrastiveLoss.Circle(z, labels, margin: 0.25, scale: 80);
            optimiser.ZeroGradients();
            loss.backward();
            optimiser.Step(3e-3);
            run.Log(step, Steps, loss, norm: null, 3e-3, tokens: tokens.Count, every: 100);
            run.Checkpoint(step, weights, optimiser);
        }
        heldOut?.End(Steps);
        return weights;
    }
}
