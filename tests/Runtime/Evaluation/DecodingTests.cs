using DcrDsl.Evaluation;
using DcrDsl.Models;
using DcrDsl.Runtime.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Evaluation;

public class DecodingTests
{
    static readonly DecoderConfig Config = new()
    {
        VocabularySize = 60,
        HiddenSize = 32,
        Layers = 3,
        Heads = 4,
        KeyValueHeads = 2,
        HeadDim = 8,
        IntermediateSize = 40,
    };

    static readonly int[][] Prompts =
    [
        [5, 6, 7, 8, 9],
        [10],
        [11, 12, 13],
        [14, 15, 16, 17, 18],
    ];

    [Fact]
    public void Tokens_are_drawn_as_often_as_they_are_likely()
    {
        const int Draws = 20_000;
        double[] logits = [1.0, 0.2, -0.7, 2.0, 0.0];
        int[] counts = Count(Decoding.Sampled(3, temperature: 0.8, topP: 1), logits, Draws);
        double[] weights = [.. logits.Select(l => Math.Exp(l / 0.8))];
        foreach (var (count, weight) in counts.Zip(weights))
        {
            double p = weight / weights.Sum();
            Assert.InRange(count / (double)Draws, p - 4 * Math.Sqrt(p * (1 - p) / Draws), p + 4 * Math.Sqrt(p * (1 - p) / Draws));
        }
    }

    [Fact]
    public void Only_the_likeliest_that_reach_top_p_are_drawn()
    {
        // Probabilities 0.5, 0.3, 0.15, 0.05: those likelier than the third have 0.8.
        double[] logits = [Math.Log(0.15), Math.Log(0.5), Math.Log(0.05), Math.Log(0.3)];
        Assert.Equal([false, true, false, false], Count(Decoding.Sampled(0, 1, 0.4), logits, 2_000).Select(c => c > 0));
        Assert.Equal([false, true, false, true], Count(Decoding.Sampled(0, 1, 0.75), logits, 2_000).Select(c => c > 0));
        Assert.Equal([true, true, false, true], Count(Decoding.Sampled(0, 1, 0.9), logits, 2_000).Select(c => c > 0));
        int[] counts = Count(Decoding.Sampled(0, 1, 0.75), logits, 20_000);
        Assert.InRange(counts[1] / 20_000.0, 0.625 - 0.014, 0.625 + 0.014);
    }

    [Fact]
    public void A_batch_draws_what_each_prompt_draws_alone_and_a_seed_what_it_drew_before()
    {
        using var decoder = TestDecoder.Initialise(Config, 8);
        int[][] together = Sampled(decoder, Prompts, null, seed: 4);
        for (int i = 0; i < Prompts.Length; i++)
            Assert.Equal(together[i], Assert.Single(Sampled(decoder, [Prompts[i]], [i], seed: 4)));
        Assert.NotEqual(together, Sampled(decoder, Prompts, null, seed: 5));
        Assert.NotEqual(together[1], Assert.Single(Sampled(decoder, [Prompts[1]], [2], seed: 4)));
    }

    [Fact]
    public void At_a_temperature_near_zero_it_is_greedy()
    {
        using var decoder = TestDecoder.Initialise(Config, 9);
        var greedy = Generation.Complete(decoder, Prompts, 10, [], cancellation: TestContext.Current.CancellationToken);
        var cold = Generation.Complete(
            decoder,
            Prompts,
            10,
            [],
            Decoding.Sampled(1, 1e-4, 1),
            cancellation: TestContext.Current.CancellationToken
        );
        Assert.Equal(greedy.Select(c => c.Tokens), cold.Select(c => c.Tokens));
    }

    static int[][] Sampled(Decoder decoder, int[][] prompts, int[]? numbers, ulong seed) =>
        [
            .. Generation
                .Complete(
                    decoder,
                    prompts,
                    10,
                    [7, 8],
                    Decoding.Sampled(seed, 1.3, 0.95),
                    "Task",
                    numbers,
                    TestContext.Current.CancellationToken
                )
                .Select(c => c.Tokens),
        ];

    static int[] Count(Decoding decoding, double[] logits, int draws)
    {
        using var scope = NewDisposeScope();
        var rows = tensor(logits).unsqueeze(0).expand(draws, logits.Length);
        int[] counts = new int[logits.Length];
        foreach (long token in decoding.Choose(rows, "Task", [.. Enumerable.Range(0, draws)], step: 0).data<long>())
            counts[token]++;
        return counts;
    }
}
