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
/// of fine-tuning, and the ratio of the medians; and of preference tuning, with the prompt of each pair once and twice. ToyWorld on one
/// thread, as its stage runs have, or a Hugging Face model on two with the texts of the peer's workload.
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
            foreach (int turns in new[] { 1, 4 })
            {
                EncodedText[] preferred = [.. answers.Select((_, i) => Asked(i, turns, i))],
                    others = [.. answers.Select((_, i) => Asked(i, turns, i + 1))];
                MeasurePairs($"pairs of answers to prompts of {turns}, batch 4", model.Decoder, preferred, others, 4, steps);
            }
            Measure("answers, batch 8", model.Decoder, answers, 8, steps, window: 1);
            return 0;

            // So many prompts of the workload as one, with one of its answers.
            EncodedText Asked(int first, int turns, int answer)
            {
                int[] prompt = [.. Enumerable.Range(first, turns).SelectMany(i => Prompt(answers[i % answers.Length]))];
                var given = answers[answer % answers.Length];
                return new([.. prompt, .. given.Tokens[given.ResponseStart..]], prompt.Length);

                static int[] Prompt(EncodedText text) => text.Tokens[..text.ResponseStart];
            }
        }
        TorchStartup.Initialize(threads: 1);
        using var toy = ToyWorldModel.Create(new ToyLlama { Layers = 4, Width = 64 }, 0, CPU);
        EncodedText[] texts = [.. Encoded(ToyWorld.Pretraining, everyToken: true)],
            mixture = [.. Encoded(ToyWorld.AlignmentGeneral, everyToken: false)];
        Measure("ToyWorld, whole texts, batch 32, sorted by length in windows of 8", toy.Decoder, texts, 32, steps, window: 8);
        Measure("ToyWorld, whole texts, batch 32", toy.Decoder, texts, 32, steps, window: 1);
        Measure("ToyWorld, answers, batch 32", toy.Decoder, mixture, 32, steps, window: 1);
        Example[] pairs = [.. ToyWorldCorpus.Load(ToyWorld.PreferencePairs, 0), .. ToyWorldCorpus.Load(ToyWorld.ToxicPreferencePairs, 0)];
        EncodedText[] chosen = [.. pairs.Select(p => toy.Chat.Answered(p.Prompt, p.Response!))],
            rejected = [.. pairs.Select(p => toy.Chat.Answered(p.Prompt, p.Rejected!))];
        MeasurePairs("ToyWorld, pairs of answers, batch 16", toy.Decoder, chosen, rejected, 16, steps);
        return 0;

        IEnumerable<EncodedText> Encoded(ToyWorldPrompts part, bool everyToken) =>
            ToyWorldCorpus
                .Load(part, 0)
                .Select(e => e.Response is { } answer ? toy.Chat.Answered(e.Prompt, answer) : new(toy.Chat.Prompt(e.Prompt), 1))
                .Select(t => everyToken ? t with { ResponseStart = 1 } : t);
    }

    static void Measure(string name, Decoder decoder, EncodedText[] texts, int batch, int steps, int window)
    {
        int[] order = new RandomStream(0, "packing").Permutation(texts.Length);
        int[][] batches = [.. order.Chunk(batch * window).SelectMany(p => p.OrderBy(i => texts[i].Tokens.Length).Chunk(batch))];
        EncodedText[][] drawn = [.. Enumerable.Range(0, steps).Select(Drawn)];
        double real = drawn.Sum(chosen => chosen.Sum(t => t.Tokens.Length - 1)),
            padded = drawn.Sum(chosen => chosen.Length * chosen.Max(t => t.Tokens.Length - 1));
        string what = string.Create(CultureInfo.InvariantCulture, $"{name}: padding {1 - real / padded:P0}");
        InTurn(what, decoder, steps, ("packed", step => Packed(Drawn(step))), ("padded", step => Padded(Drawn(step))));

        EncodedText[] Drawn(int step) => [.. batches[(step + 2) * 7 % batches.Length].Select(i => texts[i])];

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

    /// <summary>Each prompt has the answer of the same number as preferred and as other one.</summary>
    static void MeasurePairs(string name, Decoder decoder, EncodedText[] preferred, EncodedText[] others, int batch, int steps)
    {
        int[][] batches = [.. new RandomStream(0, "packing").Permutation(preferred.Length).Chunk(batch)];
        double once = 0,
            twice = 0;
        for (int step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            once += ResponseTargets.Of(Drawn(step), CPU).Inputs.Tokens.shape[0];
            twice += Whole(Drawn(step)).Tokens.shape[0];
        }
        string what = string.Create(CultureInfo.InvariantCulture, $"{name}: {1 - once / twice:P0} of the tokens are prompts a second time");
        InTurn(
            what,
            decoder,
            steps,
            ("once", step => Loss(Drawn(step), ResponseTargets.Of(Drawn(step), CPU).Inputs)),
            ("twice", step => Loss(Drawn(step), Whole(Drawn(step))))
        );

        EncodedText[] Drawn(int step)
        {
            int[] chosen = batches[(step + 2) * 7 % batches.Length];
            return [.. chosen.Select(i => preferred[i]), .. chosen.Select(i => others[i])];
        }

        static PackedTokens Whole(EncodedText[] texts) =>
            PackedTokens.Of([.. texts.Select(t => new ArraySegment<int>(t.Tokens)[..^1])], CPU);

        Tensor Loss(EncodedText[] texts, PackedTokens inputs)
        {
            (int Text, int Position)[] predicted =
            [
                .. texts.SelectMany((t, i) => Enumerable.Range(t.ResponseStart, t.Tokens.Length - t.ResponseStart).Select(at => (i, at))),
            ];
            Tensor rows = tensor(predicted.Select(p => inputs.Place(p.Text, p.Position - 1)).ToArray()),
                targets = tensor(predicted.Select(p => (long)texts[p.Text].Tokens[p.Position]).ToArray()),
                answers = tensor(predicted.Select(p => (long)p.Text).ToArray()),
                lengths = tensor(texts.Select(t => (long)t.Tokens.Length - t.ResponseStart).ToArray());
            var policy = AnswerLogProbabilities.Of(decoder, HiddenStates.Rows(decoder.Forward(inputs), rows), targets, answers, lengths);
            return PreferenceLoss.Sigmoid(policy, policy.detach(), lengths, beta: 0.1);
        }
    }

    /// <summary>Steps with either loss in turn.</summary>
    static void InTurn(
        string name,
        Decoder decoder,
        int steps,
        (string Name, Func<int, Tensor> LossOf) first,
        (string Name, Func<int, Tensor> LossOf) second
    )
    {
        using var optimiser = new AdamW(decoder.Parameters);
        double[] firstTimes = new double[steps],
            secondTimes = new double[steps];
        for (int step = -2; step < steps; step++)
        {
            double firstTime = PeerSetting.Time(() => Step(first.LossOf)),
                secondTime = PeerSetting.Time(() => Step(second.LossOf));
            if (step >= 0)
                (firstTimes[step], secondTimes[step]) = (firstTime, secondTime);

            void Step(Func<int, Tensor> lossOf)
            {
                using var scope = NewDisposeScope();
                var loss = lossOf(step);
                optimiser.ZeroGradients();
                loss.backward();
                Gradients.Clip(decoder.Parameters, maxNorm: 1);
                optimiser.Step(1e-6);
                loss.cpu();
            }
        }
        double one = Median(firstTimes),
            other = Median(secondTimes);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name}; {first.Name} {1000 * one:0.0} ms, {second.Name} {1000 * other:0.0} ms, × {other / one:0.00}"
            )
        );

        static double Median(double[] times) => times.Order().ElementAt(times.Length / 2);
    }
}
