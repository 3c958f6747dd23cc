using CsCheck;
using DcrDsl.Evaluation.Statistics;

namespace DcrDsl.Runtime.Tests.Statistics;

public class RocCurveTests
{
    // Few distinct scores, so that ties are common; the first four prompts give two of each class.
    static readonly Gen<(bool Label, int First, int Second)[]> Prompts = Gen.Select(Gen.Bool, Gen.Int[0, 9], Gen.Int[0, 9])
        .Array[4, 30]
        .Select(prompts => prompts.Select((p, i) => (i < 4 ? i % 2 == 0 : p.Item1, p.Item2, p.Item3)).ToArray());

    static bool[] Labels((bool Label, int First, int Second)[] prompts) => [.. prompts.Select(p => p.Label)];

    static double[] First((bool Label, int First, int Second)[] prompts) => [.. prompts.Select(p => (double)p.First)];

    static double[] Second((bool Label, int First, int Second)[] prompts) => [.. prompts.Select(p => (double)p.Second)];

    static double Above(double positive, double negative) =>
        positive > negative ? 1
        : positive == negative ? 0.5
        : 0;

    static double Variance(double[] values) => values.Sum(x => Math.Pow(x - values.Average(), 2)) / (values.Length - 1);

    [Fact]
    public void Area_and_error_equal_the_count_over_all_pairs() =>
        Prompts.Sample(prompts =>
        {
            double[] positives = [.. prompts.Where(p => p.Label).Select(p => (double)p.First)];
            double[] negatives = [.. prompts.Where(p => !p.Label).Select(p => (double)p.First)];
            double[] v10 = [.. positives.Select(s => negatives.Average(n => Above(s, n)))];
            double[] v01 = [.. negatives.Select(n => positives.Average(s => Above(s, n)))];

            var auc = RocCurve.Auc(Labels(prompts), First(prompts));
            Approximately.Equal(v10.Average(), auc.Value);
            double variance = Variance(v10) / v10.Length + Variance(v01) / v01.Length;
            Approximately.Equal(variance, auc.StandardError * auc.StandardError, absolute: 1e-15);
        });

    [Fact]
    public void The_area_is_kept_by_increasing_transforms_and_mirrored_by_decreasing_ones() =>
        Prompts.Sample(prompts =>
        {
            bool[] labels = Labels(prompts);
            double[] scores = First(prompts);
            var auc = RocCurve.Auc(labels, scores);
            Assert.Equal(auc, RocCurve.Auc(labels, [.. scores.Select(s => Math.Exp(s) - 40)]));
            Approximately.Equal(1 - auc.Value, RocCurve.Auc(labels, [.. scores.Select(s => -s)]).Value);
            Approximately.Equal(1 - auc.Value, RocCurve.Auc([.. labels.Select(l => !l)], scores).Value);
        });

    [Fact]
    public void The_variance_of_a_difference_is_var_plus_var_less_twice_the_covariance() =>
        Prompts.Sample(prompts =>
        {
            var c = RocCurve.Compare(Labels(prompts), First(prompts), Second(prompts));
            double expected = Math.Pow(c.First.StandardError, 2) + Math.Pow(c.Second.StandardError, 2) - 2 * c.Covariance;
            Approximately.Equal(expected, Math.Pow(c.Difference.StandardError, 2), absolute: 1e-14);
            Assert.Equal(c.First.Value - c.Second.Value, c.Difference.Value);
        });

    [Fact]
    public void Scores_in_the_same_order_do_not_differ_at_all() =>
        Prompts.Sample(prompts =>
        {
            var c = RocCurve.Compare(Labels(prompts), First(prompts), [.. First(prompts).Select(s => s * 3 + 1)]);
            Assert.Equal((0.0, 0.0, double.NaN, double.NaN), (c.Difference.Value, c.Difference.StandardError, c.Z, c.P));
        });

    [Fact]
    public void What_is_not_defined_is_NaN()
    {
        Assert.Equal(new Estimate(double.NaN, double.NaN, Interval.Undefined), RocCurve.Auc([true, true], [1, 2]));
        Assert.Equal(new Estimate(double.NaN, double.NaN, Interval.Undefined), RocCurve.Auc([], []));
        Assert.Equal(
            new Estimate(double.NaN, double.NaN, Interval.Undefined),
            RocCurve.Auc([true, true, false, false], [1, double.NaN, 0, 0])
        );
        Assert.Equal(new Estimate(0.5, double.NaN, Interval.Undefined), RocCurve.Auc([false, true, false], [1, 2, 3]));
    }

    [Fact]
    public void Labels_and_scores_come_in_pairs() => Assert.Throws<ArgumentException>(() => RocCurve.Auc([true, false], [1, 2, 3]));
}
