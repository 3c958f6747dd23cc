using static TorchSharp.torch;

namespace MyLab.Tests;

public class SimilarityGapLossTests
{
    static readonly int[] Labels = [0, 0, 0, 1, 1, 1];

    static Tensor Vectors() => randn([6, 4], dtype: ScalarType.Float64, generator: new Generator(1));

    static double Loss(Tensor z) => OwnLosses.SimilarityGap(z, tensor(Labels), gap: 0.5, temperature: 0.1).item<double>();

    /// <summary>What autograd gives is what the loss does when one number is moved.</summary>
    [Fact]
    public void The_gradient_is_that_of_finite_differences()
    {
        using var scope = NewDisposeScope();
        const double step = 1e-5;
        var z = Vectors().requires_grad_();
        OwnLosses.SimilarityGap(z, tensor(Labels), gap: 0.5, temperature: 0.1).backward();
        for (int row = 0; row < 6; row++)
        for (int column = 0; column < 4; column++)
        {
            Tensor up = Vectors(),
                down = Vectors();
            up[row, column] += step;
            down[row, column] -= step;
            double difference = (Loss(up) - Loss(down)) / (2 * step);
            Assert.Equal(difference, z.grad![row, column].item<double>(), 1e-6);
        }
    }

    [Fact]
    public void Classes_that_lie_apart_cost_less_than_mixed_ones()
    {
        using var scope = NewDisposeScope();
        var apart = tensor(
            new double[,]
            {
                { 1, 0 },
                { 1, 0.1 },
                { 1, -0.1 },
                { -1, 0 },
                { -1, 0.1 },
                { -1, -0.1 },
            }
        );
        var mixed = tensor(
            new double[,]
            {
                { 1, 0 },
                { -1, 0.1 },
                { 1, -0.1 },
                { -1, 0 },
                { 1, 0.1 },
                { -1, -0.1 },
            }
        );
        Assert.True(Loss(apart) < Loss(mixed) / 10);
    }
}
