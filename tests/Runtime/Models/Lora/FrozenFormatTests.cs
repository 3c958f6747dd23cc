using DcrDsl.Cli;
using DcrDsl.Models;
using DcrDsl.Models.LowRank;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Models.Lora;

/// <summary>Matrices held in bfloat16 under an adapter, computed in either format.</summary>
public class FrozenFormatTests
{
    static readonly FrozenFormat Widened = new(ScalarType.BFloat16, ScalarType.Float32);

    static readonly DecoderConfig Fused = LoraTests.Small with
    {
        FusedProjections = true,
        OutputBias = true,
        FeedForwardBias = true,
        QueryKeyValueBias = true,
    };

    public static TheoryData<bool, bool> Kinds =>
        new()
        {
            { false, false },
            { false, true },
            { true, false },
        };

    /// <summary>A decoder whose matrices have no more digits than bfloat16 has.</summary>
    static Decoder Rounded(bool fused) =>
        Decoder.FromWeights(
            fused ? Fused : LoraTests.Small,
            (name, shape) =>
            {
                using var decoder = TestDecoder.Initialise(fused ? Fused : LoraTests.Small, seed: 1);
                var weight = decoder.Parameters[name].detach().clone();
                return shape.Length > 1 ? weight.to(ScalarType.BFloat16) : weight;
            },
            CPU
        );

    static (Tensor Logits, Tensor[] Gradients) Pass(FrozenFormat frozen, bool fused, bool decomposed)
    {
        var decoder = Rounded(fused);
        string[] targets = decomposed ? ["all-linear"] : ["all-linear", "lm_head", "embed_tokens"];
        var options = new LoraOptions
        {
            Rank = 2,
            Alpha = 4,
            Targets = targets,
            WeightDecomposed = decomposed,
        };
        var adapter = LoraAdapter.Attach(decoder, options, 3, "test", frozen);
        using (no_grad())
            foreach (var parameter in adapter.Parameters)
                parameter.add_(0.05f);
        Assert.All(decoder.Parameters, p => Assert.Equal(p.shape.Length > 1 ? frozen.Stored : ScalarType.Float32, p.dtype));
        var logits = decoder.Head(decoder.Forward(TestDecoder.Tokens(decoder.Config, rows: 2, length: 7)));
        Assert.Equal(ScalarType.Float32, logits.dtype);
        logits.square().mean().backward();
        return (logits.detach(), [.. adapter.Parameters.Select(p => p.grad!)]);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Held_in_bfloat16_and_computed_in_float32_is_float32_on_the_rounded_weights(bool fused, bool decomposed)
    {
        using var scope = NewDisposeScope();
        var expected = Pass(FrozenFormat.Single, fused, decomposed);
        var actual = Pass(Widened, fused, decomposed);
        TensorAssert.Close(expected.Logits, actual.Logits, 1e-5, 1e-6, "logits");
        Assert.All(expected.Gradients.Zip(actual.Gradients), pair => TensorAssert.Close(pair.First, pair.Second, 1e-5, 1e-6, "gradient"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Held_and_computed_in_bfloat16_is_near_to_its_precision_and_not_the_same(bool fused, bool decomposed)
    {
        using var scope = NewDisposeScope();
        var (expected, actual) = (Pass(FrozenFormat.Single, fused, decomposed).Logits, Pass(ScalarType.BFloat16, fused, decomposed).Logits);
        double difference = (expected - actual).abs().max().item<float>() / expected.abs().max().item<float>();
        Assert.InRange(difference, 1e-4, 0.05);
    }

    [Fact]
    public void A_matrix_that_is_converted_in_parts_gives_what_the_whole_gives()
    {
        using var scope = NewDisposeScope();
        const long width = 64,
            rows = WidenedProduct.LargestPart / width + 1000;
        var weight = (arange(rows * width, ScalarType.Float32).remainder(251).view(rows, width) / 125 - 1).to(ScalarType.BFloat16);
        var layer = new LinearLayer("lm_head", weight, bias: null) { Widens = true };
        Tensor x = linspace(-1, 1, 6 * width).view(2, 3, width),
            whole = x.clone().requires_grad_(),
            parts = x.clone().requires_grad_();
        Tensor expected = whole.matmul(weight.to(ScalarType.Float32).t()),
            actual = layer.Forward(parts);
        TensorAssert.Close(expected.detach(), actual.detach(), 1e-5, 1e-5, "product");
        using (no_grad())
            TensorAssert.Close(expected, layer.Forward(x), 1e-5, 1e-5, "product without a gradient");
        expected.narrow(-1, rows - 1500, 1000).sum().backward();
        actual.narrow(-1, rows - 1500, 1000).sum().backward();
        TensorAssert.Close(whole.grad!, parts.grad!, 1e-4, 1e-3, "gradient");
    }

    [Fact]
    public void A_merged_base_is_float32_again_and_computes_as_any_other()
    {
        using var scope = NewDisposeScope();
        using var decoder = Rounded(fused: false);
        var tokens = TestDecoder.Tokens(decoder.Config, rows: 1, length: 5);
        using var adapter = LoraAdapter.Attach(decoder, new LoraOptions { Rank = 2 }, 3, "test", Widened);
        Assert.All(decoder.LinearLayers, l => Assert.True(l.Widens));
        using (no_grad())
            foreach (var parameter in adapter.Parameters)
                parameter.add_(0.05f);
        Tensor expected;
        using (no_grad())
            expected = decoder.Forward(tokens);
        adapter.Merge();
        Assert.All(decoder.LinearLayers, l => Assert.False(l.Widens));
        using (no_grad())
            TensorAssert.Close(expected, decoder.Forward(tokens), 1e-4, 1e-5, "hidden states");
    }

    [Fact]
    public void Another_arithmetic_than_float32_or_the_stored_is_refused()
    {
        using var decoder = Rounded(fused: false);
        var narrowed = new FrozenFormat(ScalarType.Float32, ScalarType.BFloat16);
        Assert.Throws<ArgumentException>(() => LoraAdapter.Attach(decoder, new LoraOptions(), 3, "test", narrowed));
    }

    [Fact]
    public void What_is_measured_is_given_outright_when_the_run_is_to_be_repeated()
    {
        var chosen = Precision.Of("bf16", CPU);
        Assert.Equal(ScalarType.BFloat16, chosen.Frozen.Stored);
        string name = chosen.Frozen.Computed == ScalarType.Float32 ? "bf16-fp32" : "bf16-bf16";
        string[] given = ["run", "bf16", "--precision", "bf16", "--arm", "bf16"];
        Assert.Equal(["run", "bf16", "--precision", name, "--arm", "bf16"], chosen.FixedIn(given));
        Assert.Equal(["run", "x", $"--precision={name}"], chosen.FixedIn(["run", "x", "--precision=bf16"]));
        const string text =
            @"^BFloat16, computed in (Float32|BFloat16) \(a product took [0-9.]+ ms in bfloat16 and [0-9.]+ ms in float32\)$";
        Assert.Matches(text, chosen.ToString());
        Assert.Equal(chosen.Frozen, Precision.Of(name, CPU).Frozen);
    }

    [Theory]
    [InlineData("fp32", "Float32")]
    [InlineData("bf16-fp32", "BFloat16, computed in Float32")]
    [InlineData("bf16-bf16", "BFloat16, computed in BFloat16")]
    public void What_is_given_outright_is_taken_and_not_measured(string name, string text)
    {
        var given = Precision.Of(name, CPU);
        Assert.Equal(text, given.ToString());
        string[] line = ["run", "x", "--precision", name];
        Assert.Equal(line, given.FixedIn(line));
        Assert.All(Precision.Names, n => Assert.NotNull(Precision.Of(n, CPU)));
    }
}
