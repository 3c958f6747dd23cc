using System.Runtime.InteropServices;
using DcrDsl.Evaluation;
using DcrDsl.Models;
using DcrDsl.Models.LowRank;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Models;

/// <summary>Weights that are laid out for as long as a decoder is only read.</summary>
public class LaidOutProductsTests
{
    // Of another order of sums, relative to the largest value.
    const double Rounding = 1e-5;

    /// <summary>Some of its weights are large enough, and some are not.</summary>
    static readonly DecoderConfig Large = Lora.LoraTests.Small with
    {
        HiddenSize = 384,
        IntermediateSize = 512,
        VocabularySize = 600,
        Heads = 6,
        KeyValueHeads = 2,
        HeadDim = 64,
        QueryKeyValueBias = true,
        OutputBias = true,
        FeedForwardBias = true,
    };

    static void RequireProcessor() =>
        Assert.SkipUnless(
            RuntimeInformation.ProcessArchitecture == Architecture.X64,
            "libtorch lays weights out by oneDNN, which it has for x64 processors."
        );

    static void AssertNear(Tensor expected, Tensor actual) =>
        Assert.InRange((expected - actual).abs().max().ToDouble() / expected.abs().max().ToDouble(), 0, Rounding);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Logits_are_those_of_the_weights_as_they_lie(bool adapted)
    {
        RequireProcessor();
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(Large, seed: 1);
        if (adapted)
            LoraAdapter.Attach(decoder, new LoraOptions { Rank = 4, Targets = [LoraOptions.AllLinear] }, seed: 2, purpose: "test");
        var tokens = TestDecoder.Tokens(Large, rows: 3, length: 17);
        using var frozen = no_grad();
        var expected = decoder.Head(decoder.Forward(tokens));
        using (new LaidOutProducts(decoder))
        {
            Assert.Contains(decoder.LinearLayers, l => l.IsLaidOut);
            Assert.Contains(decoder.LinearLayers, l => !l.IsLaidOut);
            AssertNear(expected, decoder.Head(decoder.Forward(tokens)));
            AssertNear(expected.select(1, -1).narrow(0, 1, 1), decoder.Head(decoder.Forward(tokens.narrow(0, 1, 1)).select(1, -1)));
        }
        // What has ended leaves no trace.
        Assert.DoesNotContain(decoder.LinearLayers, l => l.IsLaidOut);
        TensorAssert.Close(expected, decoder.Head(decoder.Forward(tokens)), 0, 0, "logits");
    }

    [Fact]
    public void Answers_are_those_of_the_weights_as_they_lie()
    {
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(Large, seed: 3);
        int[][] prompts =
        [
            [5, 6, 7],
            [5, 6, 8, 9, 10],
            [11],
            [5, 12, 13, 14],
        ];
        var expected = Answers();
        using var products = new LaidOutProducts(decoder);
        Assert.Equal(expected, Answers());

        int[][] Answers() =>
            [.. Generation.Complete(decoder, prompts, 12, [], cancellation: TestContext.Current.CancellationToken).Select(r => r.Tokens)];
    }

    /// <summary>Gradients need the weights as they lie.</summary>
    [Fact]
    public void Where_gradients_are_recorded_nothing_changes()
    {
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(Large, seed: 4);
        var expected = Gradients();
        using (new LaidOutProducts(decoder))
            Assert.All(expected.Zip(Gradients()), pair => TensorAssert.Close(pair.First, pair.Second, 0, 0, "gradient"));

        Tensor[] Gradients()
        {
            foreach (var parameter in decoder.Parameters)
                parameter.grad = null;
            decoder.Head(decoder.Forward(TestDecoder.Tokens(Large, rows: 2, length: 5))).square().mean().backward();
            return [.. decoder.Parameters.Select(p => p.grad!.clone())];
        }
    }

    /// <summary>Two evaluations of one model may go on side by side.</summary>
    [Fact]
    public void They_end_with_the_last_of_those_that_asked_for_them()
    {
        RequireProcessor();
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(Large, seed: 5);
        var first = new LaidOutProducts(decoder);
        using (new LaidOutProducts(decoder)) { }
        Assert.Contains(decoder.LinearLayers, l => l.IsLaidOut);
        first.Dispose();
        Assert.DoesNotContain(decoder.LinearLayers, l => l.IsLaidOut);
    }

    [Fact]
    public void In_bfloat16_logits_are_as_near_as_it_rounds()
    {
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(Large, seed: 6, ScalarType.BFloat16);
        Assert.SkipUnless(LaidOutProducts.BytesOf(decoder) > 0, "This processor has no units for bfloat16.");
        var tokens = TestDecoder.Tokens(Large, rows: 3, length: 17);
        using var frozen = no_grad();
        var expected = decoder.Head(decoder.Forward(tokens)).to(ScalarType.Float32);
        using var products = new LaidOutProducts(decoder);
        var actual = decoder.Head(decoder.Forward(tokens)).to(ScalarType.Float32);
        Assert.InRange((expected - actual).norm().ToDouble() / expected.norm().ToDouble(), 0, 0.01);
    }

    [Fact]
    public void Float64_is_not_laid_out()
    {
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(Large, seed: 6, ScalarType.Float64);
        using var products = new LaidOutProducts(decoder);
        Assert.DoesNotContain(decoder.LinearLayers, l => l.IsLaidOut);
        Assert.Equal(0, LaidOutProducts.BytesOf(decoder));
    }

    [Fact]
    public void What_copies_hold_is_known_before()
    {
        RequireProcessor();
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(Large, seed: 7);
        long large = decoder.LinearLayers.Where(l => l.Weight.numel() >= LaidOutWeight.FewestElements).Sum(l => l.Weight.numel());
        Assert.Equal(4 * large, LaidOutProducts.BytesOf(decoder));
    }
}
