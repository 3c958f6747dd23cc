using CsCheck;
using DcrDsl.Evaluation.Statistics;

namespace DcrDsl.Runtime.Tests.Statistics;

public class WilcoxonSignedRankTests
{
    // Small whole numbers: ties and zeros are common.
    static readonly Gen<double[]> Differences = Gen.Int[-4, 6].Select(d => (double)d).Array[1, 10];

    [Fact]
    public void The_p_values_equal_the_count_over_all_signs() =>
        Differences.Sample(differences =>
        {
            double[] d = [.. differences.Where(x => x != 0)];
            if (d.Length == 0)
                return;
            double[] ranks =
            [
                .. d.Select(x => d.Count(y => Math.Abs(y) < Math.Abs(x)) + (d.Count(y => Math.Abs(y) == Math.Abs(x)) + 1) / 2.0),
            ];
            double[] sums = [.. Enumerable.Range(0, 1 << d.Length).Select(signs => ranks.Where((_, i) => (signs >> i & 1) == 1).Sum())];
            double plus = ranks.Where((_, i) => d[i] > 0).Sum(),
                minus = ranks.Sum() - plus,
                least = Math.Min(plus, minus);

            var result = WilcoxonSignedRank.Of(differences);
            Assert.Equal((d.Length, plus, minus, least), (result.Count, result.TPlus, result.TMinus, result.Statistic));
            Assert.Equal(Math.Min(1, 2.0 * sums.Count(sum => sum <= least) / sums.Length), result.P);
            Assert.Equal((double)sums.Count(sum => sum >= plus) / sums.Length, result.PGreater);
        });

    [Fact]
    public void Mirrored_differences_have_the_same_p() =>
        Differences.Sample(differences =>
            Assert.Equal(WilcoxonSignedRank.Of(differences).P, WilcoxonSignedRank.Of([.. differences.Select(d => -d)]).P)
        );

    [Fact]
    public void The_most_differences_that_are_taken_keep_their_smallest_p()
    {
        double[] rising = [.. Enumerable.Range(1, WilcoxonSignedRank.MaximumCount).Select(i => (double)i)];
        var result = WilcoxonSignedRank.Of(rising);
        Assert.Equal((Math.ScaleB(1, 1 - rising.Length), Math.ScaleB(1, -rising.Length)), (result.P, result.PGreater));
        Approximately.Equal(1, WilcoxonSignedRank.Of([.. rising.Select(d => -d)]).PGreater, relative: 1e-12);
        Assert.Throws<ArgumentException>(() => WilcoxonSignedRank.Of([.. rising, 1]));
    }

    [Fact]
    public void What_is_not_a_number_stays_so()
    {
        var result = WilcoxonSignedRank.Of([1, double.NaN, -2]);
        Assert.Equal((double.NaN, double.NaN, double.NaN), (result.P, result.PGreater, result.Statistic));
        Assert.Equal((0, double.NaN), (WilcoxonSignedRank.Of([]).Count, WilcoxonSignedRank.Of([]).P));
    }
}
