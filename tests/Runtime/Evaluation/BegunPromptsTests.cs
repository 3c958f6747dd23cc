using DcrDsl.Data;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Likelihoods;
using DcrDsl.Models;
using DcrDsl.Models.Interventions;
using DcrDsl.Runtime.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Evaluation;

/// <summary>One pass over prompts gives their answers' beginnings and all that is read beside.</summary>
public class BegunPromptsTests
{
    static readonly int[] System = [.. Enumerable.Range(3, 20)];

    static readonly int[][] Prompts =
    [
        [.. System, 30, 31, 32, 33],
        [.. System, 30, 31, 40],
        [11, 12, 13],
        [.. System, 30, 31, 32, 33, 34, 35],
        [.. System, 50],
        [.. System, 30, 31, 32, 33],
    ];

    static readonly int[][] Openers =
    [
        [5, 6, 7],
        [5, 6, 8, 9],
        [10],
        [30, 31],
    ];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Decoders => [.. DecoderSwitchesTests.Names];

    [Theory, MemberData(nameof(Decoders))]
    public void Answers_and_what_is_read_beside_are_those_of_each_prompt_alone(string name)
    {
        foreach (var (dtype, tolerance) in new[] { (ScalarType.Float32, 1e-4), (ScalarType.Float64, 1e-9) })
        {
            using var decoder = TestDecoder.Initialise(DecoderSwitchesTests.Configurations[name], 7, dtype);
            var together = Complete(decoder, Prompts, Beside(Prompts.Length));
            foreach (var (prompt, row) in Prompts.Zip(together))
            {
                var alone = Complete(decoder, [prompt], null)[0];
                Assert.Equal(alone.Tokens, row.Tokens);
                Assert.All(alone.FirstLogits.Zip(row.FirstLogits), p => Assert.Equal(p.First, p.Second, 5e-5f));
                foreach (int[] opener in Openers)
                {
                    double expected = Alone(decoder, prompt, opener);
                    Assert.Equal(expected, row.Beside!.Likelihood(opener)!.Value.Log, tolerance);
                }
                Assert.Null(row.Beside!.Likelihood([5]));
                double[] state = State(decoder, prompt, 2);
                Assert.All(state.Zip(row.Beside.State(2)!), p => Assert.Equal(p.First, p.Second, tolerance));
            }
        }
    }

    [Fact]
    public void Where_something_intervenes_for_each_row_prompts_are_rows_and_nothing_is_read_beside()
    {
        using var decoder = TestDecoder.Initialise(DecoderSwitchesTests.Configurations["scaled"], 8);
        using var addition = new DirectionAddition(
            StreamSite.BlockOutput,
            new Dictionary<int, Tensor> { [2] = ones(decoder.Config.HiddenSize) },
            strength: 0.5
        )
        {
            RowFactors = [1, -1, 1, -1, 1, -1],
        };
        using var standing = decoder.Intervene(addition);
        var rows = Complete(decoder, Prompts, Beside(Prompts.Length));
        Assert.All(rows, r => Assert.Null(r.Beside));
        // The last prompt is the first one, steered the other way.
        Assert.NotEqual(rows[0].FirstLogits, rows[^1].FirstLogits);
    }

    [Fact]
    public void Prompts_that_do_not_fit_one_pass_are_read_in_several()
    {
        var stream = new RandomStream(3, "long");
        int[] beginning = [.. Enumerable.Range(0, 600).Select(_ => stream.Next(60))];
        int[][] prompts =
        [
            .. Enumerable
                .Range(0, 12)
                .Select(i => (int[])[.. i % 2 == 0 ? beginning : [], .. Enumerable.Range(0, 700).Select(_ => stream.Next(60))]),
        ];
        using var decoder = TestDecoder.Initialise(DecoderSwitchesTests.Configurations["window in some blocks"], 9);
        var parts = TreeReader.Parts([.. prompts.Select(p => new ContinuationTree(p))], prompts.Length).ToList();
        Assert.True(parts.Count > 1);
        Assert.Equal(Enumerable.Range(0, prompts.Length), parts.SelectMany(p => p).Order());
        var together = Complete(decoder, prompts, null, count: 2);
        foreach (var (prompt, row) in prompts.Zip(together))
        {
            var alone = Complete(decoder, [prompt], null, count: 2)[0];
            Assert.Equal(alone.Tokens, row.Tokens);
            Assert.All(alone.FirstLogits.Zip(row.FirstLogits), p => Assert.Equal(p.First, p.Second, 5e-5f));
        }
    }

    [Fact]
    public void Nothing_is_left_behind()
    {
        using var decoder = TestDecoder.Initialise(DecoderSwitchesTests.Configurations["window"], 10);
        Complete(decoder, Prompts, Beside(Prompts.Length));
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Complete(decoder, Prompts, Beside(Prompts.Length));
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    static Beside Beside(int prompts) => new([.. Enumerable.Repeat<IReadOnlyList<int[]>>(Openers, prompts)], [2]);

    static IReadOnlyList<DecodedRow> Complete(Decoder decoder, int[][] prompts, Beside? beside, int count = 8) =>
        Generation.Complete(decoder, prompts, count, [], beside: beside, cancellation: Cancellation);

    static double Alone(Decoder decoder, int[] prompt, int[] continuation)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        long[] tokens = [.. prompt.Concat(continuation).Select(t => (long)t)];
        var logs = nn.functional.log_softmax(decoder.Head(decoder.Forward(tensor(tokens, [1, tokens.Length])))[0].to(float64), -1);
        return continuation.Index().Sum(c => logs[prompt.Length - 1 + c.Index, c.Item].item<double>());
    }

    static double[] State(Decoder decoder, int[] prompt, int layer)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        long[] tokens = [.. prompt.Select(t => (long)t)];
        return [.. decoder.HiddenAfter(tensor(tokens, [1, tokens.Length]), layer)[0, -1].to(float64).data<double>()];
    }
}
