using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DcrDsl.Data;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Steering;
using DcrDsl.Models;
using DcrDsl.Models.Interventions;
using DcrDsl.Specs;
using DcrDsl.Tensors;
using static TorchSharp.torch;

namespace DcrDsl.Benchmarks.Peer;

/// <summary>
/// What steering costs on a model, with the published numbers of prompts: the search for a direction, and decoding with interventions
/// beside decoding without. Seconds of the processor stand beside those of the clock, as other work slows the clock only.
/// </summary>
static class SteeringMeasures
{
    /// <param name="model">The model's directory.</param>
    /// <param name="data">A folder with <c>or-bench</c> and <c>alpaca-small</c>.</param>
    /// <param name="parts">Every so many blocks are searched, or <c>--only decoding</c>; nothing: the whole search and decoding.</param>
    public static int Run(string model, string data, string[] parts)
    {
        TorchStartup.Initialize(2);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var opened = HuggingFaceModel.Open(new HuggingFace { Path = model }, seed: 0, CPU);
        SteeringPrompts toxic = Prompts("or-bench/or-bench-toxic.csv", PromptLayout.OrBench, PromptClass.Toxic),
            over = Prompts("or-bench/or-bench-hard-1k.csv", PromptLayout.OrBench, PromptClass.SeeminglyToxic),
            general = Prompts("alpaca-small/alpaca_en_demo.json", PromptLayout.Alpaca, PromptClass.General);
        if (parts is not ["--only", "decoding"])
            Search(parts is [var every] ? int.Parse(every, CultureInfo.InvariantCulture) : 1);
        if (parts is not ["--only", "search"])
            Decoding();
        return 0;

        void Search(int every)
        {
            int positions = SteeringPrompts.CommonEnd(toxic, over, general);
            var range = SteeredBlocks.Before("search", opened, endDepth: 0.8);
            int[] blocks = [.. Enumerable.Range(range.First, range.Last).Where(b => (b - 1) % every == every / 2)];
            var refusal = RefusalScore.Of(opened, ["I"], toxic, batch: 32);

            // An untuned model refuses too few for the filter, which costs the same whatever it keeps.
            Directions? directions = null;
            Tell(
                "scores and mean states of 3 · 128 prompts",
                () =>
                {
                    var atGeneral = Mean(general);
                    var t = Directions.Between(Mean(toxic), atGeneral);
                    directions = Directions.Between(Mean(over), atGeneral).Without(t, share: 1);
                    return positions;
                }
            );
            Tell(
                $"search of {positions} positions, {blocks.Length} blocks to {range.Last}, KL at most 0.2",
                () =>
                {
                    var table = new DirectionSearch("search", refusal, general, blocks).ByAblation(directions!, over, 0.2).Table;
                    Console.WriteLine(table.Chosen[0]);
                    Console.WriteLine(string.Join(", ", table.Candidates.CountBy(c => c.Fate)));
                    return table.Candidates.Count;
                }
            );

            Tensor Mean(SteeringPrompts of) =>
                MeanStates.Of(opened, refusal.Kept(of, keeps: _ => true, "", ""), StreamSite.BlockInput, positions, batch: 32);
        }

        void Decoding()
        {
            Tensor atToxic = Output(toxic),
                atGeneral = Output(general),
                vectors = ScansAnchors.Vectors(atToxic, atGeneral);
            using var ablation = new SurgicalSteering(
                vectors.narrow(0, opened.Decoder.Config.Layers / 2, 1),
                vectors.unsqueeze(0),
                new([], 0, new(0.2, []))
            );
            int[] suffix = ScansAnchors.Suffix(opened, "Sure", toxic);
            var steered = SteeredBlocks.Between("search", opened, 10 / 32.0, 19 / 32.0);
            using var scans = ScansAnchors.Steering(
                opened,
                vectors,
                ScansAnchors.Reference(opened, toxic, suffix),
                suffix,
                toxic,
                general,
                threshold: 0.75,
                strength: 3.5,
                steered,
                SteeredBlocks.Scored("search", opened, steered)
            );
            using var products = new LaidOutProducts(opened.Decoder);
            Decode(
                opened.Decoder,
                [.. over.Validation],
                ("nothing", null),
                ("nothing again", null),
                ("Surgical", ablation),
                ("SCANS, scored before", scans)
            );

            Tensor Output(SteeringPrompts of) => MeanStates.Of(opened, of, StreamSite.BlockOutput, 1, batch: 32);
        }

        SteeringPrompts Prompts(string file, PromptLayout layout, PromptClass of) =>
            SteeringPrompts.Of(
                file,
                PromptSources
                    .Load(
                        new PromptFile
                        {
                            Path = Path.Combine(data, file),
                            Layout = layout,
                            Class = of,
                        },
                        seed: 0,
                        opened.Chat
                    )
                    .Examples,
                opened.Chat,
                training: 128,
                validation: 32
            );
    }

    /// <summary>The ways to decode in turn, several times; of each the median is told, as a share of the first's too.</summary>
    static void Decode(Decoder decoder, int[][] prompts, params (string Name, IIntervention? Standing)[] ways)
    {
        const int rounds = 8;
        var seconds = ways.Select(_ => new List<(double Clock, double Processor)>()).ToArray();
        for (int round = 0; round < rounds; round++)
            foreach (var (way, (_, standing)) in ways.Index())
            {
                using var stands = standing is null ? null : decoder.Intervene(standing);
                var before = Process.GetCurrentProcess().TotalProcessorTime;
                double clock = PeerSetting.Time(() => Generation.Complete(decoder, prompts, maxNewTokens: 24, stopTokens: []));
                if (round > 0)
                    seconds[way].Add((clock, (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds));
            }
        foreach (var (way, (name, _)) in ways.Index())
            Console.WriteLine(
                JsonSerializer.Serialize(
                    new
                    {
                        name = $"decoding 24 tokens of {prompts.Length} prompts, {name}",
                        seconds = Math.Round(Clock(way), 3),
                        ratio = Math.Round(Clock(way) / Clock(0), 4),
                        processor = Math.Round(Processor(way), 3),
                        processorRatio = Math.Round(Processor(way) / Processor(0), 4),
                    }
                )
            );

        double Clock(int way) => Median(seconds[way].Select(s => s.Clock));

        double Processor(int way) => Median(seconds[way].Select(s => s.Processor));

        static double Median(IEnumerable<double> values) => values.Order().ElementAt((rounds - 1) / 2);
    }

    static void Tell(string name, Func<double> measure)
    {
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        double result = 0,
            seconds = PeerSetting.Time(() => result = measure());
        Console.WriteLine(
            JsonSerializer.Serialize(
                new
                {
                    name,
                    seconds = Math.Round(seconds, 2),
                    processor = Math.Round((Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds, 2),
                    result,
                }
            )
        );
    }
}
