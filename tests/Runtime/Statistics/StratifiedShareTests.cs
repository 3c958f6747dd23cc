using DcrDsl.Evaluation.Statistics;

namespace DcrDsl.Runtime.Tests.Statistics;

public class StratifiedShareTests
{
    [Fact]
    public void Without_strata_it_is_the_share_of_those_drawn()
    {
        var share = StratifiedShare.Of([.. Enumerable.Range(0, 30).Select(i => (0, 7.0, i < 20, i % 4 == 0))]);
        Assert.Equal(new StratifiedShare(0.25, 20, 20), share);
        Assert.Equal(Proportion.Wilson(5, 20), share.Interval95);
        Assert.Equal((0, double.NaN), (StratifiedShare.Of([(0, 1, false, true)]).Drawn, StratifiedShare.Of([]).Interval95.Low));
    }

    /// <summary>
    /// 900 with a verdict and 100 without, 50 drawn of each, of which 49 and 10 are of the part: 49·18 of 49·18 + 10·2 count, 882/902.
    /// The delta method has its variance as (B² var A + A² var B)/(A + B)⁴ with A = 900a, B = 100b.
    /// </summary>
    [Fact]
    public void Strata_are_weighted_by_what_they_stand_for()
    {
        var share = StratifiedShare.Of([
            .. Enumerable.Range(0, 50).Select(i => (0, 18.0, i < 49, true)),
            .. Enumerable.Range(0, 50).Select(i => (1, 2.0, i < 10, false)),
        ]);
        double a = 882,
            b = 20,
            ofA = 900.0 * 900 * 0.98 * 0.02 / 49,
            ofB = 100.0 * 100 * 0.2 * 0.8 / 49,
            variance = (b * b * ofA + a * a * ofB) / Math.Pow(a + b, 4);
        Assert.Equal((882.0 / 902, 59), (share.Share, share.Drawn));
        Assert.Equal(share.Share * (1 - share.Share) / variance, share.Effective, 1e-6);
    }

    /// <summary>Where nothing varies, unequal weights make few of many: (Σw)²/Σw².</summary>
    [Fact]
    public void A_share_of_all_is_as_sure_as_its_weights_let_it_be()
    {
        var share = StratifiedShare.Of([
            .. Enumerable.Range(0, 10).Select(_ => (0, 9.0, true, true)),
            .. Enumerable.Range(0, 10).Select(_ => (1, 1.0, true, true)),
        ]);
        Assert.Equal((1.0, 100 * 100 / 820.0), (share.Share, share.Effective));
    }
}
