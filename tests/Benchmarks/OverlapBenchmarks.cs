using BenchmarkDotNet.Attributes;
using DcrDsl.Data.Overlaps;

namespace DcrDsl.Benchmarks;

/// <summary>
/// Finding prompts that are measured on in what is trained on: 80,000 texts against 10,000 prompts of the length of instructions.
/// </summary>
[MemoryDiagnoser]
public class OverlapBenchmarks
{
    string[] prompts = [];
    TrainedText[] texts = [];

    [GlobalSetup]
    public void Make()
    {
        var random = new Random(1);
        prompts = [.. Enumerable.Range(0, 10_000).Select(_ => Text(random))];
        texts =
        [
            .. Enumerable
                .Range(0, 80_000)
                .Select(i => new TrainedText(i % 3, i % 800 == 0 ? prompts[i / 8] + " please" : Text(random), [])),
        ];
    }

    [Benchmark]
    public int Find() => OverlapFinder.Find(prompts, texts, 8, 10).Count;

    // Words are drawn as those of a language are: the n-th as often as 1/n.
    static string Text(Random random) =>
        string.Join(' ', Enumerable.Range(0, random.Next(5, 30)).Select(_ => "w" + (int)Math.Pow(20_000, random.NextDouble())));
}
