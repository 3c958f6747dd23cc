using DcrDsl.Objectives;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Objectives;

/// <summary>The terms that hold a model: by hand, 0 at the untouched model, gradients by finite differences.</summary>
public class RetainLossTests
{
    static readonly Dictionary<string, Func<Tensor, Tensor, Tensor>> Terms = new()
    {
        ["HiddenStateDistance"] = RetainLoss.HiddenStateDistance,
        ["OutputDivergence"] = (x, untouched) => RetainLoss.OutputDivergence(x, untouched.log_softmax(-1)),
        ["WeightDistance"] = (x, untouched) => RetainLoss.WeightDistance([x, x * 2], [untouched, untouched * 2]),
    };

    public static TheoryData<string> Names => [.. Terms.Keys];

    static Tensor Values(int seed, params long[] shape) => randn(shape, dtype: float64, generator: new Generator((ulong)seed));

    [Fact]
    public void The_distance_of_states_is_a_share_of_their_length()
    {
        using var scope = NewDisposeScope();
        var before = tensor(
            new double[,]
            {
                { 3, 4 },
                { 0, 100 },
            }
        );
        // (1 + 0) / 25 and (0 + 100) / 10000
        var after = tensor(
            new double[,]
            {
                { 4, 4 },
                { 0, 110 },
            }
        );
        Assert.Equal((0.04 + 0.01) / 2, RetainLoss.HiddenStateDistance(after, before).item<double>(), 1e-15);
        Assert.Equal((0.04 + 0.01) / 2, RetainLoss.HiddenStateDistance(after * 7, before * 7).item<double>(), 1e-15);
    }

    [Fact]
    public void The_divergence_of_outputs_is_that_from_the_untouched_model()
    {
        using var scope = NewDisposeScope();
        double[] before = [0.5, 0.25, 0.25],
            after = [0.25, 0.25, 0.5];
        double expected = 0.5 * Math.Log(2) + 0.25 * Math.Log(0.5);
        var logits = tensor(after).log().unsqueeze(0) + 3;
        Assert.Equal(expected, RetainLoss.OutputDivergence(logits, tensor(before).log().unsqueeze(0)).item<double>(), 1e-15);
    }

    [Fact]
    public void The_distance_of_weights_has_the_difference_as_its_gradient()
    {
        using var scope = NewDisposeScope();
        var (w, start) = (Values(1, 3, 2).requires_grad_(), Values(2, 3, 2));
        var distance = RetainLoss.WeightDistance([w], [start]);
        distance.backward();
        TensorAssert.Close((w - start).square().sum() / 2, distance, 1e-14, 0, "value");
        TensorAssert.Close(w - start, w.grad!, 1e-14, 0, "gradient");
    }

    [Theory, MemberData(nameof(Names))]
    public void At_the_untouched_model_value_and_gradient_are_0(string name)
    {
        using var scope = NewDisposeScope();
        var x = Values(3, 6, 5).requires_grad_();
        var term = Terms[name](x, x.detach().clone());
        term.backward();
        Assert.Equal(0, term.item<double>(), 1e-15);
        Assert.True(x.grad!.abs().max().item<double>() < 1e-15);
    }

    [Theory, MemberData(nameof(Names))]
    public void The_gradient_is_that_of_the_value(string name)
    {
        using var scope = NewDisposeScope();
        var (x, untouched) = (Values(4, 6, 5).requires_grad_(), Values(5, 6, 5));
        Terms[name](x, untouched).backward();
        const double Step = 1e-6;
        var direction = Values(6, 6, 5);
        using var frozen = no_grad();
        double above = Terms[name](x + direction * Step, untouched).item<double>(),
            below = Terms[name](x - direction * Step, untouched).item<double>();
        double slope = (x.grad! * direction).sum().item<double>();
        Assert.Equal((above - below) / (2 * Step), slope, 1e-7 * Math.Max(1, Math.Abs(slope)));
    }

    /// <summary>Of batches of equal size, the mean of the values and of the gradients is that of one batch.</summary>
    [Theory]
    [InlineData("HiddenStateDistance")]
    [InlineData("OutputDivergence")]
    public void Two_halves_are_one_batch(string name)
    {
        using var scope = NewDisposeScope();
        var (whole, halves, untouched) = (Values(4, 6, 5).requires_grad_(), Values(4, 6, 5).requires_grad_(), Values(5, 6, 5));
        var together = Terms[name](whole, untouched);
        together.backward();
        double sum = 0;
        foreach (int at in new[] { 0, 3 })
        {
            var half = Terms[name](halves.narrow(0, at, 3), untouched.narrow(0, at, 3)) / 2;
            half.backward();
            sum += half.item<double>();
        }
        Assert.Equal(together.item<double>(), sum, 1e-14);
        TensorAssert.Close(whole.grad!, halves.grad!, 1e-12, 1e-15, "gradient");
    }

    [Fact]
    public void A_weighted_term_is_added()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(2 + 0.5 * 3, tensor(2.0).Plus(weight: 0.5, tensor(3.0)).item<double>());
    }

    [Fact]
    public void Half_precision_is_computed_in_single()
    {
        using var scope = NewDisposeScope();
        var (x, untouched) = (Values(7, 4, 8).to(bfloat16), Values(8, 4, 8).to(bfloat16));
        Assert.Equal(ScalarType.Float32, RetainLoss.HiddenStateDistance(x, untouched).dtype);
        Assert.Equal(ScalarType.Float32, RetainLoss.OutputDivergence(x, untouched).dtype);
        Assert.Equal(ScalarType.Float32, RetainLoss.WeightDistance([x], [untouched]).dtype);
    }
}
