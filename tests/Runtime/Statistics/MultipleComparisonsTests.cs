using CsCheck;
using DcrDsl.Evaluation.Statistics;

namespace DcrDsl.Runtime.Tests.Statistics;

public class MultipleComparisonsTests
{
    static readonly Gen<double[]> PValues = Gen.OneOf(Gen.Double[0, 1], Gen.Double[0, 0.05], Gen.Const(0.02)).Array[1, 9];

    // The closure principle: a test is rejected where every set of tests that holds it is, here by Bonferroni's bound.
    [Fact]
    public void Holm_is_closed_testing_by_brute_force() =>
        PValues.Sample(p =>
        {
            double[] holm = MultipleComparisons.Holm(p);
            for (int i = 0; i < p.Length; i++)
            {
                double worst = 0;
                for (int set = 0; set < 1 << p.Length; set++)
                {
                    if ((set >> i & 1) == 0)
                        continue;
                    double[] members = [.. p.Where((_, j) => (set >> j & 1) == 1)];
                    worst = Math.Max(worst, Math.Min(1, members.Length * members.Min()));
                }
                Assert.Equal(worst, holm[i]);
            }
        });

    [Fact]
    public void Benjamini_and_Hochberg_reject_up_to_the_last_p_below_the_line() =>
        Gen.Select(PValues, Gen.Double[0.01, 0.5])
            .Sample(
                (p, alpha) =>
                {
                    double[] adjusted = MultipleComparisons.BenjaminiHochberg(p),
                        ascending = [.. p.Order()];
                    if (ascending.Index().Any(x => Math.Abs(x.Item - alpha * (x.Index + 1) / p.Length) < 1e-12))
                        return;
                    int last = Array.FindLastIndex(
                        [.. ascending.Select((value, k) => value <= alpha * (k + 1) / p.Length)],
                        below => below
                    );
                    Assert.Equal(p.Select(value => last >= 0 && value <= ascending[last]), adjusted.Select(value => value <= alpha));
                }
            );

    [Fact]
    public void No_procedure_lowers_a_p_and_each_is_bounded_by_the_next() =>
        PValues.Sample(p =>
        {
            double[][] rising =
            [
                p,
                MultipleComparisons.BenjaminiHochberg(p),
                MultipleComparisons.Holm(p),
                MultipleComparisons.Bonferroni(p),
            ];
            foreach (var (lower, upper) in rising.Zip(rising.Skip(1)))
                Assert.All(lower.Zip(upper), pair => Assert.True(pair.First <= pair.Second * (1 + 1e-15)));
        });

    [Fact]
    public void The_order_of_the_tests_does_not_matter() =>
        Gen.Select(PValues, Gen.UInt)
            .Sample(
                (p, seed) =>
                {
                    int[] order = new DcrDsl.Data.RandomStream(seed, "order").Permutation(p.Length);
                    Func<IReadOnlyList<double>, double[]>[] procedures =
                    [
                        MultipleComparisons.Holm,
                        MultipleComparisons.Bonferroni,
                        MultipleComparisons.BenjaminiHochberg,
                    ];
                    foreach (var adjust in procedures)
                    {
                        double[] adjusted = adjust(p);
                        Assert.Equal(order.Select(i => adjusted[i]), adjust([.. order.Select(i => p[i])]));
                    }
                }
            );

    [Fact]
    public void A_test_that_is_not_defined_does_not_count()
    {
        Assert.Equal([0.02, double.NaN, 0.03], MultipleComparisons.Holm([0.01, double.NaN, 0.03]));
        Assert.Equal([0.02, double.NaN, 0.06], MultipleComparisons.Bonferroni([0.01, double.NaN, 0.03]));
        Assert.Equal([0.02, double.NaN, 0.03], MultipleComparisons.BenjaminiHochberg([0.01, double.NaN, 0.03]));
        Assert.Empty(MultipleComparisons.Holm([]));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.5)]
    public void What_is_no_probability_is_refused(double p) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => MultipleComparisons.Holm([0.5, p]));
}
