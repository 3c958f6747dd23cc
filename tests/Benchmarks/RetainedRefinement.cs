using System.Globalization;
using System.Text.Json;
using DcrDsl.Data;
using DcrDsl.Data.Batches;
using DcrDsl.Data.Corpus;
using DcrDsl.Models;
using DcrDsl.Objectives;
using DcrDsl.References;
using DcrDsl.Specs;
using DcrDsl.Tensors;
using DcrDsl.Training;
using static TorchSharp.torch;
using AdamW = DcrDsl.Training.AdamW;

namespace DcrDsl.Benchmarks;

/// <summary>
/// What terms cost that hold a refinement to the untouched model: <c>retain [STEPS [MODEL_DIR DATA_DIR]]</c>. Steps as generated loops
/// write them, with and without the terms in turn, and the ratio
/// of the medians. ToyWorld, or a Hugging Face model (DATA_DIR is ../shared/data).
/// </summary>
static class RetainedRefinement
{
    public static int Run(string[] settings)
    {
        TorchStartup.Initialize(threads: 2);
        int steps = settings.Length > 0 ? int.Parse(settings[0], CultureInfo.InvariantCulture) : 200;
        if (settings is [_, var directory, var data])
        {
            using var model = HuggingFaceModel.Open(new HuggingFace { Path = directory }, 0, CPU);
            var general = Alpaca(Path.Combine(data, "alpaca-small", "alpaca_en_demo.json"), 64);
            var prompts = Prompts(Path.Combine(data, "xstest", "xstest_prompts.csv"));
            int middle = prompts.Count / 2;
            Measure(model, layer: 15, batch: 32, [.. prompts.Take(middle)], [.. prompts.Skip(middle)], general, retainBatch: 8, steps);
            return 0;
        }
        using var toy = ToyWorldModel.Create(new ToyLlama { Layers = 4, Width = 64 }, 0, CPU);
        Measure(
            toy,
            layer: 2,
            batch: 64,
            ToyWorldCorpus.Load(ToyWorld.RefinementSeeminglyToxic, 0),
            ToyWorldCorpus.Load(ToyWorld.RefinementToxic, 0),
            ToyWorldCorpus.Load(ToyWorld.RefinementGeneral, 0),
            retainBatch: 16,
            steps
        );
        return 0;
    }

    static void Measure(
        LanguageModel model,
        int layer,
        int batch,
        IReadOnlyList<Example> seeminglyToxic,
        IReadOnlyList<Example> toxic,
        IReadOnlyList<Example> general,
        int retainBatch,
        int steps
    )
    {
        var pairs = PairBatches.Balanced(seeminglyToxic, toxic, model.Chat, batch, 0.5, 0, "Dcr", CPU);
        var decoder = model.Decoder;
        var weights = decoder.ParametersThrough(layer);
        using var optimiser = new AdamW(weights);
        using var start = StartingWeights.Of(weights);
        using var tail = decoder.FreezeAbove(layer);
        double without = 0;
        foreach (bool answers in new[] { false, true })
        foreach (int size in new[] { retainBatch, batch / 2, batch }.Distinct())
        {
            var texts = GeneralTexts.Of(
                answers ? general : [.. general.Select(e => e with { Response = null })],
                model.Chat,
                size,
                0,
                "Dcr",
                CPU
            );
            double kept = PeerTime(() => UntouchedModel.StatesAfter(model, texts, layer, RetainPlaces.EveryToken).Dispose());
            using var states = UntouchedModel.StatesAfter(model, texts, layer, RetainPlaces.EveryToken);
            using var outputs = UntouchedModel.Outputs(model, texts, RetainPlaces.LastPromptToken);
            Func<int, Tensor, Tensor>[] ways =
            [
                (_, contrast) => contrast,
                (step, contrast) =>
                {
                    var drawn = texts.Draw(step);
                    var hidden = decoder.HiddenAfter(drawn.Tokens, layer);
                    return contrast.Plus(1, RetainLoss.HiddenStateDistance(HiddenStates.Rows(hidden, drawn.EveryToken), states.Of(drawn)));
                },
                (step, contrast) =>
                {
                    var drawn = texts.Draw(step);
                    var onward = decoder.ForwardAfter(decoder.HiddenAfter(drawn.Tokens, layer), drawn.Tokens, layer);
                    var logits = decoder.Head(HiddenStates.Rows(onward, drawn.LastPromptToken));
                    return contrast.Plus(1, RetainLoss.OutputDivergence(logits, outputs.Of(drawn)));
                },
                (_, contrast) => contrast.Plus(1, RetainLoss.WeightDistance(weights, start)),
            ];
            double[][] times = [.. ways.Select(_ => new double[steps])];
            for (int step = -2; step < steps; step++)
            for (int way = 0; way < ways.Length; way++)
            {
                double time = PeerTime(() => Step(Math.Max(step, 0), ways[way]));
                if (step >= 0)
                    times[way][step] = time;
            }
            double[] medians = [.. times.Select(t => t.Order().ElementAt(steps / 2))];
            without = medians[0];
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(answers ? "prompts and answers" : "prompts")}, {batch} pairs and {size} general: {1000 * without:0.0} ms a step; "
                        + $"states × {medians[1] / without:0.00}, outputs × {medians[2] / without:0.00}, weights × "
                        + $"{medians[3] / without:0.00}; untouched states of {texts.Count} once {kept:0.00} s"
                )
            );
        }

        void Step(int step, Func<int, Tensor, Tensor> way)
        {
            using var scope = NewDisposeScope();
            var (tokens, prompts, labels) = pairs.Draw(step);
            var z = HiddenStates.LastPromptToken(decoder.HiddenAfter(tokens, layer), prompts);
            var loss = way(step, ContrastiveLoss.Circle(z, labels, margin: 0.25, scale: 80));
            optimiser.ZeroGradients();
            loss.backward();
            Gradients.Clip(weights, maxNorm: 1);
            optimiser.Step(1e-6);
            loss.cpu();
        }
    }

    static double PeerTime(Action action) => Peer.PeerSetting.Time(action);

    static List<Example> Alpaca(string path, int count)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(path));
        return
        [
            .. json
                .RootElement.EnumerateArray()
                .Take(count)
                .Select(e => Of(e.GetProperty("instruction").GetString()!, e.GetProperty("output").GetString()!.PadRight(40)[..40])),
        ];
    }

    static List<Example> Prompts(string path) => [.. File.ReadLines(path).Skip(1).Select(line => Of(line.Split(',')[1], null))];

    static Example Of(string prompt, string? answer) => new(prompt, answer, PromptClass.General, "", null, "");
}
