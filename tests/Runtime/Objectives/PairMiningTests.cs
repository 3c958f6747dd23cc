using DcrDsl.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Objectives;

/// <summary>Which pairs miners leave, by tables worked out by hand, and what objectives make of them.</summary>
public class PairMiningTests
{
    /// <summary>Anchors 0 and 1 of one class, 2 and 3 of another.</summary>
    static readonly double[,] Similarity =
    {
        { 1.0, 0.8, 0.3, 0.6 },
        { 0.8, 1.0, 0.9, 0.1 },
        { 0.3, 0.9, 1.0, 0.5 },
        { 0.6, 0.1, 0.5, 1.0 },
    };

    static readonly string[] AllPositive = ["01", "10", "23", "32"],
        AllNegative = ["02", "03", "12", "13", "20", "21", "30", "31"];

    static (string[] Positive, string[] Negative) Left(PairSelection mining, params long[] labels)
    {
        using var scope = NewDisposeScope();
        var y = tensor(labels);
        var same = y.unsqueeze(1).eq(y.unsqueeze(0));
        var (positive, negative) = mining(tensor(Similarity), same.bitwise_xor(eye(4, dtype: ScalarType.Bool)), same.bitwise_not());
        return (Names(positive), Names(negative));
    }

    static string[] Names(Tensor mask)
    {
        bool[] left = mask.data<bool>().ToArray();
        return [.. Enumerable.Range(0, 16).Where(i => left[i]).Select(i => $"{i / 4}{i % 4}")];
    }

    /// <summary>
    /// ε = 0.1. Anchor 0: nearest negative 0.6 and positive 0.8, 0.8 − 0.1 is not below 0.6, 0.6 + 0.1 not above 0.8. Anchor 1: 0.9 and 0.8,
    /// 0.7 is below 0.9; of 0.9 and 0.1, 1.0 is above 0.8. Anchor 2: 0.9 and 0.5; 0.4 is below, of 0.3 and 0.9 only 1.0 is above. Anchor 3:
    /// 0.6 and 0.5, 0.4 is below; of 0.6 and 0.1, 0.7 is above.
    /// </summary>
    [Fact]
    public void The_multi_similarity_miner_leaves_what_is_harder_than_the_hardest_of_the_other_kind()
    {
        var (positive, negative) = Left(PairMining.MultiSimilarity(0.1), 0, 0, 1, 1);
        Assert.Equal(["10", "23", "32"], positive);
        Assert.Equal(["12", "21", "30"], negative);
    }

    [Fact]
    public void With_a_huge_epsilon_the_miner_leaves_all()
    {
        var (positive, negative) = Left(PairMining.MultiSimilarity(1e3), 0, 0, 1, 1);
        Assert.Equal(AllPositive, positive);
        Assert.Equal(AllNegative, negative);
    }

    [Fact]
    public void Of_one_class_or_of_singletons_no_pair_is_left()
    {
        foreach (var mining in new[] { PairMining.MultiSimilarity(0.1), PairMining.Hardest(1, 1), PairMining.Hardest() })
        foreach (long[] labels in new long[][] { [5, 5, 5, 5], [0, 1, 2, 3] })
        {
            var (positive, negative) = Left(mining, labels);
            Assert.Empty(positive);
            Assert.Empty(negative);
        }
    }

    [Fact]
    public void Batch_hard_mining_leaves_one_pair_of_each_kind_an_anchor()
    {
        var (positive, negative) = Left(PairMining.Hardest(positives: 1, negatives: 1), 0, 0, 0, 1);
        Assert.Equal(["02", "10", "20"], positive); // 3 has none
        Assert.Equal(["03", "13", "23"], negative);
    }

    [Fact]
    public void Hard_negatives_leave_all_positives()
    {
        var (positive, negative) = Left(PairMining.Hardest(positives: null, negatives: 1), 0, 0, 1, 1);
        Assert.Equal(AllPositive, positive);
        Assert.Equal(["03", "12", "21", "30"], negative);
        Assert.Equal(AllNegative, Left(PairMining.Hardest(positives: 9, negatives: 9), 0, 0, 1, 1).Negative);
    }

    public delegate Tensor Objective(Tensor x, Tensor y, PairSelection? mining);

    static readonly Dictionary<string, Objective> Objectives = new()
    {
        ["Circle"] = (x, y, m) => ContrastiveLoss.Circle(x, y, 0.25, 8, mining: m),
        ["PairwiseCircle"] = (x, y, m) => ContrastiveLoss.PairwiseCircle(x, y, 0.25, 8, m),
        ["SupCon"] = (x, y, m) => ContrastiveLoss.SupCon(x, y, 0.2, mining: m),
        ["NTXent"] = (x, y, m) => ContrastiveLoss.NTXent(x, y, 0.2, mining: m),
        ["TripletMargin"] = (x, y, m) => ContrastiveLoss.TripletMargin(x, y, 0.3, mining: m),
        ["Margin"] = (x, y, m) => ContrastiveLoss.Margin(x, y, 0.1, 0.9, mining: m),
        ["MultiSimilarity"] = (x, y, m) => ContrastiveLoss.MultiSimilarity(x, y, 2, 10, 0.5, mining: m),
    };

    public static TheoryData<string> AllNames => [.. Objectives.Keys];

    static Tensor Batch(long classes) =>
        randn([12, 5], dtype: float64, generator: new Generator(7)) + arange(12, float64).remainder(classes).unsqueeze(1);

    [Theory, MemberData(nameof(AllNames))]
    public void A_miner_that_leaves_all_changes_no_bit(string name)
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Batch(2), arange(12, int64).remainder(2));
        double all = Objectives[name](x, y, null).item<double>();
        Assert.Equal(all, Objectives[name](x, y, PairMining.MultiSimilarity(10)).item<double>());
        Assert.Equal(all, Objectives[name](x, y, PairMining.Hardest()).item<double>());
        Assert.NotEqual(all, Objectives[name](x, y, PairMining.Hardest(1, 1)).item<double>());
    }

    /// <summary>What is said where the miner is declared: the loss is 0 then, and so is its gradient.</summary>
    [Theory, MemberData(nameof(AllNames))]
    public void Where_no_pair_is_left_loss_and_gradient_are_0(string name)
    {
        using var scope = NewDisposeScope();
        var x = cat([ones(3, 4), -ones(3, 4)]).requires_grad_();
        var loss = Objectives[name](x, tensor(new long[] { 0, 0, 0, 1, 1, 1 }), PairMining.MultiSimilarity(0.1));
        loss.backward();
        Assert.Equal(0, loss.ToDouble());
        Assert.True(x.grad!.eq(0).all().item<bool>());
    }

    [Theory, MemberData(nameof(AllNames))]
    public void It_asks_the_device_for_no_value(string name)
    {
        using var scope = NewDisposeScope();
        foreach (var mining in new[] { PairMining.MultiSimilarity(0.1), PairMining.Hardest(2, 3) })
        {
            var x = zeros([6, 5], device: META, requires_grad: true);
            Objectives[name](x, zeros([6], ScalarType.Int64, META), mining).backward();
            Assert.Equal(x.shape, x.grad!.shape);
        }
    }
}
