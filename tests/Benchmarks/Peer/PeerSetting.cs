using System.Diagnostics;
using System.Text.Json;
using static TorchSharp.torch;

namespace DcrDsl.Benchmarks.Peer;

/// <summary>What is measured, and how: the options of bench.py.</summary>
/// <param name="Model">The model's directory.</param>
sealed record PeerSetting(string Model)
{
    static readonly string Work = Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "..", "..", "shared", "peer", "work")
    );

    public int Threads { get; init; } = 2;

    /// <summary>Stage runs of an ablation that go side by side.</summary>
    public int SideBySide { get; init; } = 1;

    public int Repeat { get; init; } = 5;

    /// <summary>A bf16 frozen base for LoRA, as a careful user would have it.</summary>
    public bool Tuned { get; init; }

    /// <summary>The format of the base under an adapter.</summary>
    public ScalarType Frozen => Tuned ? ScalarType.BFloat16 : ScalarType.Float32;

    /// <summary>The lines of a workload, as bench.py reads them.</summary>
    public static JsonElement[] Lines(string name) =>
        [.. File.ReadLines(Path.Combine(Work, name + ".jsonl")).Select(line => JsonDocument.Parse(line).RootElement.Clone())];

    /// <summary>A list of token ids of a line.</summary>
    public static int[] Ids(JsonElement line, string key) => [.. line.GetProperty(key).EnumerateArray().Select(t => t.GetInt32())];

    /// <summary>Rows padded on the right with token 2, as [B, T].</summary>
    public static Tensor Padded(IReadOnlyList<int[]> rows)
    {
        int width = rows.Max(r => r.Length);
        return tensor(
            rows.SelectMany(r => r.Select(t => (long)t).Concat(Enumerable.Repeat(2L, width - r.Length))).ToArray(),
            [rows.Count, width]
        );
    }

    /// <summary>Seconds that something takes.</summary>
    public static double Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Prints a measure as bench.py does.</summary>
    public void Report(string name, IReadOnlyList<double> times, long tokens = 0, object? result = null)
    {
        double[] sorted = [.. times.Order()];
        double median = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        Console.WriteLine(
            JsonSerializer.Serialize(
                new Dictionary<string, object?>
                {
                    ["name"] = name + (Tuned ? " (tuned)" : ""),
                    ["seconds"] = Math.Round(median, 4),
                    ["all"] = times.Select(t => Math.Round(t, 4)),
                    ["tokens"] = tokens,
                    ["result"] = result,
                    ["peak_mb"] = PeakMegabytes(),
                    ["threads"] = Threads,
                }
            )
        );
    }

    static long PeakMegabytes()
    {
        using var self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64 >> 20;
    }
}
