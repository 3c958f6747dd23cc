using DcrDsl.Data;
using DcrDsl.Objectives;
using DcrDsl.Tensors;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Objectives;

public class LanguageModelLossTests
{
    static Tensor Normal(string purpose, params long[] shape)
    {
        var stream = new RandomStream(3, purpose);
        double[] values = new double[shape.Aggregate(1L, (a, b) => a * b)];
        foreach (ref double v in values.AsSpan())
            v = 3 * stream.NextNormal();
        return tensor(values).reshape(shape);
    }

    [Fact]
    public void The_loss_is_the_mean_negative_log_probability_of_the_targets()
    {
        using var scope = NewDisposeScope();
        var logits = Normal("logits", 5, 7);
        long[] targets = [3, 0, 6, 3, 1];
        double[,] z = new double[5, 7];
        for (int i = 0; i < 5; i++)
        for (int j = 0; j < 7; j++)
            z[i, j] = logits[i, j].item<double>();
        double expected = Enumerable
            .Range(0, 5)
            .Average(i => Math.Log(Enumerable.Range(0, 7).Sum(j => Math.Exp(z[i, j]))) - z[i, targets[i]]);
        Assert.Equal(expected, LanguageModelLoss.CrossEntropy(logits, tensor(targets)).item<double>(), 1e-13);
    }

    // Central differences of step 1e-5: truncation about 1e-10, rounding about 1e-11.
    [Fact]
    public void The_gradient_with_respect_to_hidden_states_is_that_of_finite_differences()
    {
        using var scope = NewDisposeScope();
        var (hidden, head, rows, targets) = (
            Normal("hidden", 2, 3, 4).requires_grad_(),
            Normal("head", 4, 6),
            tensor([4L, 1, 5]),
            tensor([0L, 5, 2])
        );
        Tensor Loss(Tensor h) => LanguageModelLoss.CrossEntropy(h.flatten(0, 1).RowsAt(rows).matmul(head), targets);
        Loss(hidden).backward();
        double[] gradient = TensorAssert.Doubles(hidden.grad!),
            place = TensorAssert.Doubles(hidden);
        for (int i = 0; i < place.Length; i++)
        {
            double Moved(double by)
            {
                double[] moved = [.. place];
                moved[i] += by;
                return Loss(tensor(moved).reshape(2, 3, 4)).item<double>();
            }
            Assert.Equal((Moved(1e-5) - Moved(-1e-5)) / 2e-5, gradient[i], 1e-8);
        }
        Assert.All([0, 2, 3], row => Assert.Equal(0, hidden.grad!.reshape(6, 4)[row].abs().sum().item<double>()));
    }

    [Fact]
    public void Half_precision_logits_are_summed_in_float32()
    {
        using var scope = NewDisposeScope();
        var (half, targets) = (Normal("logits", 40, 50).to(bfloat16), arange(40));
        var (narrow, wide) = (LanguageModelLoss.CrossEntropy(half, targets), LanguageModelLoss.CrossEntropy(half.to(float32), targets));
        Assert.Equal((float32, wide.item<float>()), (narrow.dtype, narrow.item<float>()));
    }

    [Fact]
    public void A_batch_without_a_response_is_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Contains(
            "no response token",
            Assert.Throws<ArgumentException>(() => LanguageModelLoss.CrossEntropy(zeros(0, 7), zeros(0, int64))).Message
        );
    }
}
