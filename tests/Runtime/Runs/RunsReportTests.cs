using DcrDsl.Planning;
using DcrDsl.Reports;
using DcrDsl.Results;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>Two runs side by side.</summary>
public class RunsReportTests
{
    [Fact]
    public void Arms_of_one_name_are_paired_over_the_seeds_of_both_runs()
    {
        using var first = new FakeRun(FakeExperiment.Of([FakeExperiment.Axis("Dcr.Layer", 1, 2)]));
        using var second = new FakeRun(
            FakeExperiment.Of([FakeExperiment.Axis("Dcr.Layer", 2, 3)]),
            new Selection { Seeds = [1, 2] },
            described: r => r with { Spec = r.Spec.Replace("class Fake", "class Other", StringComparison.Ordinal) }
        );
        var report = RunsReport.Of(first.Results, second.Results, "dcr report A B");

        var differences = Section(report, "B less A").Parts.OfType<ReportTable>().Single();
        Assert.Equal(["STL", "STL-aug", "DCR at Dcr.Layer = 2"], differences.Rows.Select(r => r[0].Text));
        Assert.All(differences.Rows, r => Assert.Equal("2", r[^1].Text));
        // The made-up outcomes depend on arm, seed and layer alone, so the same cells have the same numbers.
        Assert.All(differences.Rows, r => Assert.StartsWith("0.0", r[1].Text));
        Assert.Equal("Every arm that both runs have gives the same numbers in both.", report.Answer);

        var side = Section(report, "Arms side by side").Parts.OfType<ReportTable>().Single();
        Assert.Equal(
            [
                "STL A",
                "STL B",
                "STL-aug A",
                "STL-aug B",
                "DCR at Dcr.Layer = 1 A",
                "DCR at Dcr.Layer = 2 A",
                "DCR at Dcr.Layer = 2 B",
                "DCR at Dcr.Layer = 3 B",
            ],
            side.Rows.Select(r => $"{r[0].Text} {r[1].Text}")
        );
        var ran = Section(report, "What differs in how they were run").Parts.OfType<ReportTable>().Single();
        Assert.Equal(["seeds"], ran.Rows.Select(r => r[0].Text));
        Assert.StartsWith("run,section,arm,", CsvReport.Of(report.Rows));
        Assert.Contains("\nB,Results,STL,", CsvReport.Of(report.Rows));
    }

    [Fact]
    public void A_difference_has_its_paired_interval()
    {
        using var first = new FakeRun(FakeExperiment.Of());
        var definition = FakeExperiment.Of();
        using var second = new FakeRun(definition with { Arms = [definition.Arms[0], definition.Arms[2] with { Name = "STL-aug" }] });
        var (a, b) = (new ArmResults(first.Results, "STL-aug"), new ArmResults(second.Results, "STL-aug"));

        var report = RunsReport.Of(first.Results, second.Results, "dcr report A B");

        var expected = b[Metric.ComplianceRate] - a[Metric.ComplianceRate];
        var row = Section(report, "B less A").Parts.OfType<ReportTable>().Single().Rows.Single(r => r[0].Text == "STL-aug");
        var text = MetricText.Of(Metric.ComplianceRate);
        Assert.Equal($"{text.Difference(expected.Mean)} ({text.Interval(expected.Interval)})", row[1].Text);
        Assert.Contains($"{text.Difference(expected.Mean)} in B against A (95 % interval", report.Answer);
    }

    [Fact]
    public void Runs_without_a_common_seed_or_arm_stand_side_by_side_only()
    {
        using var first = new FakeRun(FakeExperiment.Of(), new Selection { Seeds = [0] });
        using var second = new FakeRun(FakeExperiment.Of(), new Selection { Seeds = [1], Arms = ["STL"] });
        Assert.Contains(
            "STL has no seed in common, so that nothing is paired.",
            MarkdownReport.Of(RunsReport.Of(first.Results, second.Results, "x"))
        );
        using var third = new FakeRun(
            FakeExperiment.Of() with
            {
                Arms = [.. FakeExperiment.Of().Arms.Take(1).Select(a => a with { Name = "z" })],
            }
        );
        var report = RunsReport.Of(first.Results, third.Results, "x");
        Assert.StartsWith("The two runs share no arm and metric", report.Answer);
        Assert.Contains("No arm of one name", MarkdownReport.Of(report));
        Assert.Contains("</html>", HtmlReport.Of(report));
        Assert.Contains(@"\end{document}", LatexReport.Of(report));
    }

    [Theory]
    [InlineData("a\nb\nc", "a\nb\nc\n", "")]
    [InlineData("a\nb\nc", "a\nx\nc", "  a\n- b\n+ x\n  c\n")]
    [InlineData("1\n2\n3\n4\n5\n6\n7\n8\n9\n10", "1\n2\n3\n4\n5\n6\n7\n8\n10", "…\n  6\n  7\n  8\n- 9\n  10\n")]
    [InlineData("a\nb", "b\na", "- a\n  b\n+ a\n")]
    [InlineData("", "a", "- \n+ a\n")]
    public void Lines_that_differ_are_shown_with_those_around(string first, string second, string difference) =>
        Assert.Equal(difference, LineDifference.Of(first, second));

    [Fact]
    public async Task The_command_line_writes_a_comparison_beside_the_first_run()
    {
        using var first = new FakeRun(FakeExperiment.Of(), new Selection { Seeds = [0, 1] });
        using var second = new FakeRun(FakeExperiment.Of(), new Selection { Seeds = [0, 1] });

        var (code, output, error) = await InProcess.Run(FakeExperiment.Of(), "report", first.Folder, second.Folder);

        Assert.Equal((0, ""), (code, error.Trim()));
        Assert.Contains("Every arm that both runs have gives the same numbers in both.", output.ReplaceLineEndings(" "));
        Assert.All(
            new[] { "html", "md", "tex", "csv" },
            kind => Assert.True(File.Exists(Path.Combine(first.Folder, "comparison." + kind)), kind)
        );
        (code, _, error) = await InProcess.Run(FakeExperiment.Of(), "report", first.Folder, second.Folder, "--subject", "DCR");
        Assert.Equal(
            (1, "Two runs are compared arm by arm, each with its own name: leave out --reference and --subject."),
            (code, error.Trim())
        );
    }

    static ReportSection Section(ReportModel report, string title) => report.Sections.Single(s => s.Title == title);
}
