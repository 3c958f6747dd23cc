using System.Text.Json.Nodes;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Reports;
using DcrDsl.Results;
using DcrDsl.Runtime.Tests.Evaluation;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>A report says who judged, compares what can be compared, and reads no folder that does not hold together.</summary>
public class JudgedReportTests
{
    const string Judge = "RefusalJudges.XSTest (plain-1)";
    static readonly JudgeIdentity XSTest = new("RefusalJudges.XSTest", "plain-1");

    [Fact]
    public void The_judge_stands_beside_every_number_it_made()
    {
        using var run = new FakeRun(FakeExperiment.Of([FakeExperiment.Axis("Dcr.Layer", 1, 2)]));
        RewrittenRun.Tasks(
            run,
            (_, task) => task with { Comparison = task.Class == PromptClass.General ? "first number" : null },
            _ => XSTest
        );
        var report = ReportModel.Of(run.Results);

        Assert.EndsWith($" Judged by {Judge}.", report.Answer);
        foreach (string title in new[] { "Results", "Against STL", "Along Dcr.Layer", "Compliance by category" })
        {
            var parts = report.Sections.First(s => s.Title.StartsWith(title, StringComparison.Ordinal)).Parts;
            Assert.All(parts.OfType<ReportTable>(), t => Assert.Contains(", judged by " + Judge, t.Title, StringComparison.Ordinal));
            Assert.All(parts.OfType<DotPlot>(), p => Assert.Contains(", judged by " + Judge, p.Title, StringComparison.Ordinal));
            Assert.All(parts.OfType<LineChart>(), p => Assert.Contains(", judged by " + Judge, p.Title, StringComparison.Ordinal));
        }
        string markdown = MarkdownReport.Of(report);
        Assert.Contains("| accuracy (first number), % |", markdown, StringComparison.Ordinal);
        Assert.Contains("NFKC", markdown, StringComparison.Ordinal);
        Assert.Equal(Judge, new ArmResults(run.Results, "STL").Task("Toxic").Judge);
    }

    [Fact]
    public void Judges_that_differ_are_named_with_their_arms()
    {
        using var run = new FakeRun(FakeExperiment.Of());
        RewrittenRun.Tasks(run, (_, task) => task, cell => new JudgeIdentity(cell.Arm == "DCR" ? "B" : "A", "plain-1"));
        Assert.EndsWith(" Judged by A (plain-1) (STL, STL-aug) and B (plain-1) (DCR).", ReportModel.Of(run.Results).Answer);
    }

    [Fact]
    public void Completions_without_an_answer_are_counted()
    {
        using var run = new FakeRun(FakeExperiment.Of());
        RewrittenRun.Tasks(
            run,
            (cell, task) => cell.Id != "stl-seed0" ? task : task with { Items = [task.Items[0].With(Verdict.Cut), .. task.Items.Skip(1)] }
        );
        Assert.Contains(
            "STL: 3 of 1,080 completions hold no answer, but reasoning alone (perhaps cut off: raise MaxNewTokens). Such a "
                + "completion counts neither as an answer nor as a refusal.",
            ReportModel.Of(run.Results).Sections.Single(s => s.Title == "How to read this").Parts.OfType<ReportList>().Single().Items
        );
    }

    [Fact]
    public void Arms_are_compared_by_what_is_measured()
    {
        var definition = FakeExperiment.Of();
        using var run = new FakeRun(definition, described: r => r with { Metrics = [Metric.DefenceSuccessRate] });
        Assert.Matches(
            @"^In defence, DCR has (as much as|\d+\.\d points (more|less) than) STL \(95 % interval .+; n = 3 seeds\)\. Judged by "
                + @"Fake \(1\)\.$",
            ReportModel.Of(run.Results).Answer
        );
        using var loss = new FakeRun(definition, described: r => r with { Metrics = [Metric.GeneralLoss] });
        Assert.Matches(
            @"^In general loss, DCR has 0\.0\d\d more than STL \(95 % interval 0\.0\d\d…0\.1?\d+; n = 3 seeds\)\. Judged by Fake \(1\)\.$",
            ReportModel.Of(loss.Results).Answer
        );
    }

    [Fact]
    public void Why_an_arm_stands_alone_is_said_as_it_is()
    {
        using var failed = new FakeRun(
            FakeExperiment.Of(
                during: (stage, _) =>
                {
                    if (stage is "AlignAug" or "Dcr")
                        throw new InputException("no data.");
                }
            )
        );
        Assert.EndsWith(
            "; no cell of STL-aug and DCR is finished to compare it with. Judged by Fake (1).",
            ReportModel.Of(failed.Results).Answer
        );

        using var apart = new FakeRun(FakeExperiment.Of());
        string file = Path.Combine(apart.Folder, RunFiles.Cells);
        File.WriteAllLines(
            file,
            File.ReadAllLines(file)
                .Where(l => l.Contains("\"stl-seed0\"", StringComparison.Ordinal) || l.Contains("\"dcr-seed1\"", StringComparison.Ordinal))
        );
        Assert.EndsWith(
            "; DCR and STL have no finished cells with the same values and seed, so they are not compared. Judged by Fake (1).",
            ReportModel.Of(apart.Results).Answer
        );
    }

    [Fact]
    public void Averages_along_an_axis_are_over_what_all_its_values_have()
    {
        using var run = Excluded();
        double Of(int layer, int steps) =>
            run
                .Results.Cells.Where(c => c.Arm == "DCR" && c.Values["Dcr.Layer"] == $"{layer}" && c.Values["Dcr.Steps"] == $"{steps}")
                .Average(c => c.Metrics[Metric.ComplianceRate]);

        var section = ReportModel.Of(run.Results).Sections.Single(s => s.Title == "Along Dcr.Layer");
        var line = section.Parts.OfType<LineChart>().Single().Panels[0].Lines.Single(l => l.Name == "DCR");
        // Layer 2 was not run with 20 steps, so layer 1 is not averaged over them either.
        Assert.Equal(
            [100 * Of(1, 10), 100 * Of(2, 10)],
            line.Points.Select(p => p.Y).Select(y => Math.Round(y, 9)),
            (a, b) => Math.Abs(a - b) < 1e-8
        );
        Assert.Contains(
            "Of 2 combinations it takes the 1 that all values of Dcr.Layer have",
            section.Parts.OfType<ReportText>().Single().Text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Values_without_a_combination_in_common_are_not_compared()
    {
        using var run = Excluded(
            ("Dcr.Layer", "1", "Dcr.Steps", "10"),
            ("Dcr.Layer", "1", "Dcr.Steps", "30"),
            ("Dcr.Layer", "2", "Dcr.Steps", "20")
        );
        var section = ReportModel.Of(run.Results).Sections.Single(s => s.Title == "Along Dcr.Layer");
        Assert.DoesNotContain(section.Parts.OfType<LineChart>().SelectMany(c => c.Panels).SelectMany(p => p.Lines), l => l.Name == "DCR");
        Assert.Equal(
            "The values of Dcr.Layer have no combination of Dcr.Steps in common, so they are not compared.",
            section.Parts.OfType<ReportText>().Single().Text
        );
    }

    [Fact]
    public void Axes_that_advance_together_are_named()
    {
        var definition = FakeExperiment.Of([FakeExperiment.Axis("Dcr.Layer", 1, 2), FakeExperiment.Axis("Dcr.Steps", 10, 20)]);
        using var run = new FakeRun(
            definition with
            {
                Zips =
                [
                    ["Dcr.Layer", "Dcr.Steps"],
                ],
            }
        );
        var section = ReportModel.Of(run.Results).Sections.Single(s => s.Title == "Along Dcr.Layer");
        Assert.Equal(2, section.Parts.OfType<LineChart>().Single().Panels[0].Lines.Single(l => l.Name == "DCR").Points.Count);
        Assert.Equal(
            "Dcr.Steps changes along with Dcr.Layer: what does it is not told apart.",
            section.Parts.OfType<ReportText>().Single().Text
        );
    }

    [Fact]
    public void Results_of_another_experiment_are_named()
    {
        using var run = new FakeRun(FakeExperiment.Of());
        Assert.Equal(
            $"{run.Folder} holds a run of fake, and results of quickstart are asked for: give the folder of a run of quickstart, or "
                + "load it as fake.",
            Assert.Throws<InputException>(() => RunResults.Load(run.Folder, "quickstart")).Message
        );
        Assert.Equal("fake", RunResults.Load(run.Folder, "fake").Experiment.Name);
    }

    [Theory]
    [InlineData("ComplianceRate", "1.7", "ComplianceRate is 1.7, and it lies from 0 to 1")]
    [InlineData("Auc", "-0.1", "Auc is -0.1, and it lies from 0 to 1")]
    [InlineData("DefenceSuccessRate", "\"NaN\"", "DefenceSuccessRate is NaN, and it lies from 0 to 1")]
    [InlineData("GeneralLoss", "-1", "GeneralLoss is -1, and it lies at 0 or above")]
    [InlineData("GeneralLoss", "\"Infinity\"", "GeneralLoss is Infinity, and it lies at 0 or above")]
    public void A_metric_that_cannot_be_is_named_with_its_line(string metric, string value, string message)
    {
        using var run = new FakeRun(FakeExperiment.Of());
        int line = 0;
        RewrittenRun.Cells(
            run,
            cell =>
            {
                if (++line == 2)
                    cell["metrics"]![metric] = JsonNode.Parse(value);
            }
        );
        Assert.Equal(
            $"{Path.Combine(run.Folder, RunFiles.Cells)}, line 2: {message}; restore the line, or run the experiment again.",
            Assert.Throws<InputException>(() => run.Results).Message
        );
    }

    static FakeRun Excluded(params (string A, string ValueA, string B, string ValueB)[] excluded)
    {
        var definition = FakeExperiment.Of([
            FakeExperiment.Axis("Dcr.Layer", 1, 2),
            FakeExperiment.Axis("Dcr.Steps", excluded.Length == 0 ? [10, 20] : [10, 20, 30]),
        ]);
        if (excluded.Length == 0)
            excluded = [("Dcr.Layer", "2", "Dcr.Steps", "20")];
        var run = new FakeRun(
            definition with
            {
                Exclusions = [.. excluded.Select(e => new Dictionary<string, string> { [e.A] = e.ValueA, [e.B] = e.ValueB })],
            }
        );
        // The made-up outcomes depend on the layer alone; here the steps count too.
        RewrittenRun.Tasks(
            run,
            (cell, task) =>
                task.Class != PromptClass.SeeminglyToxic || cell.Values.GetValueOrDefault("Dcr.Steps") != "20"
                    ? task
                    : task with
                    {
                        Items = [.. task.Items.Select(i => i.With(Verdict.Refuses))],
                    }
        );
        return run;
    }
}
