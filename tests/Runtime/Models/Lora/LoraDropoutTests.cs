using DcrDsl.Data;
using DcrDsl.Models.LowRank;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Models.Lora;

public class LoraDropoutTests
{
    static readonly LoraOptions Options = new()
    {
        Rank = 3,
        Alpha = 6,
        Dropout = 0.3,
    };

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(uint.MaxValue - 3L)] // the counter carries within a chunk
    public void Decisions_are_the_same_with_and_without_vectors(long skipped)
    {
        Assert.SkipUnless(System.Runtime.Intrinsics.X86.Avx2.IsSupported, "this processor has no AVX2");
        RandomStream first = At(skipped),
            second = At(skipped);
        for (int round = 0; round < 3; round++)
        {
            byte[] a = new byte[1_000 + 37 * round],
                b = new byte[a.Length];
            first.Decide(a, 20_000, vectors: true);
            second.Decide(b, 20_000, vectors: false);
            Assert.Equal(a, b);
        }

        static RandomStream At(long skipped)
        {
            var stream = new RandomStream(5, "decisions", 9);
            typeof(RandomStream)
                .GetField("block", System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!
                .SetValue(stream, (ulong)skipped);
            return stream;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3_277)]
    [InlineData(32_768)]
    [InlineData(65_535)]
    public void Decisions_have_the_probability_asked_for(int threshold)
    {
        byte[] decisions = new byte[1 << 20];
        new RandomStream(5, "decisions").Decide(decisions, threshold);
        double p = threshold / 65_536.0,
            spread = Math.Sqrt(p * (1 - p) / decisions.Length);
        Assert.InRange(decisions.Average(d => (double)d), p - 4 * spread, p + 4 * spread);
        Assert.All(decisions, d => Assert.True(d < 2));
        if (threshold != 32_768)
            return;
        double together = decisions.Zip(decisions.Skip(1)).Average(d => (double)(d.First & d.Second));
        Assert.InRange(together, 0.248, 0.252);
    }

    [Fact]
    public void The_same_seed_and_step_give_the_same_bytes_and_others_do_not()
    {
        byte[] first = Gradient(seed: 1, step: 4);
        Assert.Equal(first, Gradient(seed: 1, step: 4));
        Assert.NotEqual(first, Gradient(seed: 1, step: 5));
        Assert.NotEqual(first, Gradient(seed: 1, step: 4, purpose: "other"));

        // Of A the purpose decides too, so all have the same.
        static byte[] Gradient(ulong seed, int step, string purpose = "test")
        {
            using var decoder = TestDecoder.Initialise(LoraTests.Small, seed: 1);
            using var scope = NewDisposeScope();
            using var adapter = LoraAdapter.Attach(decoder, Options, seed, purpose);
            using (no_grad())
                foreach (var parameter in adapter.Parameters)
                    parameter.fill_(0.1f);
            adapter.BeginStep(step);
            decoder.Forward(TestDecoder.Tokens(LoraTests.Small, 2, 7)).square().mean().backward();
            return [.. adapter.Parameters.SelectMany(p => p.grad!.bytes.ToArray())];
        }
    }

    [Fact]
    public void Modules_and_passes_of_a_step_have_masks_of_their_own_and_the_mean_stays()
    {
        using var scope = NewDisposeScope();
        using LoraDropout first = new(0.3, 1, "a"),
            second = new(0.3, 1, "b");
        first.BeginStep(2);
        second.BeginStep(2);
        var x = ones(100, 1_000);
        Tensor one = first.Drop(x),
            other = second.Drop(x),
            next = first.Drop(x);
        Assert.False(one.equal(other).all().item<bool>());
        Assert.False(one.equal(next).all().item<bool>());
        Assert.Equal(1, (one.mean() * first.Raise).item<float>(), 0.01);
        Assert.InRange((one * other).mean().item<float>(), 0.48, 0.50);
    }

    [Fact]
    public void Nothing_is_dropped_without_gradients()
    {
        using var decoder = TestDecoder.Initialise(LoraTests.Small, seed: 1);
        using var scope = NewDisposeScope();
        using var adapter = LoraAdapter.Attach(decoder, Options, 1, "test");
        foreach (string name in adapter.Parameters.Names.Where(n => n.Contains("lora_B", StringComparison.Ordinal)))
            using (no_grad())
                adapter.Parameters[name].add_(0.1f);
        var tokens = TestDecoder.Tokens(LoraTests.Small, 2, 7);
        adapter.BeginStep(0);
        Tensor without,
            inference,
            with = decoder.Forward(tokens);
        using (no_grad())
            without = decoder.Forward(tokens);
        using (inference_mode())
            inference = decoder.Forward(tokens).clone();
        Assert.Equal(without.bytes.ToArray(), inference.bytes.ToArray());
        Assert.True((with - without).abs().max().item<float>() > 1e-3);
        adapter.Merge();
        using (no_grad())
            TensorAssert.Close(without, decoder.Forward(tokens), 0, 1e-5, "merged");
    }

    [Fact]
    public void A_forward_pass_before_the_first_step_is_a_mistake()
    {
        using var decoder = TestDecoder.Initialise(LoraTests.Small, seed: 1);
        using var scope = NewDisposeScope();
        using var adapter = LoraAdapter.Attach(decoder, Options, 1, "test");
        Assert.Contains(
            "BeginStep",
            Assert.Throws<InvalidOperationException>(() => decoder.Forward(TestDecoder.Tokens(LoraTests.Small, 2, 7))).Message
        );
    }

    /// <summary>
    /// Over many steps the gradient with dropout has the mean of the gradient without: the first layer sees inputs that no dropout has
    /// touched.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_expected_output_is_that_without_dropout(bool decomposed)
    {
        using var decoder = TestDecoder.Initialise(LoraTests.Small with { Layers = 1 }, seed: 1);
        using var scope = NewDisposeScope();
        var options = Options with { WeightDecomposed = decomposed, Targets = ["q_proj"] };
        using var adapter = LoraAdapter.Attach(decoder, options, 1, "test");
        using (no_grad())
        {
            adapter.Parameters[1].add_(0.2f);
            if (decomposed)
                adapter.Parameters[2].mul_(1.3f);
        }
        var layer = decoder.LinearLayers[0];
        var x = TestDecoder.Tokens(LoraTests.Small, 4, 24).to(ScalarType.Float32) / 20f;
        Tensor expected,
            sum = zeros(4, 24);
        using (no_grad())
            expected = layer.Forward(x);
        const int steps = 4_000;
        for (int step = 0; step < steps; step++)
        {
            using var inner = NewDisposeScope();
            adapter.BeginStep(step);
            sum.add_(layer.Forward(x).detach());
        }
        double spread = (expected - sum / steps).square().mean().sqrt().item<float>() / expected.square().mean().sqrt().item<float>();
        Assert.InRange(spread, 0, 0.02);
    }
}
