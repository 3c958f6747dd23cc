using DcrDsl.Data;
using DcrDsl.Definition;
using DcrDsl.Evaluation;
using DcrDsl.Models;
using DcrDsl.Models.LowRank;
using DcrDsl.Objectives;
using DcrDsl.Runtime.Tests.Models.Lora;
using DcrDsl.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Models;

/// <summary>Weights held in float32 and multiplied in bfloat16 while they are trained.</summary>
public class NarrowedProductsTests
{
    static readonly DecoderConfig Biased = LoraTests.Small with { OutputBias = true, FeedForwardBias = true, QueryKeyValueBias = true };

    static Tensor Loss(Decoder decoder, long? most = null)
    {
        var states = decoder.Forward(TestDecoder.Tokens(decoder.Config, rows: 3, length: 70)).flatten(0, 1);
        var targets = TestDecoder.Tokens(decoder.Config, rows: 1, length: 210, seed: 9).flatten();
        return most is { } parts
            ? LanguageModelLoss.CrossEntropy(decoder, states, targets, parts)
            : LanguageModelLoss.CrossEntropy(decoder.Head(states), targets);
    }

    static Tensor[] Gradients(Decoder decoder, long? most = null)
    {
        foreach (var parameter in decoder.Parameters)
            parameter.grad = null;
        Loss(decoder, most).backward();
        return [.. decoder.Parameters.Select(p => p.grad!.clone())];
    }

    static double Apart(Tensor expected, Tensor actual) => (expected - actual).norm().ToDouble() / expected.norm().ToDouble();

    [Fact]
    public void A_product_is_that_of_the_rounded_factors_and_comes_back_in_the_format_of_the_weight()
    {
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(Biased, seed: 1);
        var x = randn(5, Biased.HiddenSize, generator: new Generator(3));
        using var narrowed = new NarrowedProducts(decoder, ScalarType.BFloat16);
        foreach (var layer in decoder.LinearLayers.Where(l => l.Weight.shape[1] == Biased.HiddenSize))
        {
            var expected = nn.functional.linear(x.bfloat16(), layer.Weight.bfloat16()).to(ScalarType.Float32);
            if (layer.Bias is { } bias)
                expected += bias;
            TensorAssert.Close(expected, layer.Forward(x), 0, 0, layer.Name);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(6_400L)]
    public void Gradients_are_float32_and_near_to_those_of_float32(long? most)
    {
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(Biased, seed: 1);
        var expected = Gradients(decoder);
        Tensor[] actual;
        using (new NarrowedProducts(decoder, ScalarType.BFloat16))
            actual = Gradients(decoder, most);
        Assert.All(actual, g => Assert.Equal(ScalarType.Float32, g.dtype));
        Assert.All(expected.Zip(actual), pair => Assert.InRange(Apart(pair.First, pair.Second), 1e-5, 0.05));
        // What has ended leaves no trace.
        Assert.All(expected.Zip(Gradients(decoder)), pair => TensorAssert.Close(pair.First, pair.Second, 0, 0, "gradient"));
    }

    [Fact]
    public void Steps_are_taken_that_bfloat16_is_too_coarse_for()
    {
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(Biased, seed: 1);
        var weight = decoder.LinearLayers[0].Weight;
        var before = weight.detach().clone();
        using var optimiser = new AdamW(decoder.Parameters, weightDecay: 0);
        using (new NarrowedProducts(decoder, ScalarType.BFloat16))
            for (int step = 0; step < 20; step++)
            {
                optimiser.ZeroGradients();
                Loss(decoder).backward();
                optimiser.Step(1e-6);
            }
        // Each of them is lost on most weights where they are held in bfloat16.
        double moved = (weight - before).abs().mean().ToDouble();
        Assert.InRange(moved, 5e-6, 2.1e-5);
        Assert.True((before.bfloat16() + 1e-6f - before.bfloat16()).ne(0).to(float64).mean().ToDouble() < 0.1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_training_stage_multiplies_so_until_it_ends_and_what_stands_under_an_adapter_does_not(bool adapts)
    {
        using var scope = NewDisposeScope();
        List<ScalarType?> inLoop = [];
        var stage = new Train(
            (model, run) =>
            {
                if (adapts)
                    model.Adapt(new LoraOptions { Targets = ["all-linear"] }, seed: 1, purpose: "test", run.FrozenBase);
                inLoop.AddRange(model.Decoder.LinearLayers.Select(l => l.Narrowed));
            }
        );
        var run = new StageRun("Align", 0, new Dictionary<string, AxisValue>(), CPU, _ => { }, CancellationToken.None)
        {
            Products = ScalarType.BFloat16,
        };
        var given = new Given(ToyWorldModel.Create(new() { Layers = 1, Width = 16 }, seed: 0, CPU));
        using var product = (ModelProduct)stage.Run(given, run);
        Assert.NotEmpty(inLoop);
        Assert.All(inLoop, n => Assert.Equal(adapts ? null : ScalarType.BFloat16, n));
        Assert.All(product.Model.Decoder.LinearLayers, l => Assert.Null(l.Narrowed));
    }

    sealed class Given(LanguageModel model) : IStageInput
    {
        public LanguageModel TakeModel() => model;

        public LanguageModel BorrowModel() => model;

        public Answers Answers => throw new NotSupportedException();
    }
}
