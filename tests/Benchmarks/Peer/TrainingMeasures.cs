using DcrDsl.Data;
using DcrDsl.Data.Batches;
using DcrDsl.Models;
using DcrDsl.Models.Checkpoints;
using DcrDsl.Models.LowRank;
using DcrDsl.Objectives;
using DcrDsl.Tensors;
using DcrDsl.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Benchmarks.Peer;

/// <summary>Steps of training, as generated loops write them.</summary>
static class TrainingMeasures
{
    /// <summary>A step's loss on its batch; called within a dispose scope.</summary>
    delegate Tensor LossOf(int step);

    public static void FullStep(PeerSetting setting)
    {
        using var decoder = HuggingFaceDirectory.Open(setting.Model, CPU);
        var (times, losses, tokens) = FineTune(decoder, decoder.Parameters, rate: 1e-5, batch: 8, steps: setting.Repeat + 1);
        setting.Report("full fine-tuning step, fp32, batch 8", times[1..], tokens, losses);
    }

    /// <summary>The same with weights multiplied in bfloat16; the peer's program has no such measure.</summary>
    public static void MixedFullStep(PeerSetting setting)
    {
        using var decoder = HuggingFaceDirectory.Open(setting.Model, CPU);
        using var narrowed = new NarrowedProducts(decoder, ScalarType.BFloat16);
        var (times, losses, tokens) = FineTune(decoder, decoder.Parameters, rate: 1e-5, batch: 8, steps: setting.Repeat + 1);
        setting.Report("full fine-tuning step, fp32 weights multiplied in bf16, batch 8", times[1..], tokens, losses);
    }

    public static void LoraStep(PeerSetting setting)
    {
        using var decoder = HuggingFaceDirectory.Open(setting.Model, CPU);
        using var lora = Adapt(decoder, setting);
        var (times, losses, tokens) = FineTune(decoder, lora.Parameters, rate: 5e-4, batch: 16, steps: setting.Repeat + 1);
        setting.Report("LoRA step, r=8 on all linear, batch 16", times[1..], tokens, losses);
    }

    /// <summary>An adapter as a declaration with <c>new Lora()</c> has it; over a bf16 base where that is asked for.</summary>
    public static LoraAdapter Adapt(Decoder decoder, PeerSetting setting) =>
        LoraAdapter.Attach(decoder, Lora, seed: 0, purpose: "peer", setting.Frozen);

    /// <summary>Its options.</summary>
    public static LoraOptions Lora { get; } =
        new()
        {
            Rank = 8,
            Alpha = 16,
            Targets = ["all-linear"],
        };

    public static void RefinementStep(PeerSetting setting)
    {
        using var decoder = HuggingFaceDirectory.Open(setting.Model, CPU);
        var (times, losses) = Refine(decoder, setting.Repeat + 1);
        setting.Report("refinement step, layer 15 of 30, 16+16 prompts", times[1..], result: losses);
    }

    /// <summary>Contrastive refinement: 16 + 16 prompts a step, taken in turn from those of step <paramref name="first"/> on.</summary>
    public static (double[] Times, double[] Losses) Refine(Decoder decoder, int steps, int layer = 15, int half = 16, int first = 0)
    {
        var lines = PeerSetting.Lines("refine");
        int[][][] classes =
        [
            .. Enumerable
                .Range(0, 2)
                .Select(c => lines.Where(l => l.GetProperty("label").GetInt32() == c).Select(l => PeerSetting.Ids(l, "ids")).ToArray()),
        ];
        using var labels = tensor(Enumerable.Range(0, 2 * half).Select(i => (long)(i / half)).ToArray());
        return Train(
            decoder.ParametersThrough(layer),
            rate: 1e-5,
            steps,
            step =>
            {
                int[][] rows =
                [
                    .. classes.SelectMany(c => Enumerable.Range(0, half).Select(j => c[((first + step) * half + j) % c.Length])),
                ];
                var tokens = PackedTokens.Of([.. rows.Select(r => new ArraySegment<int>(r))], CPU);
                return ContrastiveLoss.Circle(
                    HiddenStates.LastPromptToken(decoder.HiddenAfter(tokens, layer), tokens.Spans),
                    labels,
                    margin: 0.25,
                    scale: 80
                );
            }
        );
    }

    /// <summary>
    /// Supervised fine-tuning on responses, batches in order of the file from line <paramref name="first"/> on; tokens are those of all
    /// steps but the first.
    /// </summary>
    public static (double[] Times, double[] Losses, long Tokens) FineTune(
        Decoder decoder,
        IReadOnlyList<Tensor> weights,
        double rate,
        int batch,
        int steps,
        int first = 0
    )
    {
        var texts = PeerSetting
            .Lines("sft")
            .Skip(first)
            .Take(batch * steps)
            .Select(l => (Prompt: PeerSetting.Ids(l, "prompt"), Response: PeerSetting.Ids(l, "response")))
            .ToArray();
        var (times, losses) = Train(
            weights,
            rate,
            steps,
            step =>
            {
                var rows = texts.Skip(step * batch).Take(batch);
                var predicted = ResponseTargets.Of(
                    [.. rows.Select(r => new EncodedText([.. r.Prompt, .. r.Response], r.Prompt.Length))],
                    CPU
                );
                var states = HiddenStates.Rows(decoder.Forward(predicted.Inputs), tensor(predicted.Rows));
                return LanguageModelLoss.CrossEntropy(decoder, states, tensor(predicted.Targets));
            }
        );
        return (times, losses, texts.Skip(batch).Sum(t => (long)t.Prompt.Length + t.Response.Length));
    }

    static (double[] Times, double[] Losses) Train(IReadOnlyList<Tensor> weights, double rate, int steps, LossOf lossOf)
    {
        using var optimiser = new AdamW(weights, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0);
        double[] losses = new double[steps];
        double[] times =
        [
            .. Enumerable
                .Range(0, steps)
                .Select(step =>
                    PeerSetting.Time(() =>
                    {
                        using var scope = NewDisposeScope();
                        var loss = lossOf(step);
                        optimiser.ZeroGradients();
                        loss.backward();
                        Gradients.Clip(weights, maxNorm: 1);
                        optimiser.Step(rate);
                        losses[step] = loss.ToDouble();
                    })
                ),
        ];
        return (times, losses);
    }
}
