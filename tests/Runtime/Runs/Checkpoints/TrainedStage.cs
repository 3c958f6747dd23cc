using DcrDsl.Data.Batches;
using DcrDsl.Definition;
using DcrDsl.Models;
using DcrDsl.Models.LowRank;
using DcrDsl.Objectives;
using DcrDsl.References;
using DcrDsl.Specs;
using DcrDsl.Tensors;
using DcrDsl.Training;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Runs.Checkpoints;

/// <summary>A stage that trains, with the calls that generated programs make.</summary>
/// <param name="Kind">Which batches, weights and loss it has.</param>
/// <param name="Optimiser">Its optimiser.</param>
public sealed record TrainedStage(string Kind, string Optimiser)
{
    public const int Steps = 7;

    static readonly ToyLlama Shape = new()
    {
        Layers = 2,
        Width = 16,
        Heads = 2,
        KeyValueHeads = 1,
        FeedForward = 24,
    };

    public static readonly string[] Kinds =
        ["pretraining", "refinement", "fine-tuning", "LoRA", "preference", "preference LoRA", "retained", "retained LoRA"],
        Optimisers = ["AdamW", "AdamW amsgrad", "Adam", "Sgd", "Sgd momentum"];

    /// <summary>All of them.</summary>
    public static TheoryData<string, string> All =>
        [.. Kinds.SelectMany(k => Optimisers.Select(o => new TheoryDataRow<string, string>(k, o)))];

    public static LanguageModel NewModel() => ToyWorldModel.Create(Shape, 3, CPU);

    public void Run(LanguageModel model, StageRun run)
    {
        var reference = Kind.StartsWith("preference", StringComparison.Ordinal)
            ? run.Once("reference", () => ReferencePass.Run(model, Pairs(model, run), run.Cancellation))
            : null;
        var lora = Kind.EndsWith("LoRA", StringComparison.Ordinal)
            ? Adapter(model, run, Kind.StartsWith("retained", StringComparison.Ordinal) ? 1 : null)
            : null;
        bool refines = Kind is "refinement" or "retained";
        var weights = lora?.Parameters ?? (refines ? model.Decoder.ParametersThrough(layer: 1) : model.Decoder.Parameters);
        using var optimiser = NewOptimiser(weights);
        using var held = Kind.StartsWith("retained", StringComparison.Ordinal) ? new Held(model, weights, run) : null;
        var loss = reference is null ? Loss(model, run) : PreferenceLossOf(model, run, reference);
        for (int step = run.Resume(weights, optimiser); step < Steps; step++)
        {
            run.Watch(step, Steps, model);
            using var scope = NewDisposeScope();
            lora?.BeginStep(step);
            var (value, count) = loss(step);
            if (held is not null)
                value = held.Add(value, step);
            optimiser.ZeroGradients();
            value.backward();
            var norm = Gradients.Clip(weights, maxNorm: 1);
            double rate = Schedules.Cosine(step, peak: 1e-2, warmup: 2, total: Steps);
            optimiser.Step(rate);
            run.Log(step, Steps, value, norm, rate, tokens: count, every: 3);
            run.Checkpoint(step, weights, optimiser);
        }
        run.Watch(Steps, Steps, model);
        lora?.Merge();
    }

    static LoraAdapter Adapter(LanguageModel model, StageRun run, int? throughLayer) =>
        Adapters.Lora(
            model,
            run.Seed,
            "Align",
            run.FrozenBase,
            rank: 2,
            alpha: 4,
            rankStabilised: false,
            dropout: 0.2,
            weightDecomposed: false,
            targets: ["all-linear"],
            throughLayer: throughLayer
        );

    IOptimiser NewOptimiser(ParameterList weights) =>
        Optimiser switch
        {
            "AdamW" => new DcrDsl.Training.AdamW(weights),
            "AdamW amsgrad" => new DcrDsl.Training.AdamW(weights, amsgrad: true),
            "Adam" => new DcrDsl.Training.Adam(weights, weightDecay: 0.01),
            "Sgd" => new DcrDsl.Training.Sgd(weights),
            _ => new DcrDsl.Training.Sgd(weights, momentum: 0.9, dampening: 0.1, weightDecay: 0.01, nesterov: false),
        };

    static PreferenceBatches Pairs(LanguageModel model, StageRun run) =>
        PreferenceBatches.Of(
            run.Load(ToyWorld.PreferencePairs with { Take = 10 }, model.Chat),
            model.Chat,
            size: 4,
            run.Seed,
            purpose: "Prefer",
            run.Device
        );

    static Func<int, (Tensor Loss, int Tokens)> PreferenceLossOf(LanguageModel model, StageRun run, Tensor reference)
    {
        var batches = Pairs(model, run);
        return step =>
        {
            var (tokens, rows, targets, answers, lengths, places) = batches.Draw(step);
            var logits = model.Decoder.Head(HiddenStates.Rows(model.Decoder.Forward(tokens), rows));
            var policy = AnswerLogProbabilities.Of(logits, targets, answers, lengths);
            return (PreferenceLoss.Sigmoid(policy, ReferencePass.At(reference, places), lengths, beta: 0.5), tokens.Count);
        };
    }

    Func<int, (Tensor Loss, int Tokens)> Loss(LanguageModel model, StageRun run)
    {
        if (Kind is "refinement" or "retained" or "retained LoRA")
        {
            var pairs = PairBatches.Balanced(
                run.Load(ToyWorld.RefinementSeeminglyToxic, model.Chat),
                run.Load(ToyWorld.RefinementToxic, model.Chat),
                model.Chat,
                size: 4,
                seeminglyToxicShare: 0.5,
                run.Seed,
                purpose: "Dcr",
                run.Device
            );
            return step =>
            {
                var (tokens, prompts, labels) = pairs.Draw(step);
                var z = HiddenStates.LastPromptToken(model.Decoder.HiddenAfter(tokens, layer: 1), prompts);
                return (ContrastiveLoss.Circle(z, labels, margin: 0.25, scale: 8), tokens.Count);
            };
        }
        var texts = run.Load(new ToyWorldPrompts { Answers = ToyWorldAnswers.Tip, Take = 24 }, model.Chat);
        var batches =
            Kind == "pretraining"
                ? TextBatches.OnEveryToken(texts, model.Chat, size: 4, run.Seed, purpose: "Learn", run.Device)
                : TextBatches.OnResponses(texts, model.Chat, size: 4, run.Seed, purpose: "Align", run.Device);
        return step =>
        {
            var (tokens, rows, targets) = batches.Draw(step);
            var logits = model.Decoder.Head(HiddenStates.Rows(model.Decoder.Forward(tokens), rows));
            return (LanguageModelLoss.CrossEntropy(logits, targets), tokens.Count);
        };
    }

    /// <summary>All terms that hold a refinement, as generated programs add them.</summary>
    sealed class Held : IDisposable
    {
        readonly Decoder decoder;
        readonly ParameterList weights;
        readonly GeneralTexts texts;
        readonly UntouchedModel states,
            outputs;
        readonly StartingWeights start;
        readonly IDisposable tail;

        public Held(LanguageModel model, ParameterList weights, StageRun run)
        {
            (decoder, this.weights) = (model.Decoder, weights);
            var general = run.Load(ToyWorld.RefinementGeneral with { Take = 10 }, model.Chat);
            texts = GeneralTexts.Of(general, model.Chat, size: 4, run.Seed, purpose: "Dcr", run.Device);
            states = UntouchedModel.StatesAfter(model, texts, layer: 1, RetainPlaces.EveryToken);
            outputs = UntouchedModel.Outputs(model, texts, RetainPlaces.LastPromptToken);
            start = StartingWeights.Of(weights);
            tail = decoder.FreezeAbove(layer: 1);
        }

        public Tensor Add(Tensor contrast, int step)
        {
            var drawn = texts.Draw(step);
            var kept = decoder.HiddenAfter(drawn.Tokens, layer: 1);
            var logits = decoder.Head(HiddenStates.Rows(decoder.ForwardAfter(kept, drawn.Tokens, layer: 1), drawn.LastPromptToken));
            return contrast
                .Plus(weight: 0.5, RetainLoss.HiddenStateDistance(HiddenStates.Rows(kept, drawn.EveryToken), states.Of(drawn)))
                .Plus(weight: 2, RetainLoss.OutputDivergence(logits, outputs.Of(drawn)))
                .Plus(weight: 0.1, RetainLoss.WeightDistance(weights, start));
        }

        public void Dispose()
        {
            foreach (var part in new IDisposable[] { states, outputs, start, tail })
                part.Dispose();
        }
    }
}
