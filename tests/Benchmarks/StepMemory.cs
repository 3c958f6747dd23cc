using System.Globalization;
using DcrDsl.Data.Batches;
using DcrDsl.Definition;
using DcrDsl.Models;
using DcrDsl.Models.LowRank;
using DcrDsl.Objectives;
using DcrDsl.References;
using DcrDsl.Specs;
using DcrDsl.Tensors;
using DcrDsl.Training;
using TorchSharp;
using static TorchSharp.torch;
using AdamW = DcrDsl.Training.AdamW;

namespace DcrDsl.Benchmarks;

/// <summary>
/// Whether anything that a step allocates outlives it: <c>-- memory [steps]</c> goes through so many steps of each kind of training
/// stage on ToyWorld, as generated programs do, and prints resident memory and live tensors along the way. The exit code is 1
/// where one has grown.
/// </summary>
static class StepMemory
{
    const int Readings = 10;

    /// <summary>Noise of the C library's allocator and of the collector.</summary>
    const double Slack = 16e6;

    sealed record Kind(
        string Name,
        Func<LanguageModel, StageRun, (ParameterList Weights, Func<int, (Tensor Loss, int Tokens)> Step)> Begin
    );

    static readonly Kind[] Kinds =
    [
        new("pretraining", (model, run) => Texts(model, run, model.Decoder.Parameters, parts: 1)),
        new("pretraining, in 3 parts", (model, run) => Texts(model, run, model.Decoder.Parameters, parts: 3)),
        new("pretraining, blocks computed again", (model, run) => Recomputed(model, Texts(model, run, model.Decoder.Parameters, parts: 1))),
        new("pretraining, the head in parts", (model, run) => Texts(model, run, model.Decoder.Parameters, parts: 1, mostLogits: 64 * 256)),
        new("LoRA with dropout", (model, run) => Texts(model, run, Lora(model, run).Parameters, parts: 1)),
        new(
            "LoRA with dropout, blocks computed again",
            (model, run) => Recomputed(model, Texts(model, run, Lora(model, run).Parameters, parts: 1))
        ),
        new("refinement that is held", Refinement),
        new("preference tuning", (model, run) => Preferences(model, run, model.Decoder.Parameters)),
    ];

    public static int Run(string[] arguments)
    {
        int steps = arguments is [var given, ..] ? int.Parse(given, CultureInfo.InvariantCulture) : 2000;
        TorchStartup.Initialize(2);
        bool grew = false;
        foreach (var kind in Kinds)
            grew |= Grew(kind, steps);
        Console.WriteLine(grew ? "Memory grew." : "Nothing grew.");
        return grew ? 1 : 0;
    }

    static bool Grew(Kind kind, int steps)
    {
        using var whole = NewDisposeScope();
        using var model = ToyWorldModel.Create(
            new ToyLlama
            {
                Layers = 2,
                Width = 32,
                Heads = 2,
                KeyValueHeads = 1,
                FeedForward = 64,
            },
            0,
            CPU
        );
        var run = new StageRun("Stage", 0, new Dictionary<string, AxisValue>(), CPU, _ => { }, CancellationToken.None);
        var (weights, next) = kind.Begin(model, run);
        using var optimiser = new AdamW(weights);
        var readings = new List<(long Tensors, long Bytes)>();
        for (int step = 0; step < steps; step++)
        {
            using (NewDisposeScope())
            {
                optimiser.ZeroGradients();
                (model.Attachments.OfType<LoraAdapter>().FirstOrDefault())?.BeginStep(step);
                var (loss, tokens) = next(step);
                var norm = Gradients.Clip(weights, maxNorm: 1);
                optimiser.Step(1e-3);
                run.Log(step, steps, loss, norm, 1e-3, tokens, every: 100);
                run.Checkpoint(step, weights, optimiser);
            }
            // The first reading is after a tenth, when allocators and kernels have settled.
            if ((step + 1) % Math.Max(1, steps / Readings) == 0)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                readings.Add((Tensor.TotalCount, Environment.WorkingSet));
            }
        }
        var (first, last) = (readings[0], readings[^1]);
        bool grew = last.Tensors > first.Tensors || last.Bytes - first.Bytes > Slack;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{kind.Name}, {steps} steps: live tensors {string.Join(" ", readings.Select(r => r.Tensors))}; resident MB "
                    + $"{string.Join(" ", readings.Select(r => Math.Round(r.Bytes / 1e6)))}: {(grew ? "GREW" : "did not grow")}"
            )
        );
        return grew;
    }

    static (ParameterList, Func<int, (Tensor, int)>) Texts(
        LanguageModel model,
        StageRun run,
        ParameterList weights,
        int parts,
        long mostLogits = long.MaxValue
    )
    {
        var batches = TextBatches.OnEveryToken(
            run.Load(new ToyWorldPrompts { Answers = ToyWorldAnswers.Tip, Take = 64 }, model.Chat),
            model.Chat,
            size: 8,
            run.Seed,
            purpose: "Learn",
            CPU
        );
        return (
            weights,
            step =>
            {
                var whole = new BatchLoss();
                foreach (var (part, share) in batches.InParts(step, parts))
                {
                    using var inner = NewDisposeScope();
                    var states = HiddenStates.Rows(model.Decoder.Forward(part.Tokens), part.Rows);
                    var loss = LanguageModelLoss.CrossEntropy(model.Decoder, states, part.Targets, mostLogits);
                    whole.Backward(loss, share, part.Tokens.Count);
                }
                return (whole.Loss, whole.Tokens);
            }
        );
    }

    static (ParameterList, Func<int, (Tensor, int)>) Recomputed(LanguageModel model, (ParameterList, Func<int, (Tensor, int)>) stage)
    {
        model.Decoder.Recompute();
        return stage;
    }

    static LoraAdapter Lora(LanguageModel model, StageRun run) =>
        Adapters.Lora(
            model,
            run.Seed,
            "Align",
            run.FrozenBase,
            rank: 2,
            alpha: 4,
            rankStabilised: false,
            dropout: 0.1,
            weightDecomposed: false,
            targets: [LoraOptions.AllLinear]
        );

    static (ParameterList, Func<int, (Tensor, int)>) Refinement(LanguageModel model, StageRun run)
    {
        var pairs = PairBatches.Balanced(
            run.Load(ToyWorld.RefinementSeeminglyToxic, model.Chat),
            run.Load(ToyWorld.RefinementToxic, model.Chat),
            model.Chat,
            size: 16,
            seeminglyToxicShare: 0.5,
            run.Seed,
            purpose: "Dcr",
            CPU
        );
        var texts = GeneralTexts.Of(
            run.Load(ToyWorld.RefinementGeneral with { Take = 16 }, model.Chat),
            model.Chat,
            size: 4,
            run.Seed,
            purpose: "Dcr",
            CPU
        );
        var before = UntouchedModel.StatesAfter(model, texts, layer: 1, RetainPlaces.EveryToken);
        return (
            model.Decoder.ParametersThrough(layer: 1),
            step =>
            {
                var (tokens, prompts, labels) = pairs.Draw(step);
                var z = HiddenStates.LastPromptToken(model.Decoder.HiddenAfter(tokens, layer: 1), prompts);
                var drawn = texts.Draw(step);
                var kept = HiddenStates.Rows(model.Decoder.HiddenAfter(drawn.Tokens, layer: 1), drawn.EveryToken);
                var loss = ContrastiveLoss
                    .Circle(z, labels, margin: 0.25, scale: 8)
                    .Plus(weight: 0.5, RetainLoss.HiddenStateDistance(kept, before.Of(drawn)));
                loss.backward();
                return (loss, tokens.Count);
            }
        );
    }

    static (ParameterList, Func<int, (Tensor, int)>) Preferences(LanguageModel model, StageRun run, ParameterList weights)
    {
        var batches = PreferenceBatches.Of(
            run.Load(ToyWorld.PreferencePairs with { Take = 16 }, model.Chat),
            model.Chat,
            size: 4,
            run.Seed,
            purpose: "Prefer",
            CPU
        );
        var reference = ReferencePass.Run(model, batches, CancellationToken.None);
        return (
            weights,
            step =>
            {
                var (tokens, rows, targets, answers, lengths, places) = batches.Draw(step);
                var states = HiddenStates.Rows(model.Decoder.Forward(tokens), rows);
                var policy = AnswerLogProbabilities.Of(model.Decoder, states, targets, answers, lengths, mostLogits: 64 * 256);
                var loss = PreferenceLoss.Sigmoid(policy, ReferencePass.At(reference, places), lengths, beta: 0.1);
                loss.backward();
                return (loss, tokens.Count);
            }
        );
    }
}
