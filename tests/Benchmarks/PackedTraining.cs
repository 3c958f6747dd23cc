using System.Globalization;
using DcrDsl.Benchmarks.Peer;
using DcrDsl.Data;
using DcrDsl.Data.Batches;
using DcrDsl.Data.Corpus;
using DcrDsl.Models;
using DcrDsl.Objectives;
using DcrDsl.Specs;
using DcrDsl.Tensors;
using DcrDsl.Training;
using static TorchSharp.torch;
using AdamW = DcrDsl.Training.AdamW;

namespace DcrDsl.Benchmarks;

/// <summary>
/// What it saves to lay texts end to end: <c>packing [STEPS [MODEL_DIR]]</c>. The same batches packed and padded in turn, each a whole step
/// of fine-tuning, and the ratio of the medians. ToyWorld on one thread, as its stage runs have, or a Hugging Face model on two with the
/// texts of the peer's workload.
/// </summary>
static class PackedTraining
{
    public static int Run(string[] settings)
    {
        int steps = settings.Length > 0 ? int.Parse(settings[0], CultureInfo.InvariantCulture) : 200;
        if (settings is [_, var directory])
        {
            TorchStartup.Initialize(threads: 2);
            using var model = HuggingFaceModel.Open(new HuggingFace { Path = directory }, 0, CPU);
            EncodedText[] answers =
            [
                .. PeerSetting
                    .Lines("sft")
                    .Select(l =>
                    {
                        int[] prompt = PeerSetting.Ids(l, "prompt");
                        return new EncodedText([.. prompt, .. PeerSetting.Ids(l, "response")], prompt.Length);
                    }),
            ];
            Measure("answers, batch 8", model.Decoder, answers, 8, steps, window: 1);
            return 0;
        }
        TorchStartup.Initialize(threads: 1);
        using var toy = ToyWorldModel.Create(new ToyLlama { Layers = 4, Width = 64 }, 0, CPU);
        EncodedText[] texts = [.. Encoded(ToyWorld.Pretraining, everyToken: true)],
            mixture = [.. Encoded(ToyWorld.AlignmentGeneral, everyToken: false)];
        Measure("ToyWorld, whole texts, batch 32, sorted by length in windows of 8", toy.Decoder, texts, 32, steps, window: 8);
        Measure("ToyWorld, whole texts, batch 32", toy.Decoder, texts, 32, steps, window: 1);
        Measure("ToyWorld, answers, batch 32", toy.Decoder, mixture, 32, steps, window: 1);
        return 0;

        IEnumerable<EncodedText> Encoded(ToyWorldPrompts part, bool everyToken) =>
            ToyWorldCorpus
                .Load(part, 0)
                .Select(e => e.Response is { } answer ? toy.Chat.Answered(e.Prompt, answer) : new(toy.Chat.Prompt(e.Prompt), 1))
                .Select(t => everyToken ? t with { ResponseStart = 1 } : t);
    }

    static void Measure(string name, Decoder decoder, EncodedText[] texts, int batch, int steps, int window)
    {
        using var optimiser = new AdamW(decoder.Parameters);
        int[] order = new RandomStream(0, "packing").Permutation(texts.Length);
        int[][] batches = [.. order.Chunk(batch * window).SelectMany(p => p.OrderBy(i => texts[i].Tokens.Length).Chunk(batch))];
        var times = new double[2][];
        times[0] = new double[steps];
        times[1] = new double[steps];
        long real = 0,
            padded = 0;
        for (int step = -2; step < steps; step++)
        {
            EncodedText[] chosen = [.. batches[(step + 2) * 7 % batches.Length].Select(i => texts[i])];
            double packedTime = PeerSetting.Time(() => Step(() => Packed(chosen))),
                paddedTime = PeerSetting.Time(() => Step(() => Padded(chosen)));
            if (step < 0)
                continue;
            (times[0][step], times[1][step]) = (packedTime, paddedTime);
            real += chosen.Sum(t => t.Tokens.Length - 1);
            padded += chosen.Length * chosen.Max(t => t.Tokens.Length - 1);
        }
        double[] medians = [.. times.Select(t => t.Order().ElementAt(steps / 2))];
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: padding {1 - (double)real / padded:P0}; packed {1000 * medians[0]:0.0} ms, padded {1000 * medians[1]:0.0} ms, "
                    + $"× {medians[1] / medians[0]:0.00}"
            )
        );

        void Step(Func<Tensor> lossOf)
        {
            using var scope = NewDisposeScope();
            var loss = lossOf();
            optimiser.ZeroGradients();
            loss.backward();
            Gradients.Clip(decoder.Parameters, maxNorm: 1);
            optimiser.Step(1e-6);
            loss.cpu();
        }

        Tensor Packed(EncodedText[] chosen)
        {
            var predicted = ResponseTargets.Of(chosen, CPU);
            var states = HiddenStates.Rows(decoder.Forward(predicted.Inputs), tensor(predicted.Rows));
            return LanguageModelLoss.CrossEntropy(decoder, states, tensor(predicted.Targets));
        }

        Tensor Padded(EncodedText[] chosen)
        {
            int[][] inputs = [.. chosen.Select(t => t.Tokens[..^1])];
            int width = inputs.Max(i => i.Length);
            long[] rows =

                [
                    .. chosen.SelectMany(
                        (t, b) => Enumerable.Range(t.ResponseStart, t.Tokens.Length - t.ResponseStart).Select(i => (long)b * width + i - 1)
                    ),
                ],
                targets = [.. chosen.SelectMany(t => t.Tokens.Skip(t.ResponseStart)).Select(t => (long)t)];
            var hidden = decoder.Forward(PeerSetting.Padded(inputs)).flatten(0, 1);
            return LanguageModelLoss.CrossEntropy(decoder, HiddenStates.Rows(hidden, tensor(rows)), tensor(targets));
        }
    }
}
