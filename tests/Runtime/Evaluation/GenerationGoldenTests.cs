using System.Text.Json;
using DcrDsl.Data;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Likelihoods;
using DcrDsl.Models;
using DcrDsl.Runtime.Tests.Models;

namespace DcrDsl.Runtime.Tests.Evaluation;

/// <summary>Greedy decoding and likelihoods against transformers and lm-evaluation-harness.</summary>
public class GenerationGoldenTests
{
    [Theory(SkipTestWithoutData = true), MemberData(nameof(GoldenDecoder.With), "greedy", MemberType = typeof(GoldenDecoder))]
    public void Greedy_tokens_are_those_of_transformers(string name, string configFile)
    {
        using var golden = GoldenDecoder.Open(name, configFile);
        var greedy = golden.Cases.GetProperty("greedy");
        int[][] prompts = Lists(greedy.GetProperty("prompts")),
            generated = Lists(greedy.GetProperty("generated"));
        Assert.Equal(generated, Greedy(golden.Decoder, prompts, generated[0].Length, []).Select(c => c.Tokens));

        if (!greedy.TryGetProperty("with_stop", out var stopping))
            return;
        var stop = stopping.GetProperty("eos_token_id");
        int[] stops = stop.ValueKind == JsonValueKind.Array ? Integers(stop) : [stop.GetInt32()];
        var expected = Lists(stopping.GetProperty("generated"))
            .Select(row =>
            {
                int end = Array.FindIndex(row, stops.Contains);
                return end < 0 ? row : row[..(end + 1)];
            });
        Assert.Equal(expected, Greedy(golden.Decoder, prompts, generated[0].Length, stops).Select(c => c.Tokens));
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(GoldenDecoder.With), "loglikelihood", MemberType = typeof(GoldenDecoder))]
    public void Likelihoods_are_those_of_the_evaluation_harness(string name, string configFile)
    {
        using var golden = GoldenDecoder.Open(name, configFile);
        var section = golden.Cases.GetProperty("loglikelihood");
        int longest = section.GetProperty("max_length").GetInt32() + 1;
        var pairs = section
            .GetProperty("pairs")
            .EnumerateArray()
            .Select(p =>
                (
                    Context: Integers(p.GetProperty("context")),
                    Continuation: Integers(p.GetProperty("continuation")),
                    Expected: p.GetProperty("loglikelihood").GetDouble()
                )
            )
            .Where(p => p.Context.Length > 0 && p.Context.Length + p.Continuation.Length <= longest)
            .ToList();
        var texts = pairs.Select(p => new EncodedText([.. p.Context, .. p.Continuation], p.Context.Length)).ToList();
        Assert.NotEmpty(texts);
        Assert.All(
            pairs.Zip(ContinuationLikelihood.Of(golden.Decoder, texts, cancellation: TestContext.Current.CancellationToken)),
            p => Assert.Equal(p.First.Expected, p.Second.Log, 5e-5)
        );
    }

    static IReadOnlyList<DecodedRow> Greedy(Decoder decoder, IReadOnlyList<int[]> prompts, int count, IReadOnlyCollection<int> stops) =>
        Generation.Complete(decoder, prompts, count, stops, cancellation: TestContext.Current.CancellationToken);

    static int[] Integers(JsonElement list) => [.. list.EnumerateArray().Select(e => e.GetInt32())];

    static int[][] Lists(JsonElement lists) => [.. lists.EnumerateArray().Select(Integers)];
}
