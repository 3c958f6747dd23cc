using System.Reflection;
using DcrDsl.Data;
using DcrDsl.Objectives;
using static TorchSharp.torch;
using LossReducer = DcrDsl.Specs.LossReducer;
using PairDistance = DcrDsl.Specs.PairDistance;

namespace DcrDsl.Runtime.Tests.Objectives;

/// <summary>
/// What every objective owes whatever its formula: finite values and gradients, gradients that are those of the value, no eye for order or
/// names.
/// </summary>
public class ObjectiveInvariantTests
{
    static readonly Dictionary<string, Func<Tensor, Tensor, Tensor>> Objectives = new()
    {
        ["SupCon"] = (x, y) => ContrastiveLoss.SupCon(x, y, 0.2),
        ["NTXent"] = (x, y) => ContrastiveLoss.NTXent(x, y, 0.2),
        ["NTXent, non-zero"] = (x, y) => ContrastiveLoss.NTXent(x, y, 0.2, LossReducer.MeanOfNonZero),
        ["TripletMargin"] = (x, y) => ContrastiveLoss.TripletMargin(x, y, 0.3),
        ["TripletMargin, all"] = (x, y) =>
            ContrastiveLoss.TripletMargin(x, y, 0.3, PairDistance.Cosine, smooth: true, swap: true, LossReducer.Mean),
        ["Margin"] = (x, y) => ContrastiveLoss.Margin(x, y, 0.1, 0.9),
        ["PairwiseCircle"] = (x, y) => ContrastiveLoss.PairwiseCircle(x, y, 0.25, 4),
        ["MultiSimilarity"] = (x, y) => ContrastiveLoss.MultiSimilarity(x, y, 2, 10, 0.5),
    };

    /// <summary>Their batches have a form of their own: the golden vectors hold them.</summary>
    static readonly string[] HeldElsewhere = ["Circle", "InfoNce", "InBatchInfoNce"];

    [Fact]
    public void Every_objective_of_the_vocabulary_is_held() =>
        Assert.Equal(
            typeof(Specs.ContrastiveObjective)
                .Assembly.GetExportedTypes()
                .Where(t => !t.IsAbstract && t.IsSubclassOf(typeof(Specs.ContrastiveObjective)))
                .Select(t => t.GetCustomAttribute<Specs.RuntimeCallAttribute>()!.Function.Split('.')[1])
                .Order(),
            Objectives.Keys.Select(name => name.Split(',')[0]).Distinct().Concat(HeldElsewhere).Order()
        );

    public static TheoryData<string> Names => [.. Objectives.Keys];

    static (Tensor X, long[] Labels) Batch(int rows, int classes, ulong seed)
    {
        var stream = new RandomStream(seed, "objective");
        double[] x = [.. Enumerable.Range(0, rows * 5).Select(_ => stream.NextNormal())];
        return (tensor(x).reshape(rows, 5), [.. Enumerable.Range(0, rows).Select(_ => (long)stream.Next(classes))]);
    }

    /// <summary>Without the Circle losses, which hold their weights still on purpose.</summary>
    public static TheoryData<string> Differentiable =>
        [.. Objectives.Keys.Where(name => !name.Contains("Circle", StringComparison.Ordinal))];

    [Theory, MemberData(nameof(Differentiable))]
    public void The_gradient_is_that_of_the_value(string name)
    {
        using var scope = NewDisposeScope();
        var (x, labels) = Batch(7, 2, 4);
        x.requires_grad_();
        Objectives[name](x, tensor(labels)).backward();
        const double Step = 1e-6;
        var direction = randn(x.shape, dtype: float64, generator: new Generator(5));
        using var frozen = no_grad();
        double above = Objectives[name](x + direction * Step, tensor(labels)).item<double>(),
            below = Objectives[name](x - direction * Step, tensor(labels)).item<double>();
        Assert.Equal((above - below) / (2 * Step), (x.grad! * direction).sum().item<double>(), 1e-6);
    }

    [Theory, MemberData(nameof(Names))]
    public void Value_and_gradient_are_finite_whatever_the_classes(string name)
    {
        for (ulong seed = 0; seed < 60; seed++)
        {
            using var scope = NewDisposeScope();
            var (x, labels) = Batch(1 + (int)(seed % 9), 1 + (int)(seed % 4), seed);
            x.requires_grad_();
            var loss = Objectives[name](x, tensor(labels));
            loss.backward();
            Assert.True(double.IsFinite(loss.item<double>()) && isfinite(x.grad!).all().item<bool>(), $"seed {seed}");
            Assert.Empty(loss.shape);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void The_order_of_the_rows_their_lengths_and_the_names_of_the_classes_do_not_matter(string name)
    {
        using var scope = NewDisposeScope();
        var (x, labels) = Batch(9, 3, 11);
        int[] order = new RandomStream(3, "order").Permutation(9);
        var changed = x[tensor(order.Select(i => (long)i).ToArray())] * tensor(order.Select(i => 0.5 + i).ToArray()).unsqueeze(1);
        double before = Objectives[name](x, tensor(labels)).item<double>();
        Assert.Equal(before, Objectives[name](changed, tensor(order.Select(i => 1000 - 7 * labels[i]).ToArray())).item<double>(), 1e-12);
        Assert.True(before > 0);
    }

    /// <summary>On the meta device a value that is asked for, or a tensor made elsewhere, is an error.</summary>
    [Theory, MemberData(nameof(Names))]
    public void It_asks_the_device_for_no_value(string name)
    {
        using var scope = NewDisposeScope();
        var x = zeros([6, 5], device: META, requires_grad: true);
        Objectives[name](x, zeros([6], ScalarType.Int64, META)).backward();
        Assert.Equal(x.shape, x.grad!.shape);
    }

    [Fact]
    public void A_batch_that_is_no_two_halves_is_refused_in_one_sentence()
    {
        using var scope = NewDisposeScope();
        string message = Assert
            .Throws<InputException>(() => ContrastiveLoss.InBatchInfoNce(ones(5, 2), ones(5, ScalarType.Int64), 0.1))
            .Message;
        Assert.Contains("5 prompts are not two halves", message);
    }
}
