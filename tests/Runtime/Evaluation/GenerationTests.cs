using DcrDsl.Data;
using DcrDsl.Evaluation;
using DcrDsl.Models;
using DcrDsl.Runtime.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Evaluation;

public class GenerationTests
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
    public void With_a_cache_the_tokens_are_those_of_full_passes()
    {
        using var decoder = TestDecoder.Initialise(Config, 1);
        var completions = Greedy(decoder, Prompts, 12, []);
        Assert.Equal(Prompts.Select(p => Uncached(decoder, p, 12)), completions.Select(c => c.Tokens));
    }

    [Fact]
    public void A_batch_gives_what_each_prompt_gives_alone()
    {
        using var decoder = TestDecoder.Initialise(Config, 2);
        var together = Greedy(decoder, Prompts, 12, []);
        foreach (var (prompt, completion) in Prompts.Zip(together))
        {
            var alone = Greedy(decoder, [prompt], 12, [])[0];
            Assert.Equal(alone.Tokens, completion.Tokens);
            Assert.All(alone.FirstLogits.Zip(completion.FirstLogits), p => Assert.Equal(p.First, p.Second, 2e-5f));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(6)]
    public void A_beginning_that_all_prompts_share_changes_nothing(int? window)
    {
        var stream = new RandomStream(3, "prefix");
        int[] beginning = [.. Enumerable.Range(0, 20).Select(_ => stream.Next(60))];
        int[][] prompts = [.. Prompts.Select(p => (int[])[.. beginning, .. p])];
        using var decoder = TestDecoder.Initialise(Config with { SlidingWindow = window }, 6);
        var together = Greedy(decoder, prompts, 10, []);
        Assert.Equal(prompts.Select(p => Uncached(decoder, p, 10)), together.Select(c => c.Tokens));
        foreach (var (prompt, completion) in prompts.Zip(together))
            Assert.All(
                Greedy(decoder, [prompt], 1, [])[0].FirstLogits.Zip(completion.FirstLogits),
                p => Assert.Equal(p.First, p.Second, 2e-5f)
            );
    }

    [Fact]
    public void The_first_logits_are_those_of_the_last_prompt_token()
    {
        using var decoder = TestDecoder.Initialise(Config, 3);
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        foreach (var (prompt, completion) in Prompts.Zip(Greedy(decoder, Prompts, 1, [])))
        {
            var logits = decoder.Head(decoder.Forward(Tokens(prompt)))[0, -1];
            Assert.All(logits.data<float>().ToArray().Zip(completion.FirstLogits), p => Assert.Equal(p.First, p.Second, 2e-5f));
            Assert.Equal(Array.IndexOf(completion.FirstLogits, completion.FirstLogits.Max()), Assert.Single(completion.Tokens));
        }
    }

    [Fact]
    public void A_row_ends_with_its_stop_token_and_leaves_the_others_running()
    {
        using var decoder = TestDecoder.Initialise(Config, 4);
        var free = Greedy(decoder, Prompts, 12, []);
        int stop = free[0].Tokens[3];
        foreach (var (unstopped, stopped) in free.Zip(Greedy(decoder, Prompts, 12, [stop])))
        {
            int at = Array.IndexOf(unstopped.Tokens, stop);
            Assert.Equal(at < 0 ? unstopped.Tokens : unstopped.Tokens[..(at + 1)], stopped.Tokens);
        }
    }

    [Fact]
    public void Nothing_is_left_behind()
    {
        using var decoder = TestDecoder.Initialise(Config, 5);
        Greedy(decoder, Prompts, 3, []);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Greedy(decoder, Prompts, 3, []);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Training_goes_on_after_generation()
    {
        // What generation makes in inference mode (rotary tables, for one) must be fit for autograd.
        using var decoder = TestDecoder.Initialise(Config, 6);
        Greedy(decoder, Prompts, 3, []);
        using var scope = NewDisposeScope();
        decoder.Head(decoder.Forward(Tokens(Prompts[0]))).sum().backward();
        Assert.All(decoder.Parameters, p => Assert.NotNull(p.grad));
    }

    [Fact]
    public void A_cancelled_token_stops_it()
    {
        using var decoder = TestDecoder.Initialise(Config, 7);
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => Generation.Complete(decoder, Prompts, 3, [], cancellation: source.Token));
    }

    [Fact]
    public void A_diverged_model_is_refused()
    {
        using var decoder = TestDecoder.Initialise(Config, 8);
        using (no_grad())
            decoder.Parameters["model.norm.weight"].fill_(double.NaN);
        Assert.Contains("diverged", Assert.Throws<InputException>(() => Greedy(decoder, Prompts, 3, [])).Message, StringComparison.Ordinal);
    }

    static IReadOnlyList<DecodedRow> Greedy(Decoder decoder, IReadOnlyList<int[]> prompts, int count, IReadOnlyCollection<int> stops) =>
        Generation.Complete(decoder, prompts, count, stops, cancellation: TestContext.Current.CancellationToken);

    static Tensor Tokens(int[] prompt) => tensor(prompt.Select(t => (long)t).ToArray(), [1, prompt.Length]);

    static int[] Uncached(Decoder decoder, int[] prompt, int count)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        List<int> all = [.. prompt];
        for (int i = 0; i < count; i++)
            all.Add((int)decoder.Head(decoder.Forward(Tokens([.. all])))[0, -1].argmax().item<long>());
        return [.. all.Skip(prompt.Length)];
    }
}
