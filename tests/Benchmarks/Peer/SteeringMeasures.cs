using System.Diagnostics;
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
    /// <param name="every">Every so many blocks are searched: 1 is the whole search.</param>
    public static int Run(string model, string data, int every)
    {
        TorchStartup.Initialize(2);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var opened = HuggingFaceModel.Open(new HuggingFace { Path = model }, seed: 0, CPU);
        SteeringPrompts toxic = Prompts("or-bench/or-bench-toxic.csv", PromptLayout.OrBench, PromptClass.Toxic),
            over = Prompts("or-bench/or-bench-hard-1k.csv", PromptLayout.OrBench, PromptClass.SeeminglyToxic),
            general = Prompts("alpaca-small/alpaca_en_demo.json", PromptLayout.Alpaca, PromptClass.General);
        int positions = SteeringPrompts.CommonEnd(toxic, over, general);
        var range = SteeredBlocks.Before("search", opened, endDepth: 0.8);
        int[] blocks = [.. Enumerable.Range(range.First, range.Last).Where(b => (b - 1) % every == every / 2)];
        var refusal = RefusalScore.Of(opened, ["I"], toxic, batch: 32);

        // An untuned model refuses too few for the filter, which costs the same whatever it keeps.
        Tell("scores of 3 · 128 prompts", () => new[] { toxic, over, general }.Sum(p => refusal.Of(p.Training).Average()));
        Directions? directions = null;
        Tell(
            "means of 3 · 128 prompts",
            () =>
            {
                var t = Directions.Between(Mean(toxic), Mean(general));
                directions = Directions.Between(Mean(over), Mean(general)).Without(t, share: 1);
                return positions;
            }
        );
        TriedDirections? tried = null;
        Tell(
            $"search of {positions} positions, {blocks.Length} blocks to {range.Last}, KL at most 0.2",
            () =>
                (tried = new DirectionSearch("search", refusal, general, blocks).ByAblation(directions!, over, 0.2)).Table.Candidates.Count(
                    c => c.Fate == CandidateFate.Kept
                )
        );

        using var ablation = tried!.Ablation(share: 1, toxic, over, general);
        int[] suffix = ScansAnchors.Suffix(opened, "Sure", toxic);
        var steered = SteeredBlocks.Between("search", opened, 10 / 32.0, 19 / 32.0);
        using var scans = ScansAnchors.Steering(
            opened,
            ScansAnchors.Vectors(Output(toxic), Output(general)),
            ScansAnchors.Reference(opened, toxic, suffix),
            suffix,
            toxic,
            general,
            threshold: 0.75,
            strength: 3.5,
            steered,
            SteeredBlocks.Scored("search", opened, steered)
        );
        Decode(
            opened.Decoder,
            [.. over.Validation],
            ("nothing", null),
            ("nothing again", null),
            ("Surgical", ablation),
            ("SCANS, scored before", scans)
        );
        return 0;

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

        Tensor Mean(SteeringPrompts of) => MeanStates.Of(opened, of, StreamSite.BlockInput, positions, batch: 32);

        Tensor Output(SteeringPrompts of) => MeanStates.Of(opened, of, StreamSite.BlockOutput, 1, batch: 32);
    }

    /// <summary>The ways to decode in turn, several times; of each the least is told, as a share of the first's too.</summary>
    static void Decode(Decoder decoder, int[][] prompts, params (string Name, IIntervention? Standing)[] ways)
    {
        const int rounds = 6;
        double[] least = [.. ways.Select(_ => double.PositiveInfinity)];
        for (int round = 0; round < rounds; round++)
            foreach (var (way, (_, standing)) in ways.Index())
            {
                using var stands = standing is null ? null : decoder.Intervene(standing);
                var before = Process.GetCurrentProcess().TotalProcessorTime;
                Generation.Complete(decoder, prompts, maxNewTokens: 24, stopTokens: []);
                if (round > 0)
                    least[way] = Math.Min(least[way], (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds);
            }
        foreach (var (way, (name, _)) in ways.Index())
            Console.WriteLine(
                JsonSerializer.Serialize(
                    new
                    {
                        name = $"decoding 24 tokens of {prompts.Length} prompts, {name}",
                        processor = Math.Round(least[way], 3),
                        ratio = Math.Round(least[way] / least[0], 4),
                    }
                )
            );
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
