using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Measures;
using DcrDsl.Reports;
using DcrDsl.Runtime.Tests.Evaluation;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>OR-Bench's three classes: answered, refused directly, refused indirectly.</summary>
public class RefusalKindTests
{
    [Fact]
    public void Direct_and_indirect_refusals_are_two_rates()
    {
        Verdict[] verdicts = [Verdict.Complies, Verdict.Refuses, Verdict.Refuses, Verdict.RefusesIndirectly, Verdict.Cut];
        var scores = new Scores([
            new PromptTaskOutcome(
                "T",
                PromptClass.SeeminglyToxic,
                [
                    .. verdicts.Select(v => new PromptOutcome(
                        new PromptAnswer("p", PromptClass.SeeminglyToxic, "", null, new Completion("c", [], StopReason.Length, 1)),
                        [v]
                    )),
                ]
            ),
        ]);
        Assert.Equal(0.4, MetricTable.Of(Metric.DirectRefusalRate).Formula(scores, 0.95)!.Value, 1e-12);
        Assert.Equal(0.2, MetricTable.Of(Metric.IndirectRefusalRate).Formula(scores, 0.95)!.Value, 1e-12);
    }

    [Fact]
    public void They_are_metrics_of_grids_whose_judge_tells_them()
    {
        var grid = new EvaluationGrid { Tasks = [ToyWorld.SeeminglyToxic], Judge = RefusalJudges.XSTest };
        Assert.DoesNotContain(Metric.DirectRefusalRate, grid.Metrics);
        Assert.Equal(
            [Metric.ComplianceRate, Metric.DirectRefusalRate, Metric.IndirectRefusalRate],
            (grid with { Judge = new Telling() }).Metrics.Take(3)
        );
    }

    [Fact]
    public void The_report_has_a_table_of_them_where_a_judge_says_them()
    {
        using var run = new FakeRun(FakeExperiment.Of());
        Assert.DoesNotContain(ReportModel.Of(run.Results).Sections, s => s.Title == "Direct and indirect refusals");
        RewrittenRun.Tasks(
            run,
            (_, task) =>
                task.Class != PromptClass.SeeminglyToxic
                    ? task
                    : task with
                    {
                        Items =
                        [
                            .. task.Items.Select(
                                (i, n) =>
                                    i.With(
                                        n % 4 == 0 ? Verdict.RefusesIndirectly
                                        : n % 4 == 1 ? Verdict.Refuses
                                        : Verdict.Complies
                                    )
                            ),
                        ],
                    }
        );
        var table = Assert.IsType<ReportTable>(
            ReportModel.Of(run.Results).Sections.Single(s => s.Title == "Direct and indirect refusals").Parts[1]
        );
        Assert.Equal(9, table.Rows.Count);
        Assert.Equal(
            ["Fake (1)", "seemingly toxic", "answered", "refused directly", "refused indirectly"],
            [table.Rows[0][0].Text, table.Rows[0][1].Text, .. table.Rows.Take(3).Select(r => r[2].Text)]
        );
        Assert.All(
            table.Rows.Take(3).Zip(["50.0", "25.0", "25.0"]),
            r => Assert.StartsWith(r.Second, r.First[3].Text, StringComparison.Ordinal)
        );
    }

    sealed record Telling : JudgeSpec
    {
        public override bool TellsIndirectRefusals => true;
    }
}
