using DcrDsl.Experiments;
using static TorchSharp.torch;

namespace DcrDsl.EndToEnd.Tests;

/// <summary>The loss that the experiments declare themselves is what its formula says, and an experiment runs with it.</summary>
public class OwnObjectiveTests
{
    /// <summary>
    /// Cosines 0 and 0.6 within the classes; 0.6, 1, 0.8 and 0 between them: (1 + 0.4) / 2 + 2 · (0.1 + 0.5 + 0.3 + 0) / 4.
    /// </summary>
    [Fact]
    public void The_cosine_hinge_is_what_one_computes_by_hand()
    {
        using var scope = NewDisposeScope();
        var loss = OwnLosses.CosineHinge(Four(), Labels(), margin: 0.5, negativeWeight: 2);
        Assert.Equal(1.15, loss.item<double>(), tolerance: 1e-12);
    }

    [Fact]
    public void A_batch_of_one_class_has_no_pairs_to_push()
    {
        using var scope = NewDisposeScope();
        var loss = OwnLosses.CosineHinge(Four(), zeros(4, dtype: ScalarType.Int64), margin: 0.5, negativeWeight: 2);
        Assert.Equal(1 - (0 + 0.6 + 1 + 0.8 + 0 + 0.6) / 6, loss.item<double>(), tolerance: 1e-12);
    }

    [Fact]
    public void Its_gradient_is_that_of_finite_differences()
    {
        const double Step = 1e-6;
        using var scope = NewDisposeScope();
        var z = Four().mul(1.3).requires_grad_();
        Value(z).backward();
        double[] gradient = z.grad!.data<double>().ToArray(),
            point = z.detach().data<double>().ToArray();
        Assert.Contains(gradient, g => Math.Abs(g) > 0.01);
        for (int i = 0; i < point.Length; i++)
        {
            double At(double shift)
            {
                double[] moved = [.. point];
                moved[i] += shift;
                return Value(tensor(moved).reshape(4, 2)).item<double>();
            }
            Assert.Equal((At(Step) - At(-Step)) / (2 * Step), gradient[i], tolerance: 1e-7);
        }

        static Tensor Value(Tensor z) => OwnLosses.CosineHinge(z, Labels(), margin: 0.45, negativeWeight: 1.5);
    }

    /// <summary>The program calls the function by its full name; swept objectives reach it as functions.</summary>
    [Fact]
    public void The_experiment_with_it_has_it_among_its_values()
    {
        var experiment = DcrCatalog.Experiments.Single(e => e.Name == "own-objective");
        var axis = Assert.Single(experiment.Axes);
        Assert.Equal(["CircleLoss", "CosineHingeLoss", "CosineHingeLoss (Margin 0.5, NegativeWeight 2)"], axis.Values.Select(v => v.Label));
    }

    static Tensor Four() =>
        tensor(
            new double[,]
            {
                { 1, 0 },
                { 0, 1 },
                { 0.6, 0.8 },
                { 2, 0 },
            }
        );

    static Tensor Labels() => tensor(new long[] { 0, 0, 1, 1 });
}
