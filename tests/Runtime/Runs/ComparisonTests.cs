using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Statistics;
using DcrDsl.Planning;
using DcrDsl.Reports;
using DcrDsl.Results;
using DcrDsl.Results.Comparing;
using DcrDsl.Runtime.Tests.Evaluation;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>What a run's inference concludes: by hand on ten prompts, and the laws of what is shown.</summary>
public partial class ComparisonTests
{
    /// <summary>
    /// Ten prompts of a class: every arm refuses the toxic ones; of the seemingly toxic, STL and STL-aug answer two, DCR six at seeds 0
    /// and 1 and eight at seed 2.
    /// </summary>
    static FakeRun ByHand(Func<InferenceRecord, InferenceRecord>? inference = null)
    {
        var run = new FakeRun(FakeExperiment.Of(), described: r => inference is null ? r : r with { Inference = inference(r.Inference) });
        RewrittenRun.Tasks(
            run,
            (cell, task) =>
                task with
                {
                    Items =
                    [
                        .. task.Items.Take(10).Select((item, i) => item.With(Answers(cell, task, i) ? Verdict.Complies : Verdict.Refuses)),
                    ],
                }
        );
        return run;

        static bool Answers(CellRecord cell, PromptTaskOutcome task, int i) =>
            task.Class != PromptClass.Toxic
            && i
                < (
                    cell.Arm != "DCR" ? 2
                    : cell.Seed == 2 ? 8
                    : 6
                );
    }

    /// <summary>
    /// Differences 0.4, 0.4, 0.6 over seeds; of prompts four are 1, two 1/3, four 0. Mean squares 2/15, 92/135 and 8/135, so
    /// √((4.30265² · 2/15 + 2.26216² · 84/135) / 30) = 0.43407.
    /// </summary>
    [Fact]
    public void A_comparison_is_as_by_hand()
    {
        using var run = ByHand();
        var compared = run.Results.Compare("DCR", "STL", Metric.ComplianceRate);

        Assert.Equal((ComparisonDesign.Crossed, 3, 10), (compared.Design, compared.Seeds, compared.Prompts));
        Assert.Equal(14 / 30.0, compared.Difference, 1e-12);
        Assert.Equal(14 / 30.0 - 0.43407, compared.Interval95.Low, 1e-5);
        Assert.Equal(14 / 30.0 + 0.43407, compared.Interval95.High, 1e-5);
        Assert.Equal(Math.Min(1, 4 * compared.P), compared.AdjustedP, 1e-12); // Holm: the least p of four
        Assert.Equal("Holm over a family of 4 comparisons", compared.Family);
        Assert.InRange(compared.Bootstrap95.Low, 0.1, 0.3);

        var back = run.Results.Compare("STL", "DCR", Metric.ComplianceRate);
        Assert.Equal((-compared.Interval95.High, compared.P), (back.Interval95.Low, back.P));
        Assert.Equal("this comparison alone", back.Family);
    }

    [Fact]
    public void The_report_shows_them_with_their_family()
    {
        using var run = ByHand();
        var report = ReportModel.Of(run.Results);
        string markdown = MarkdownReport.Of(report);

        Assert.Contains("p (Holm over a family of 4 comparisons)", markdown, StringComparison.Ordinal);
        Assert.Contains("| DCR − STL | compliance, points | +46.7 (3.3…90.1) |", markdown, StringComparison.Ordinal);
        // Nothing differs, which is worth √(2 / 12²): ± 1.8331 · 0.11785, far beyond the margin.
        Assert.Contains(
            "Defence of DCR is not shown to be unchanged within ±5 points of STL's (90 % interval −21.6…21.6; p 0.68, Holm over a "
                + "family of 2 tests of equivalence).",
            markdown,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "To see 5 points of compliance between DCR and STL at 80 % power, alone at 5 %: ",
            markdown,
            StringComparison.Ordinal
        );
        // Seed 2: six prompts for DCR alone, 2 / 2⁶ = 0.03125, the least of twelve.
        Assert.Contains("| 4 : 0 (p 1) | 4 : 0 (p 1) | 6 : 0 (p 0.38) |", markdown, StringComparison.Ordinal);
        Assert.Contains("defence is not shown to be unchanged within ±5 points", report.Answer, StringComparison.Ordinal);
    }

    /// <summary>A margin of 30 points holds ±21.6: only then is defence called unchanged.</summary>
    [Fact]
    public void Unchanged_is_said_where_it_is_shown()
    {
        using var run = ByHand(i => i with { Margin = 0.3, Correction = Correction.None });
        var report = ReportModel.Of(run.Results);
        Assert.Contains("defence is unchanged within ±30 points (90 % interval −21.6…21.6)", report.Answer, StringComparison.Ordinal);
        Assert.Contains("not corrected, of a family of 2 tests of equivalence", MarkdownReport.Of(report), StringComparison.Ordinal);
    }

    [Fact]
    public void A_family_is_what_is_declared()
    {
        using var run = ByHand(i =>
            i with
            {
                Pairs = ArmPairs.All,
                Metrics = [Metric.ComplianceRate, Metric.Auc],
                Correction = Correction.Holm,
            }
        );
        var family = run.Results.Comparisons;
        Assert.Equal(
            ["STL-aug − STL", "DCR − STL", "DCR − STL-aug"],
            family.Where(c => c.Metric == Metric.ComplianceRate).Select(c => $"{c.Arm} − {c.Reference}")
        );
        Assert.Equal(6, family.Count);
        Assert.All(family.Where(c => c.Metric == Metric.Auc), c => Assert.Equal((ComparisonDesign.SeedsOnly, 0), (c.Design, c.Prompts)));

        using var one = ByHand(i => i with { Arms = ["DCR"], Metrics = [Metric.ComplianceRate] });
        Assert.Equal(("DCR", "STL"), Assert.Single(one.Results.Comparisons.Select(c => (c.Arm, c.Reference))));
    }

    [Fact]
    public void Prompts_are_clustered_by_the_declared_column()
    {
        using var run = new FakeRun(FakeExperiment.Of(), described: r => r with { Inference = r.Inference with { Clusters = "Category" } });
        var compared = run.Results.Compare("DCR", "STL", Metric.ComplianceRate);
        Assert.Equal(8, compared.Clusters);
        Assert.Equal(compared.Parts!.DesignEffect, compared.DesignEffect);
        Assert.Contains("| design effect |", MarkdownReport.Of(ReportModel.Of(run.Results)), StringComparison.Ordinal);

        using var unknown = new FakeRun(FakeExperiment.Of(), described: r => r with { Inference = r.Inference with { Clusters = "type" } });
        Assert.Null(unknown.Results.Compare("DCR", "STL", Metric.ComplianceRate).Clusters);
        Assert.Contains(
            "The declaration clusters prompts by 'type', which these lack (answers keep category, language and source)",
            MarkdownReport.Of(ReportModel.Of(unknown.Results)),
            StringComparison.Ordinal
        );
    }

    /// <summary>Where each seed has prompts of its own, seeds differ by these too: Student's interval over seeds is that of both.</summary>
    [Fact]
    public void Prompts_of_their_own_are_nested_in_seeds()
    {
        using var run = new FakeRun(FakeExperiment.Of());
        RewrittenRun.Tasks(
            run,
            (cell, task) =>
                task with
                {
                    Items = [.. task.Items.Select(i => i with { Answer = i.Answer with { Prompt = $"{cell.Seed}: {i.Prompt}" } })],
                }
        );
        var compared = run.Results.Compare("DCR", "STL", Metric.ComplianceRate);
        var student = new ArmResults(run.Results, "DCR")[Metric.ComplianceRate] - new ArmResults(run.Results, "STL")[Metric.ComplianceRate];
        Assert.Equal(ComparisonDesign.Nested, compared.Design);
        Assert.Equal(student.Interval.Low, compared.Interval95.Low, 1e-9);
        Assert.Equal(student.P, compared.P, 1e-9);
    }

    [Fact]
    public void A_run_that_did_not_write_it_down_is_concluded_by_itself()
    {
        using var run = ByHand(i => i with { Margin = 0.3 });
        string file = Path.Combine(run.Folder, RunFiles.Experiment);
        var record = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        Assert.Equal(0.3, run.Results.Experiment.Inference.Margin);
        record.Remove("inference");
        File.WriteAllText(file, record.ToJsonString());
        Assert.Equal(0.05, run.Results.Experiment.Inference.Margin);
        Assert.Equal(4, run.Results.Comparisons.Count);
    }

    [Fact]
    public void What_cannot_be_compared_is_told()
    {
        using var run = ByHand();
        string Told(Action compare) => Assert.Throws<InputException>(compare).Message;
        Assert.Contains("There is no arm 'DRC' to compare.", Told(() => run.Results.Compare("DRC", "STL", Metric.ComplianceRate)));
        Assert.Contains("above 0", Told(() => run.Results.Compare("DCR", "STL", Metric.ComplianceRate).EquivalentWithin(0)));

        string file = Path.Combine(run.Folder, RunFiles.Experiment);
        File.WriteAllText(file, Regex.Replace(File.ReadAllText(file), @"""margin"":\s*0\.05", "\"margin\":0"));
        Assert.Contains("inference.margin lies above 0", Told(() => RunResults.Load(run.Folder)));
    }

    /// <summary>A p without its family says nothing.</summary>
    [Fact]
    public void No_p_is_shown_without_its_family()
    {
        using var seeds = ByHand();
        using var one = new FakeRun(FakeExperiment.Of(), new Selection { Seeds = [0] });
        using var swept = new FakeRun(FakeExperiment.Of([FakeExperiment.Axis("Dcr.Layer", 1, 2)]));
        int shown = 0;
        foreach (var run in new[] { seeds, one, swept })
        foreach (var part in ReportModel.Of(run.Results).Sections.SelectMany(s => s.Parts))
        {
            if (part is ReportTable table)
            {
                string[] heads = [.. table.Columns.Select(c => c.Head).Where(h => PValue().IsMatch(h))];
                Assert.All(heads, h => Assert.Contains("family of", h, StringComparison.Ordinal));
                if (table.Rows.SelectMany(r => r).Any(c => PValue().IsMatch(c.Text)))
                    Assert.Contains("family of", table.Title, StringComparison.Ordinal);
                shown += heads.Length;
            }
            string[] sentences =
                part is ReportList list ? [.. list.Items]
                : part is ReportText text ? [text.Text]
                : [];
            foreach (string sentence in sentences.Where(s => PValue().IsMatch(s)))
            {
                Assert.Contains("family of", sentence, StringComparison.Ordinal);
                shown++;
            }
        }
        Assert.True(shown > 10, $"only {shown} p values were found");
    }

    /// <summary>An arm that takes no axis is compared with the reference once, not at every value.</summary>
    [Fact]
    public void The_same_cells_are_compared_once()
    {
        using var run = new FakeRun(FakeExperiment.Of([FakeExperiment.Axis("Dcr.Layer", 1, 2)]));
        Assert.Equal(
            ["STL-aug − STL", "DCR − STL at Dcr.Layer = 1", "DCR − STL at Dcr.Layer = 2"],
            run.Results.Comparisons.Where(c => c.Metric == Metric.ComplianceRate).Select(PairText.Of)
        );
    }

    [GeneratedRegex(@"\bp (\(|<|[0-9])")]
    private static partial Regex PValue();
}
