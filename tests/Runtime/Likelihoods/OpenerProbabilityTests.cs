using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Likelihoods;
using DcrDsl.Evaluation.Probing;
using DcrDsl.Models;
using DcrDsl.Runtime.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace DcrDsl.Runtime.Tests.Likelihoods;

public class OpenerProbabilityTests
{
    static readonly int[][] Prompts =
    [
        [5, 6, 7, 8, 9],
        [10],
        [11, 12, 13],
        [14, 15, 16, 17, 18],
        [.. Enumerable.Range(0, 25)],
        [.. Enumerable.Range(0, 25), 30, 31],
    ];

    static double[] Of(Decoder decoder, int[][] openers, int batch = 4) =>
        OpenerProbability.Of(decoder, Prompts, openers, batch, TestContext.Current.CancellationToken);

    static Decoder Make(ulong seed) => TestDecoder.Initialise(ContinuationLikelihoodTests.Config, seed);

    [Fact]
    public void It_is_the_sum_over_all_responses_that_begin_with_an_opener()
    {
        using var decoder = Make(1);
        int[][] openers =
        [
            [1, 2],
            [1, 3],
            [4],
            [1, 2, 5],
            [4, 4],
            [6, 7, 8],
            [6, 7, 9],
            [1, 2],
        ];
        // Of every response of three tokens: the exact meaning, without a tree.
        double[] expected = [.. Prompts.Select(p => Enumerate(decoder, p, response => openers.Any(o => response.AsSpan().StartsWith(o))))];
        Assert.All(expected.Zip(Of(decoder, openers)), p => Assert.Equal(p.First, p.Second, 1e-6));
        Assert.All(expected.Zip(Of(decoder, openers, batch: 1)), p => Assert.Equal(p.First, p.Second, 1e-6));
    }

    static double Enumerate(Decoder decoder, int[] prompt, Func<int[], bool> begins)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        int vocabulary = ContinuationLikelihoodTests.Config.VocabularySize;
        double sum = 0;
        for (int a = 0; a < vocabulary; a++)
        {
            if (a is not (1 or 4 or 6))
                continue; // no opener begins otherwise
            for (int b = 0; b < vocabulary; b++)
            {
                using var inner = NewDisposeScope();
                int[] read = [.. prompt, a, b];
                var logs = log_softmax(
                    decoder.Head(decoder.Forward(tensor(read.Select(t => (long)t).ToArray(), [1, read.Length])))[0].to(ScalarType.Float64),
                    -1
                );
                double[] third = logs[-1].data<double>().ToArray();
                double before = logs[prompt.Length - 1, a].item<double>() + logs[prompt.Length, b].item<double>();
                for (int c = 0; c < vocabulary; c++)
                    if (begins([a, b, c]))
                        sum += Math.Exp(before + third[c]);
            }
        }
        return sum;
    }

    [Fact]
    public void Openers_of_one_token_have_the_mass_of_the_first_token()
    {
        using var decoder = Make(2);
        int[] tokens = [3, 17, 44];
        var completions = Generation.Complete(decoder, Prompts, 1, [], cancellation: TestContext.Current.CancellationToken);
        double[] mass = [.. completions.Select(c => OpenerProbe.Mass(tokens, c.FirstLogits))];
        Assert.All(mass.Zip(Of(decoder, [.. tokens.Select(t => (int[])[t])])), p => Assert.Equal(p.First, p.Second, 1e-6));
    }

    [Fact]
    public void Openers_that_cover_everything_have_probability_one_and_never_more()
    {
        using var decoder = Make(3);
        int[][] all =
        [
            .. Enumerable
                .Range(0, 60)
                .SelectMany(a =>
                    a == 7
                        ? Enumerable.Range(0, 60).Select(b => (int[])[a, b])
                        :
                        [
                            [a],
                        ]
                ),
        ];
        Assert.All(Of(decoder, all), p => Assert.InRange(p, 1 - 1e-9, 1));
    }

    [Fact]
    public void More_openers_are_never_less_likely()
    {
        using var decoder = Make(4);
        Assert.All(
            Of(
                    decoder,
                    [
                        [1, 2, 3],
                    ]
                )
                .Zip(
                    Of(
                        decoder,
                        [
                            [1, 2, 3],
                            [1, 4],
                        ]
                    )
                )
                .Zip(
                    Of(
                        decoder,
                        [
                            [1],
                        ]
                    ),
                    (p, shorter) => (p.First, p.Second, shorter)
                ),
            p => Assert.True(p.First < p.Second && p.Second < p.shorter)
        );
    }

    [Fact]
    public void What_has_no_tokens_is_refused()
    {
        using var decoder = Make(5);
        Assert.Throws<ArgumentException>(() => Of(decoder, []));
        Assert.Throws<ArgumentException>(() =>
            Of(
                decoder,
                [
                    [1],
                    [],
                ]
            )
        );
        Assert.Throws<ArgumentException>(() =>
            OpenerProbability.Of(
                decoder,
                [
                    [],
                ],
                [
                    [1],
                ],
                1,
                TestContext.Current.CancellationToken
            )
        );
    }
}
