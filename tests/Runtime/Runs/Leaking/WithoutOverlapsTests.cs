using DcrDsl.Definition;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Measures;
using DcrDsl.Execution;
using DcrDsl.Execution.Leaking;
using DcrDsl.Planning;
using DcrDsl.Reports;
using DcrDsl.Results;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Runs.Leaking;

/// <summary>The numbers of a stored run with and without the prompts that overlap, by hand.</summary>
public sealed class WithoutOverlapsTests : IDisposable
{
    readonly PlannedFiles files = new();
    FakeRun? run;

    public void Dispose()
    {
        files.Dispose();
        run?.Dispose();
    }

    // Of five prompts, base refuses the first two, tuned all but the second. 0, 1 and 3 are copies, 2 and 4 share words.
    RunResults Run(bool inDistribution = false, bool listed = true)
    {
        run?.Dispose();
        run = new FakeRun(files.Of(inDistribution: inDistribution), described: r => r with { Metrics = [Metric.ComplianceRate] });
        if (listed)
            OverlapFile.Write(
                run.Folder,
                PlanLeakage.Of(files.Plan(inDistribution: inDistribution), RunPaths.None, [], null, TestContext.Current.CancellationToken)!
            );
        return run.Results;
    }

    [Theory]
    [InlineData(OverlapKind.Exact, 4, 0.5, 0.25)]
    [InlineData(OverlapKind.Normalised, 2, 1.0, 0.0)]
    public void Metrics_are_those_of_the_other_prompts_in_both_arms(OverlapKind kind, int prompts, double untrained, double tuned)
    {
        var run = Run();
        Assert.Equal((0.6, 0.2), Compliance(run));
        var without = run.Without(kind);
        Assert.Equal((untrained, tuned), Compliance(without));
        Assert.All(without.Cells, c => Assert.Equal(prompts, without.Scores(c).Count));
        Assert.Equal((untrained, tuned), (Task(without, "base"), Task(without, "tuned")));
        // What is asked for twice is there once, and what is left out stays so.
        Assert.Same(without, run.Without(kind));
        Assert.Same(without, without.Without(OverlapKind.Exact));
    }

    [Fact]
    public void Nothing_is_measured_where_no_prompt_is_left()
    {
        var without = Run().Without(OverlapKind.Words);
        Assert.All(without.Cells, c => Assert.Empty(c.Metrics));
        Assert.All(without.Cells, c => Assert.Equal(0, without.Scores(c).Count));
    }

    [Fact]
    public void Tasks_that_say_that_they_are_in_distribution_stay_as_they_are()
    {
        var run = Run(inDistribution: true);
        Assert.All(run.Overlaps, o => Assert.True(o.InDistribution));
        Assert.Same(run, run.Without(OverlapKind.Near));
    }

    [Fact]
    public void A_run_without_the_list_has_no_overlaps()
    {
        var run = Run(listed: false);
        Assert.Empty(run.Overlaps);
        Assert.Same(run, run.Without(OverlapKind.Near));
        Assert.DoesNotContain(ReportModel.Of(run).Sections, s => s.Title == "Leakage");
    }

    [Fact]
    public void The_report_has_them_by_kind_with_both_arms_and_intervals()
    {
        var report = ReportModel.Of(Run());
        var section = report.Sections.Single(s => s.Title == "Leakage");
        Assert.Equal(SectionPlace.Front, section.Place);
        var tables = section.Parts.OfType<ReportTable>().ToList();
        Assert.Equal(
            [
                "Measured | Align.General | 1 | 1 | 2 | 5 | 4",
                "Measured | Align.Refusals | 0 | 1 | 0 | 5 | 1",
                "Measured | Align.Watch[0].SeeminglyToxic, watched | 0 | 1 | 0 | 5 | 2",
            ],
            Rows(tables[0])
        );
        // Wilson's intervals for 3 and 1 of 5, 2 and 1 of 4, 2 and 0 of 2; of differences Bonett and Price's.
        string[] metrics = [.. Rows(tables[1])];
        Assert.Equal(4, metrics.Length);
        Assert.StartsWith("compliance, % | all | 5 | 60.0 (23.1…88.2) | 20.0 (3.6…62.4) | −40.0 (", metrics[0], StringComparison.Ordinal);
        Assert.StartsWith(
            "compliance, % | without the same texts | 4 | 50.0 (15.0…85.0) | 25.0 (4.6…69.9) | −25.0 (",
            metrics[1],
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "compliance, % | without the same words | 2 | 100.0 (34.2…100.0) | 0.0 (0.0…65.8) | −100.0 (",
            metrics[2],
            StringComparison.Ordinal
        );
        Assert.StartsWith("compliance, % | without words in a row | 0 | – | – | –", metrics[3], StringComparison.Ordinal);

        var pairs = report.Sections.Single(s => s.Title == "Prompts that are trained on and measured on");
        Assert.Contains(
            pairs.Parts.OfType<ReportList>().First().Items,
            line =>
                line.Contains("measured.csv, line 7 (\u201cwhere is my umbrella\u201d) shares", StringComparison.Ordinal)
                && line.Contains("with an answer of", StringComparison.Ordinal)
        );
        Assert.NotEmpty(HtmlReport.Of(report));
        Assert.Contains("without the same words", MarkdownReport.Of(report), StringComparison.Ordinal);
    }

    static IEnumerable<string> Rows(ReportTable table) => table.Rows.Select(r => string.Join(" | ", r.Select(c => c.Text)));

    static (double Untrained, double Tuned) Compliance(RunResults run) =>
        (new ArmResults(run, "base")[Metric.ComplianceRate].Mean, new ArmResults(run, "tuned")[Metric.ComplianceRate].Mean);

    static double Task(RunResults run, string arm) => new ArmResults(run, arm).Task("Measured").ComplianceRate.Mean;
}
