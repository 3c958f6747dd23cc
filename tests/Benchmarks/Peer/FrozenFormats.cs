using System.Diagnostics;
using System.Globalization;
using DcrDsl.Models;
using DcrDsl.Models.Checkpoints;
using DcrDsl.Models.LowRank;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Benchmarks.Peer;

/// <summary>
/// A LoRA step over a base held and computed in each of the formats of <c>--precision</c>: <c>formats MODEL_DIR [BATCH [REPEAT [NAME
/// …]]]</c>. The formats take turns in one process, so that other work on the machine slows all of them; medians of wall and processor
/// time, and their ratios to float32.
/// </summary>
static class FrozenFormats
{
    static readonly (string Name, FrozenFormat Format)[] Formats =
    [
        ("fp32", FrozenFormat.Single),
        ("bf16-fp32", new(ScalarType.BFloat16, ScalarType.Float32)),
        ("bf16-bf16", ScalarType.BFloat16),
    ];

    public static int Run(string model, string[] options)
    {
        int[] numbers = [.. options.Take(2).Select(o => int.Parse(o, CultureInfo.InvariantCulture))];
        int batch = numbers is [var given, ..] ? given : 16,
            repeat = numbers is [_, var times] ? times : 5;
        string[] names = [.. options.Skip(2)];
        TorchStartup.Initialize(threads: 2);
        var chosen = FrozenFormat.Faster(CPU, out string why);
        Console.WriteLine($"--precision bf16 chooses {chosen}: {why}.");
        var wanted = Formats.Where(f => names.Length == 0 || names.Contains(f.Name));
        Side[] sides = [.. wanted.Select(f => new Side(f.Name, f.Format, model))];
        for (int k = 0; k <= repeat; k++)
            foreach (var side in sides)
                side.Step(batch, warm: k > 0);
        foreach (var side in sides)
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{side.Name, -10} {Median(side.Wall), 8:0.000} s ({Median(side.Wall) / Median(sides[0].Wall):0.00}), "
                        + $"processor {Median(side.Processor), 8:0.000} s "
                        + $"({Median(side.Processor) / Median(sides[0].Processor):0.00}), first loss {side.FirstLoss:0.000000}"
                )
            );
        return 0;
    }

    static double Median(IReadOnlyList<double> values) => values.Order().ElementAt(values.Count / 2);

    sealed class Side(string name, FrozenFormat format, string model)
    {
        readonly Decoder decoder = HuggingFaceDirectory.Open(model, CPU);
        LoraAdapter? lora;

        public string Name { get; } = name;

        public List<double> Wall { get; } = [];

        public List<double> Processor { get; } = [];

        public double FirstLoss { get; private set; } = double.NaN;

        public void Step(int batch, bool warm)
        {
            lora ??= LoraAdapter.Attach(decoder, new LoraOptions { Rank = 8, Alpha = 16 }, seed: 0, purpose: "peer", format);
            using var self = Process.GetCurrentProcess();
            var before = self.TotalProcessorTime;
            var (times, losses, _) = TrainingMeasures.FineTune(decoder, lora.Parameters, rate: 5e-4, batch, steps: 1);
            self.Refresh();
            if (double.IsNaN(FirstLoss))
                FirstLoss = losses[0];
            if (!warm)
                return;
            Wall.Add(times[0]);
            Processor.Add((self.TotalProcessorTime - before).TotalSeconds);
        }
    }
}
