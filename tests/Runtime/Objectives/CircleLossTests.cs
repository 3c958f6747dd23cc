using CsCheck;
using DcrDsl.Data;
using DcrDsl.Objectives;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Objectives;

public class CircleLossTests
{
    static readonly Gen<(int Rows, int Width, int Classes, ulong Seed)> Batches = Gen.Select(
        Gen.Int[1, 12],
        Gen.Int[1, 9],
        Gen.Int[1, 4],
        Gen.ULong
    );

    static (Tensor X, long[] Labels) Make((int Rows, int Width, int Classes, ulong Seed) batch)
    {
        var stream = new RandomStream(batch.Seed, "circle");
        double[] x = new double[batch.Rows * batch.Width];
        foreach (ref double v in x.AsSpan())
            v = stream.NextNormal();
        long[] labels = new long[batch.Rows];
        foreach (ref long l in labels.AsSpan())
            l = stream.Next(batch.Classes);
        return (tensor(x).reshape(batch.Rows, batch.Width), labels);
    }

    static double Value(Tensor x, long[] labels) => ContrastiveLoss.Circle(x, tensor(labels), margin: 0.25, scale: 80).item<double>();

    [Fact]
    public void Value_and_gradient_are_finite_whatever_the_classes() =>
        Batches.Sample(
            batch =>
            {
                using var scope = NewDisposeScope();
                var (x, labels) = Make(batch);
                x.requires_grad_();
                var loss = ContrastiveLoss.Circle(x, tensor(labels), 0.25, 80);
                loss.backward();
                Assert.True(double.IsFinite(loss.item<double>()));
                Assert.True(isfinite(x.grad!).all().item<bool>());
                bool anyAnchor = labels.Distinct().Count() > 1 && labels.Distinct().Count() < labels.Length;
                if (!anyAnchor)
                    Assert.Equal((0.0, 0.0), (loss.item<double>(), x.grad!.abs().sum().item<double>()));
            },
            iter: 300,
            threads: 1
        );

    [Fact]
    public void The_order_of_the_rows_their_lengths_and_the_names_of_the_classes_do_not_matter() =>
        Batches.Sample(
            batch =>
            {
                using var scope = NewDisposeScope();
                var (x, labels) = Make(batch);
                var stream = new RandomStream(batch.Seed, "change");
                int[] order = stream.Permutation(batch.Rows);
                double[] lengths = [.. order.Select(_ => 0.1 + 10 * stream.NextDouble())];
                var changed = x[tensor(order.Select(i => (long)i).ToArray())] * tensor(lengths).unsqueeze(1);
                double before = Value(x, labels),
                    after = Value(changed, [.. order.Select(i => 1000 - 7 * labels[i])]);
                Assert.Equal(before, after, 1e-9 * Math.Max(1, before));
            },
            iter: 200,
            threads: 1
        );

    [Fact]
    public void Half_precision_is_computed_in_float32_and_gets_a_gradient_of_its_own_type()
    {
        using var scope = NewDisposeScope();
        var half = randn(16, 8, generator: new Generator(1)).to(bfloat16);
        var wide = half.to(float32).requires_grad_();
        half.requires_grad_();
        var labels = arange(16) % 2;
        var (a, b) = (ContrastiveLoss.Circle(half, labels, 0.25, 80), ContrastiveLoss.Circle(wide, labels, 0.25, 80));
        a.backward();
        b.backward();
        Assert.Equal((float32, bfloat16), (a.dtype, half.grad!.dtype));
        Assert.Equal(b.item<float>(), a.item<float>());
        TensorAssert.Close(wide.grad!.to(bfloat16), half.grad!, 0, 0, "gradient");
    }

    [Fact]
    public void A_representation_that_is_not_a_number_shows_in_the_loss()
    {
        using var scope = NewDisposeScope();
        var x = ones(4, 3);
        x[1, 2] = float.NaN;
        Assert.True(float.IsNaN(ContrastiveLoss.Circle(x, arange(4) % 2, 0.25, 80).item<float>()));
    }

    [Fact]
    public void Only_the_loss_is_left_in_the_callers_scope()
    {
        using var scope = NewDisposeScope();
        var (x, labels) = (randn(8, 4, generator: new Generator(1)), arange(8) % 2);
        int before = scope.DisposablesCount;
        ContrastiveLoss.Circle(x, labels, 0.25, 80);
        Assert.Equal(before + 1, scope.DisposablesCount);
    }
}
