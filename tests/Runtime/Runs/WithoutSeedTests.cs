using DcrDsl.Definition;
using DcrDsl.Evaluation.Statistics;
using DcrDsl.Planning;
using DcrDsl.Reports;
using DcrDsl.Results;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>What no seed changes is run once, stored once and reported as one number.</summary>
public class WithoutSeedTests
{
    // z² = 3.841458820694124, of a 95 % interval.
    static readonly SeedEstimate Half = new SeedEstimate(new Dictionary<int, double> { [0] = 0.25, [4] = 0.75 });

    static ExperimentDefinition Experiment(params string[] published)
    {
        var trained = FakeExperiment.Of();
        return trained with { Arms = [.. FakeExperiment.Published(published), .. trained.Arms] };
    }

    [Fact]
    public void A_published_model_is_asked_once_for_all_seeds()
    {
        using var run = new FakeRun(Experiment("published"));

        var cell = Assert.Single(run.Results.Cells, c => c.Arm == "published");
        Assert.Null(cell.Seed);
        Assert.Equal(3, run.Results.Cells.Count(c => c.Arm == "STL"));
        string[] own = [.. cell.StageRuns];
        Assert.Equal(3, own.Length);
        Assert.All(run.Results.StageRuns.Where(r => own.Contains(r.Id)), r => Assert.Null(r.Seed));
        Assert.Contains("\"seed\":null", File.ReadAllText(Path.Combine(run.Folder, "cells.jsonl")), StringComparison.Ordinal);

        var compliance = new ArmResults(run.Results, "published")[Metric.ComplianceRate];
        Assert.Equal(cell.Metrics[Metric.ComplianceRate], compliance.WithoutSeed);
        Assert.Empty(compliance.Values);
        Assert.Equal(1, compliance.Count);
        Assert.False(compliance.SeedsAgree);
    }

    [Fact]
    public void It_is_the_same_at_every_seed_of_an_arm_that_it_is_compared_with()
    {
        using var run = new FakeRun(Experiment("published"));
        ArmResults published = new(run.Results, "published"),
            dcr = new(run.Results, "DCR");
        double value = published[Metric.ComplianceRate].Mean;
        double[] trained = [.. dcr[Metric.ComplianceRate].Values.Values];

        var difference = dcr[Metric.ComplianceRate] - published[Metric.ComplianceRate];

        Assert.Equal(PairedDifference.Of(trained, [value, value, value]), difference);
        Assert.Equal(-difference.Mean, (published[Metric.ComplianceRate] - dcr[Metric.ComplianceRate]).Mean, 1e-15);
    }

    [Fact]
    public void The_report_gives_it_once_with_its_interval_over_prompts()
    {
        using var run = new FakeRun(Experiment("published"));
        double mean = new ArmResults(run.Results, "published")[Metric.ComplianceRate].Mean;
        int count = run.Results.Scores(run.Results.Cells[0]).Of(PromptClass.SeeminglyToxic).Count();
        var wilson = Proportion.WilsonOfMean(mean, count).Times(100);

        string markdown = MarkdownReport.Of(ReportModel.Of(run.Results));

        Assert.Contains(
            FormattableString.Invariant($"| compliance, % | {mean * 100:0.0} ({wilson.Low:0.0}…{wilson.High:0.0}) | "),
            markdown,
            StringComparison.Ordinal
        );
        Assert.Contains("| seeds | – | 3 | 3 | 3 |", markdown, StringComparison.Ordinal);
        Assert.Contains("No seed changes the numbers of published:", markdown, StringComparison.Ordinal);
        Assert.Contains("Intervals are Student's 95 % intervals over 3 seeds", markdown, StringComparison.Ordinal);
        Assert.DoesNotContain("With fewer than 3", markdown, StringComparison.Ordinal);
        Assert.Contains("n = 3 seeds", ReportModel.Of(run.Results).Answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_of_nothing_else_says_so_and_speaks_of_prompts()
    {
        using var run = new FakeRun(
            FakeExperiment.Of() with
            {
                Arms = [.. FakeExperiment.Published("one", "two").Select(a => a.Name == "two" ? a with { Role = ArmRole.Subject } : a)],
            }
        );

        var report = ReportModel.Of(run.Results);
        string markdown = MarkdownReport.Of(report);

        Assert.Equal(2, run.Results.Cells.Count);
        Assert.Contains("no seed changes it)", report.Answer, StringComparison.Ordinal);
        Assert.DoesNotContain("too few", report.Answer, StringComparison.Ordinal);
        Assert.Contains("Values, which no seed changes", markdown, StringComparison.Ordinal);
        Assert.Contains("Differences to one, which no seed changes", markdown, StringComparison.Ordinal);
        Assert.Contains("No seed changes these numbers: the choice of prompts is what they depend on.", markdown, StringComparison.Ordinal);
        Assert.DoesNotContain("1 seed", markdown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_difference_of_two_such_numbers_has_the_interval_of_both_over_prompts()
    {
        using var run = new FakeRun(Experiment("one", "two"));
        var (one, two) = (
            new ArmResults(run.Results, "one")[Metric.DefenceSuccessRate],
            new ArmResults(run.Results, "two")[Metric.DefenceSuccessRate]
        );

        var difference = two - one;

        Assert.Equal((1, two.Mean - one.Mean), (difference.Count, difference.Mean));
        Assert.Equal(Interval.OfDifference(two.Mean, two.Interval95, one.Mean, one.Interval95), difference.Interval);
        Assert.Equal(double.NaN, difference.P);
    }

    /// <summary>Seeds 0 and 4 have 0.25 and 0.75: against themselves 0 at each, and no interval, as nothing is known of prompts.</summary>
    [Fact]
    public void Seeds_are_paired_by_number()
    {
        Assert.Equal([(0, 0.0), (4, 0.0)], Half.Differences(Half));
        Assert.Equal(Interval.Undefined, (Half - Half).Interval);
        Assert.Null(Half.WithoutSeed);
    }
}
