using DcrDsl.Evaluation;
using DcrDsl.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Models;

/// <summary>The switches in which families differ, without reference files.</summary>
public class DecoderSwitchesTests
{
    static readonly DecoderConfig Plain = new()
    {
        VocabularySize = 60,
        HiddenSize = 24,
        Layers = 3,
        Heads = 4,
        KeyValueHeads = 2,
        HeadDim = 8,
        IntermediateSize = 40,
    };

    internal static readonly Dictionary<string, DecoderConfig> Configurations = new()
    {
        ["window"] = Plain with { SlidingWindow = 4 },
        ["window in some blocks"] = Plain with { SlidingWindow = 3, WindowedBlocks = [false, true, false] },
        ["biases and norms of heads"] = Plain with
        {
            QueryKeyValueBias = true,
            OutputBias = true,
            FeedForwardBias = true,
            QueryKeyNorm = true,
        },
        ["fused and partly turned"] = Plain with
        {
            FusedProjections = true,
            RotaryDim = 6,
            Activation = FeedForwardActivation.Gelu,
            SlidingWindow = 5,
        },
        ["scaled"] = Plain with
        {
            NormAddsOne = true,
            ScaleEmbeddings = true,
            TieEmbeddings = true,
            Activation = FeedForwardActivation.GeluTanh,
            KeyValueHeads = 4,
        },
    };

    internal static IReadOnlyList<string> Names => [.. Configurations.Keys];

    public static TheoryData<string> All => [.. Configurations.Keys];

    [Theory, MemberData(nameof(All))]
    public void With_a_cache_and_padding_the_tokens_are_those_of_full_passes(string name)
    {
        using var decoder = TestDecoder.Initialise(Configurations[name], 1);
        int[][] prompts =
        [
            [5, 6, 7, 8, 9, 10, 11],
            [10],
            [11, 12, 13],
        ];
        var completions = Generation.Complete(decoder, prompts, 9, [], cancellation: TestContext.Current.CancellationToken);
        foreach (var (prompt, completion) in prompts.Zip(completions))
            Assert.Equal(Uncached(decoder, prompt, 9), completion.Tokens);
    }

    [Theory, MemberData(nameof(All))]
    public void Every_switch_changes_the_outputs(string name)
    {
        using var decoder = TestDecoder.Initialise(Configurations[name], 1);
        using var plain = TestDecoder.Initialise(
            Plain with
            {
                TieEmbeddings = decoder.Config.TieEmbeddings,
                FusedProjections = decoder.Config.FusedProjections,
                KeyValueHeads = decoder.Config.KeyValueHeads,
            },
            1
        );
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var tokens = TestDecoder.Tokens(Plain, rows: 2, length: 9);
        Assert.True((decoder.Forward(tokens) - plain.Forward(tokens)).abs().max().item<float>() > 1e-2);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_window_reaches_as_far_back_as_it_says(bool fullMask)
    {
        using var decoder = TestDecoder.Initialise(Plain with { SlidingWindow = 4 }, 2);
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var tokens = TestDecoder.Tokens(Plain, rows: 1, length: 16);
        var changed = tokens.clone();
        changed[0, 0] = (changed[0, 0] + 1).remainder(60);
        var mask = fullMask ? ones_like(tokens) : null;
        int reach = 3 * (4 - 1); // each of the three blocks passes it on by three tokens
        float[] difference = (decoder.Forward(tokens, mask) - decoder.Forward(changed, mask)).abs().amax(-1)[0].data<float>().ToArray();
        Assert.True(difference[reach] > 1e-5);
        Assert.All(difference[(reach + 1)..], d => Assert.Equal(0, d));
    }

    [Fact]
    public void A_window_as_wide_as_the_text_changes_nothing()
    {
        using Decoder windowed = TestDecoder.Initialise(Plain with { SlidingWindow = 9 }, 2),
            full = TestDecoder.Initialise(Plain, 2);
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var tokens = TestDecoder.Tokens(Plain, rows: 2, length: 9);
        Assert.Equal(0, (windowed.Forward(tokens) - full.Forward(tokens)).abs().max().item<float>());
    }

    [Fact]
    public void Fused_matrices_are_the_separate_ones_stacked()
    {
        using var separate = TestDecoder.Initialise(Plain, 3);
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        using var fused = Decoder.FromWeights(
            Plain with
            {
                FusedProjections = true,
            },
            (name, _) =>
                name switch
                {
                    _ when name.EndsWith("qkv_proj.weight", StringComparison.Ordinal) => cat(
                        [Part(name, "qkv_proj", "q_proj"), Part(name, "qkv_proj", "k_proj"), Part(name, "qkv_proj", "v_proj")],
                        0
                    ),
                    _ when name.EndsWith("gate_up_proj.weight", StringComparison.Ordinal) => cat(
                        [Part(name, "gate_up_proj", "gate_proj"), Part(name, "gate_up_proj", "up_proj")],
                        0
                    ),
                    _ => separate.Parameters[name],
                },
            CPU
        );
        var tokens = TestDecoder.Tokens(Plain, rows: 2, length: 7);
        Assert.InRange((fused.Forward(tokens) - separate.Forward(tokens)).abs().max().item<float>(), 0, 1e-5);

        Tensor Part(string name, string from, string to) => separate.Parameters[name.Replace(from, to, StringComparison.Ordinal)];
    }

    [Fact]
    public void Fresh_weights_make_every_norm_scale_by_one_and_every_bias_nothing()
    {
        foreach (bool addsOne in (bool[])[false, true])
        {
            using var decoder = Decoder.Initialise(
                Plain with
                {
                    NormAddsOne = addsOne,
                    QueryKeyNorm = true,
                    QueryKeyValueBias = true,
                },
                1,
                CPU
            );
            foreach (string name in decoder.Parameters.Names.Where(n => decoder.Parameters[n].dim() == 1))
                Assert.All(
                    decoder.Parameters[name].data<float>().ToArray(),
                    v => Assert.Equal(name.EndsWith("bias", StringComparison.Ordinal) || addsOne ? 0 : 1, v)
                );
        }
    }

    [Fact]
    public void Rotary_scaling_follows_its_formulas()
    {
        var config = Plain with { HeadDim = 16, RopeTheta = 500_000 };
        double[] plain = [.. Enumerable.Range(0, 8).Select(i => Math.Pow(500_000, -i / 8.0))];
        Near(plain, null, 1);
        Near([.. plain.Select(f => f / 4)], new RopeScaling.Linear(4), 1);
        Near(plain, new RopeScaling.Dynamic(2, 32), 32);
        double theta = 500_000 * Math.Pow(2 * 50 / 32.0 - 1, 16 / 14.0);
        Near([.. Enumerable.Range(0, 8).Select(i => Math.Pow(theta, -i / 8.0))], new RopeScaling.Dynamic(2, 32), 50);
        double[] waves = [.. plain.Select(f => 2 * Math.PI / f)];
        Assert.Contains(waves, w => w is > 64 / 4.0 and < 64 / 1.0); // one in the smooth passage
        Near(
            [.. plain.Zip(waves, (f, w) => f / 8 + Math.Clamp((64 / w - 1) / 3, 0, 1) * (f - f / 8))],
            new RopeScaling.Llama3(8, 1, 4, 64),
            1
        );

        void Near(double[] expected, RopeScaling? scaling, int length) =>
            Assert.All(
                expected.Zip(RotaryTables.Frequencies(config with { RopeScaling = scaling }, length)),
                p => Assert.InRange(p.Second / p.First - 1, -1e-6, 1e-6)
            );
    }

    [Fact]
    public void Beyond_its_maximum_dynamic_scaling_turns_by_the_batch_s_length_and_keeps_nothing()
    {
        using var decoder = TestDecoder.Initialise(Plain with { RopeScaling = new RopeScaling.Dynamic(2, 8) }, 4);
        using var gradient = no_grad();
        using var tokens = TestDecoder.Tokens(Plain, rows: 1, length: 12);
        using var before = Hidden(8);
        long live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int i = 0; i < 3; i++)
            Hidden(12).Dispose();
        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        using (
            Tensor longer = Hidden(12),
                again = Hidden(8)
        )
        {
            using var scope = NewDisposeScope();
            Assert.Equal(0, (before - again).abs().max().item<float>());
            Assert.True((longer.narrow(1, 0, 8) - before).abs().max().item<float>() > 1e-3);
        }

        Tensor Hidden(int length)
        {
            using var scope = NewDisposeScope();
            return decoder.Forward(tokens.narrow(1, 0, length)).MoveToOuterDisposeScope();
        }
    }

    static int[] Uncached(Decoder decoder, int[] prompt, int count)
    {
        using var gradient = no_grad();
        var tokens = prompt.ToList();
        for (int i = 0; i < count; i++)
        {
            using var scope = NewDisposeScope();
            var hidden = decoder.Forward(tensor(tokens.Select(t => (long)t).ToArray(), [1, tokens.Count]));
            tokens.Add((int)decoder.Head(hidden[0, -1]).argmax().item<long>());
        }
        return [.. tokens.Skip(prompt.Length)];
    }
}
