using DcrDsl.Data;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Likelihoods;
using DcrDsl.Models;
using DcrDsl.Runtime.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace DcrDsl.Runtime.Tests.Likelihoods;

public class ContinuationLikelihoodTests
{
    internal static readonly DecoderConfig Config = new()
    {
        VocabularySize = 60,
        HiddenSize = 32,
        Layers = 3,
        Heads = 4,
        KeyValueHeads = 2,
        HeadDim = 8,
        IntermediateSize = 40,
    };

    static readonly int[] Long = [.. Enumerable.Range(3, 30)];

    /// <summary>Contexts that share a long beginning, one shared by several continuations that begin alike, with lengths from 1.</summary>
    static readonly EncodedText[] Texts =
    [
        Text([1, 2, 3], [4, 5, 6]),
        Text([1, 2, 3], [4, 5, 7, 8, 9]),
        Text([1, 2, 3], [4]),
        Text([1, 2, 3], [9, 4]),
        Text([7], [8]),
        Text([6, 5, 4, 3, 2, 1], [10, 11]),
        Text([1, 2, 3], [4, 5]),
        Text([6, 5, 4, 3, 2, 1], [10, 12, 10, 12]),
        Text([7], [8, 8, 8, 8]),
    ];

    static readonly EncodedText[] Shots =
    [
        Text([.. Long, 40], [1]),
        Text([.. Long, 40], [2]),
        Text([.. Long, 41, 42, 43], [2, 3]),
        Text([.. Long, 41, 42, 43], [2, 4, 5]),
        Text([.. Long, 44, 45], [6]),
    ];

    static EncodedText Text(int[] context, int[] continuation) => new([.. context, .. continuation], context.Length);

    static IReadOnlyList<ContinuationLikelihood> Of(Decoder decoder, IReadOnlyList<EncodedText> texts, int batch = 32) =>
        ContinuationLikelihood.Of(decoder, texts, batch, TestContext.Current.CancellationToken);

    public static TheoryData<string> Families() => ["plain", "window", "window narrower than the texts", "dynamic rope", "double"];

    static Decoder Make(string family, ulong seed = 9) =>
        family switch
        {
            "window" => TestDecoder.Initialise(
                Config with
                {
                    SlidingWindow = 33,
                    WindowedBlocks = Specs.ValueList.Of([true, false, true]),
                },
                seed
            ),
            "window narrower than the texts" => TestDecoder.Initialise(Config with { SlidingWindow = 3 }, seed),
            "dynamic rope" => TestDecoder.Initialise(Config with { RopeScaling = new RopeScaling.Dynamic(2, 8) }, seed),
            "double" => TestDecoder.Initialise(Config, seed, ScalarType.Float64),
            _ => TestDecoder.Initialise(Config, seed),
        };

    [Theory, MemberData(nameof(Families))]
    public void They_are_those_of_each_text_alone_without_cache_or_branches(string family)
    {
        using var decoder = Make(family);
        // A base that grows with the longest text of a batch makes texts depend on each other in any implementation.
        if (family == "dynamic rope")
        {
            foreach (var text in Texts.Concat(Shots))
                Compare(decoder, [text], 32);
            return;
        }
        Compare(decoder, Texts, 32);
        Compare(decoder, Texts, 2);
        Compare(decoder, Shots, 32);
        Compare(decoder, Shots, 1);
    }

    static void Compare(Decoder decoder, EncodedText[] texts, int batch)
    {
        foreach (var (text, likelihood) in texts.Zip(Of(decoder, texts, batch)))
        {
            var (log, greedy) = Alone(decoder, text);
            Assert.Equal(log, likelihood.Log, 1e-4);
            Assert.Equal(greedy, likelihood.IsGreedy);
            Assert.Equal(text.Tokens.Length - text.ResponseStart, likelihood.Tokens);
            Assert.Equal(-log / likelihood.Tokens, likelihood.MeanLoss, 1e-4);
        }
    }

    static (double Log, bool Greedy) Alone(Decoder decoder, EncodedText text)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var tokens = tensor(text.Tokens[..^1].Select(t => (long)t).ToArray(), [1, text.Tokens.Length - 1]);
        var logs = log_softmax(decoder.Head(decoder.Forward(tokens))[0].to(ScalarType.Float64), -1);
        var asked = Enumerable.Range(text.ResponseStart, text.Tokens.Length - text.ResponseStart).ToList();
        return (
            asked.Sum(i => logs[i - 1, text.Tokens[i]].item<double>()),
            asked.All(i => logs[i - 1].argmax().item<long>() == text.Tokens[i])
        );
    }

    [Fact]
    public void What_greedy_decoding_writes_is_greedy_and_nothing_else_is()
    {
        using var decoder = Make("plain", 10);
        int[] prompt = [5, 6, 7];
        int[] written = Generation.Complete(decoder, [prompt], 5, [], cancellation: TestContext.Current.CancellationToken)[0].Tokens;
        int[] other = [.. written[..^1], (written[^1] + 1) % Config.VocabularySize];
        Assert.Equal(
            [true, false, true],
            Of(decoder, [Text(prompt, written), Text(prompt, other), Text(prompt, written[..1])]).Select(l => l.IsGreedy)
        );
    }

    [Fact]
    public void Probabilities_of_all_tokens_add_up_to_one()
    {
        using var decoder = Make("double", 11);
        var all = Of(decoder, [.. Enumerable.Range(0, Config.VocabularySize).Select(t => Text([3, 1, 4], [1, t]))]);
        double first = Of(decoder, [Text([3, 1, 4], [1])])[0].Log;
        Assert.Equal(Math.Exp(first), all.Sum(l => Math.Exp(l.Log)), 1e-9);
    }

    [Fact]
    public void A_text_without_context_or_continuation_is_refused_and_no_texts_give_nothing()
    {
        using var decoder = Make("plain");
        Assert.Empty(Of(decoder, []));
        Assert.Throws<ArgumentException>(() => Of(decoder, [new EncodedText([1, 2], 0)]));
        Assert.Throws<ArgumentException>(() => Of(decoder, [new EncodedText([1, 2], 2)]));
    }

    [Fact]
    public void A_diverged_model_is_refused()
    {
        using var decoder = Make("plain");
        using (no_grad())
            decoder.Parameters["model.norm.weight"].fill_(double.NaN);
        Assert.Contains("diverged", Assert.Throws<InputException>(() => Of(decoder, Texts)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_left_behind_and_training_goes_on()
    {
        using var decoder = Make("plain", 12);
        Of(decoder, Shots);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Of(decoder, Shots);
        Of(decoder, Texts, 2);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        using var scope = NewDisposeScope();
        decoder.Head(decoder.Forward(TestDecoder.Tokens(Config, 2, 5))).sum().backward();
        Assert.All(decoder.Parameters, p => Assert.NotNull(p.grad));
    }
}
