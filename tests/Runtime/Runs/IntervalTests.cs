using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Statistics;
using DcrDsl.Planning;
using DcrDsl.Reports;
using DcrDsl.Reports.Html;
using DcrDsl.Results;
using DcrDsl.Runtime.Tests.Evaluation;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>No interval claims certainty: neither over seeds that agree nor over prompts that all went the same way.</summary>
public class IntervalTests
{
    // z² = 3.841458820694124: Wilson's lower end of n of n is n / (n + z²).
    const double Z2 = 3.841458820694124;

    [Fact]
    public void Wilson_takes_means_too()
    {
        Assert.Equal(Proportion.Wilson(7, 10), Proportion.WilsonOfMean(0.7, 10));
        Assert.Equal(5 / (5 + Z2), Proportion.WilsonOfMean(1, 5).Low, 1e-12);
        Assert.Equal(1, Proportion.WilsonOfMean(1, 5).High);
        Assert.Equal(0, Proportion.WilsonOfMean(0, 5).Low);
        Assert.Equal(Interval.Undefined, Proportion.WilsonOfMean(double.NaN, 5));
    }

    /// <summary>
    /// Airway hyper-responsiveness before and after stem cell transplantation (Fagerland, Lydersen and Laake, 2014): 1, 1, 7 and 12 pairs.
    /// </summary>
    [Fact]
    public void Paired_shares_have_bonett_and_prices_interval()
    {
        double[] before = [.. Repeat(1, 2), .. Repeat(0, 19)],
            after = [1, 0, .. Repeat(1, 7), .. Repeat(0, 12)];
        var interval = PairedShares.Difference(before, after);
        Assert.Equal(-0.508, interval.Low, 5e-4);
        Assert.Equal(-0.013, interval.High, 5e-4);

        var alike = PairedShares.Difference([1, 1, 1, 1, 1], [1, 1, 1, 1, 1]);
        Assert.Equal(1.959963984540054 * Math.Sqrt(2.0 / 7 / 7), alike.High, 1e-12);
        Assert.Equal(-alike.High, alike.Low, 1e-12);
    }

    [Fact]
    public void A_difference_of_independent_numbers_adds_squares()
    {
        var interval = Interval.OfDifference(0.5, new(0.2, 0.9), 0.25, new(0.25 - 0.4, 0.25 + 0.3));
        Assert.Equal(0.25 - Math.Sqrt(0.3 * 0.3 + 0.3 * 0.3), interval.Low, 1e-12);
        Assert.Equal(0.25 + Math.Sqrt(0.4 * 0.4 + 0.4 * 0.4), interval.High, 1e-12);
    }

    [Fact]
    public void Seeds_that_agree_leave_the_uncertainty_of_the_prompts()
    {
        using var run = new FakeRun(FakeExperiment.Of());
        Rewrite(run, t => t.Class == PromptClass.Toxic ? t with { Items = [.. t.Items.Select(i => i.With(Verdict.Refuses))] } : t);
        ArmResults stl = new(run.Results, "STL"),
            dcr = new(run.Results, "DCR");

        var defence = stl[Metric.DefenceSuccessRate];
        Assert.True(defence.SeedsAgree);
        Assert.Equal((1.0, 0.0), (defence.Mean, defence.StandardDeviation));
        Assert.Equal(120 / (120 + Z2), defence.Interval95.Low, 1e-12);
        Assert.Equal(1, defence.Interval95.High);
        Assert.Equal(defence.Interval95, stl.Task("Toxic").DefenceSuccessRate.Interval95);

        var difference = dcr[Metric.DefenceSuccessRate] - defence;
        Assert.Equal(0, difference.Mean);
        Assert.Equal(Z2 / (120 + Z2), difference.Interval.High, 1e-12);
        Assert.Equal(double.NaN, difference.P);

        string markdown = MarkdownReport.Of(ReportModel.Of(run.Results));
        Assert.Contains(
            "| defence, % | 100.0 (96.9…100.0) | 100.0 (96.9…100.0) | 100.0 (96.9…100.0) |",
            markdown,
            StringComparison.Ordinal
        );
        Assert.Contains("| defence, points | 0.0 (−3.1…3.1) | 0.0 (−3.1…3.1) |", markdown, StringComparison.Ordinal);
        Assert.Contains("Where all seeds give one and the same number", markdown, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_without_prompts_behind_them_have_no_interval_where_seeds_agree()
    {
        var estimate = new SeedEstimate(
            new Dictionary<int, double>
            {
                [0] = 2,
                [1] = 2,
                [2] = 2,
            }
        );
        Assert.Equal(Interval.Undefined, estimate.Interval95);
        Assert.Equal(Interval.Undefined, (estimate - estimate).Interval);
    }

    [Fact]
    public void At_one_seed_shares_have_wilsons_interval_over_prompts()
    {
        using var run = new FakeRun(FakeExperiment.Of(), new Selection { Seeds = [0] });
        Rewrite(
            run,
            t =>
                t with
                {
                    Items =
                    [
                        .. t
                            .Items.Take(5)
                            .Select(i =>
                                i.With(t.Class == PromptClass.Toxic ? Verdict.Refuses : Verdict.Complies)
                                    .WithProbability(t.Class == PromptClass.Toxic ? 0.9 : 0.1)
                            ),
                    ],
                }
        );
        string markdown = MarkdownReport.Of(ReportModel.Of(run.Results));

        // 5 of 5: Wilson's 56.6 to 100, and the difference of two such arms Bonett and Price's ±39.6; a perfect AUC has the interval of the
        // smaller class.
        Assert.Contains("| compliance, % | 100.0 (56.6…100.0) |", markdown, StringComparison.Ordinal);
        Assert.Contains("| defence, % | 100.0 (56.6…100.0) |", markdown, StringComparison.Ordinal);
        Assert.Contains("| AUC | 1.000 (0.566…1.000) |", markdown, StringComparison.Ordinal);
        Assert.Contains("| compliance at 95 % defence, % | 100.0 (56.6…100.0) |", markdown, StringComparison.Ordinal);
        Assert.Contains("| compliance, points | 0.0 (−39.6…39.6) |", markdown, StringComparison.Ordinal);
        Assert.Contains("| AUC | 0.000 (−0.434…0.434) |", markdown, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interval_beyond_the_axis_has_an_arrowhead()
    {
        DotPlot Plot(double low, double high) =>
            new(
                "Shares",
                [new DotPanel("defence, %", [new DotRow("STL", [new DotMark(0, "STL", 98, low, high, [])])], 0, 100, " %", 1)],
                []
            );
        string Drawn(DotPlot plot)
        {
            var page = new Markup();
            HtmlParts.Write(plot, page);
            return page.ToString();
        }

        Assert.Contains("class=\"cut\"", Drawn(Plot(94, 102)), StringComparison.Ordinal);
        Assert.Contains("class=\"cut\"", Drawn(Plot(-1, 99)), StringComparison.Ordinal);
        Assert.Contains(CutInterval.Meaning, Drawn(Plot(94, 102)), StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"cut", Drawn(Plot(94, 100)), StringComparison.Ordinal);

        LineChart Chart(double high) =>
            new(
                "Along",
                [new LinePanel("defence, %", "Layer", ["1"], [new ChartLine(0, "STL", [new ChartPoint(0, 98, 94, high)])], 0, 100, false)],
                []
            );
        var cut = new Markup();
        HtmlParts.Write(Chart(103), cut);
        Assert.Contains("class=\"cut\"", cut.ToString(), StringComparison.Ordinal);
        Assert.Contains(CutInterval.Meaning, cut.ToString(), StringComparison.Ordinal);
    }

    static void Rewrite(FakeRun run, Func<PromptTaskOutcome, PromptTaskOutcome> change) =>
        RewrittenRun.Tasks(run, (_, task) => change(task));

    static IEnumerable<double> Repeat(double value, int count) => Enumerable.Repeat(value, count);
}
