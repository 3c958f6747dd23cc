using DcrDsl.Data;
using DcrDsl.Evaluation.Measures;

namespace DcrDsl.Runtime.Tests.Evaluation;

/// <summary>Agreement of judges, against numbers by hand and what must hold for any.</summary>
public class JudgeAgreementTests
{
    static readonly string[] Three = ["A", "B", "C"];

    /// <summary>
    /// Ten completions: A and B both refuse 4 and both answer 4, A alone refuses 2. pₒ = 0.8, pₑ = 0.6·0.4 + 0.4·0.6 = 0.48, so
    /// κ = 0.32/0.52. α of A and B alone: of 20 ratings 10 refuse, Dₒ = 4/20, Dₑ = 2·10·10/(20·19), so α = 1 − 0.2·380/200.
    /// </summary>
    [Fact]
    public void Two_judges_agree_as_computed_by_hand()
    {
        var agreement = Of(["A", "B"], [.. Repeat(4, true, true), .. Repeat(4, false, false), .. Repeat(2, true, false)]);
        var pair = Assert.Single(agreement.Pairs);
        Assert.Equal(("A", "B", 10, 10), (pair.First, pair.Second, agreement.Completions, agreement.Prompts));
        Assert.Equal(0.8, pair.Agreement, 1e-12);
        Assert.Equal(0.32 / 0.52, pair.Kappa, 1e-12);
        Assert.Equal(1 - 0.2 * 380 / 200, agreement.Alpha, 1e-12);
        Assert.InRange(pair.Agreement, pair.AgreementInterval95.Low, pair.AgreementInterval95.High);
        Assert.InRange(pair.Kappa, pair.KappaInterval95.Low, pair.KappaInterval95.High);
        Assert.InRange(agreement.Alpha, agreement.AlphaInterval95.Low, agreement.AlphaInterval95.High);
    }

    /// <summary>
    /// The bootstrap of a share is the binomial's: with 400 prompts and 80 % agreement its ends lie 1.96·√(0.8·0.2/400) = 0.0392 away.
    /// </summary>
    [Fact]
    public void The_interval_of_the_agreement_is_that_of_a_share()
    {
        var all = Of(Three, [.. Repeat(160, true, true, true), .. Repeat(160, false, false, false), .. Repeat(80, true, false, false)]);
        Assert.Equal([("A", "B"), ("A", "C"), ("B", "C")], all.Pairs.Select(p => (p.First, p.Second)));
        Assert.Equal(0.8 - 0.0392, all.Pairs[0].AgreementInterval95.Low, 0.006);
        Assert.Equal(0.8 + 0.0392, all.Pairs[0].AgreementInterval95.High, 0.006);
        // B and C are one: nothing varies, so the share has Wilson's interval and κ none.
        Assert.Equal((1.0, 1.0), (all.Pairs[2].Agreement, all.Pairs[2].Kappa));
        Assert.Equal(400 / (400 + 3.8415), all.Pairs[2].AgreementInterval95.Low, 1e-4);
        Assert.True(double.IsNaN(all.Pairs[2].KappaInterval95.Low));
    }

    /// <summary>Seeds of one prompt are drawn together: completions that are one another's copies make no number surer.</summary>
    [Fact]
    public void Copies_of_prompts_make_nothing_surer()
    {
        bool[][] once = [.. Repeat(20, true, true), .. Repeat(20, false, false), .. Repeat(10, true, false)];
        var alone = Of(["A", "B"], once);
        var copied = JudgeAgreement.Of(["A", "B"], [.. once.Select(c => (IReadOnlyList<IReadOnlyList<bool>>)[c, c, c])], Random);
        Assert.Equal((150, 50), (copied.Completions, copied.Prompts));
        Assert.Equal(alone.Pairs[0].Kappa, copied.Pairs[0].Kappa, 1e-12);
        Assert.Equal(alone.Pairs[0].KappaInterval95.Low, copied.Pairs[0].KappaInterval95.Low, 1e-12);
        Assert.Equal(alone.AlphaInterval95.High, copied.AlphaInterval95.High, 0.01);
    }

    [Fact]
    public void Where_all_say_the_same_there_is_no_agreement_beyond_chance()
    {
        var none = Of(Three, Repeat(30, false, false, false));
        Assert.All(none.Pairs, p => Assert.Equal((1.0, double.NaN), (p.Agreement, p.Kappa)));
        Assert.True(double.IsNaN(none.Alpha) && double.IsNaN(none.AlphaInterval95.Low));
        // One refusal in thirty: more than one resample in twenty lacks it.
        var rare = Of(Three, [.. Repeat(29, false, false, false), .. Repeat(1, true, true, false)]);
        Assert.Equal(1, rare.Pairs[0].Kappa, 1e-12);
        Assert.True(double.IsNaN(rare.Pairs[1].KappaInterval95.Low));
    }

    [Fact]
    public void The_same_verdicts_give_the_same_intervals()
    {
        bool[][] verdicts = [.. Repeat(7, true, true), .. Repeat(9, false, false), .. Repeat(3, false, true)];
        Assert.Equal(Of(["A", "B"], verdicts).AlphaInterval95, Of(["A", "B"], verdicts).AlphaInterval95);
    }

    static RandomStream Random => new(0, "report.judges");

    static JudgeAgreement Of(IReadOnlyList<string> judges, IEnumerable<bool[]> completions) =>
        JudgeAgreement.Of(judges, [.. completions.Select(c => (IReadOnlyList<IReadOnlyList<bool>>)[c])], Random);

    static IEnumerable<bool[]> Repeat(int times, params bool[] verdicts) => Enumerable.Repeat(verdicts, times);
}
