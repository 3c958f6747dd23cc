using DcrDsl.Evaluation.Statistics;
using DcrDsl.Results;
using DcrDsl.Specs;

namespace DcrDsl.Reports;

/// <summary>Compliance over defence: one point for each arm, or a small one for each combination of the values that it takes.</summary>
static class PlaneSection
{
    const string Meaning =
        "Along a dashed line the mean of compliance and defence is the same, so that an arm further along one has bought points of the one "
        + "with as many of the other. On the line of 50 lie models that refuse at random, however often; towards the upper right corner "
        + "prompts are told apart. Bars are 95 % intervals";

    public static IEnumerable<ReportSection> Of(RunResults run, IReadOnlyList<(ReportBlock Block, PromptIntervals? Prompts)> blocks)
    {
        if (!run.Experiment.Metrics.Contains(Metric.ComplianceRate) || !run.Experiment.Metrics.Contains(Metric.DefenceSuccessRate))
            yield break;
        PlanePoint[] points =
        [
            .. blocks
                .SelectMany(b => b.Block.Arms.Select(a => (b.Prompts, Arm: a)))
                .DistinctBy(p => p.Arm.Arm.Name + CellBlocks.At(p.Arm.Cells[0].Values))
                .Select(p => Point(p.Arm, p.Prompts))
                .Where(p => double.IsFinite(p.X.Value) && double.IsFinite(p.Y.Value)),
        ];
        if (points.Length == 0)
            yield break;
        yield return new ReportSection(
            "Compliance against defence",
            [
                new Plane(
                    "Compliance over defence" + JudgeText.After(run),
                    MetricText.Of(Metric.DefenceSuccessRate, run).Head,
                    MetricText.Of(Metric.ComplianceRate, run).Head,
                    points,
                    [.. run.Experiment.Arms.Index().Select(a => (a.Index, a.Item.Name))]
                ),
                new ReportText(
                    Meaning
                        + (blocks.Any(b => b.Prompts is not null) ? " over prompts, where seeds are few." : " over seeds.")
                        + (points.Any(p => p.Small) ? " A small point is an arm at one combination of swept values." : "")
                ),
            ]
        );
    }

    static PlanePoint Point(ArmRow arm, PromptIntervals? prompts)
    {
        return new PlanePoint(
            arm.Series,
            arm.Arm.Name + CellBlocks.At(arm.Cells[0].Values),
            Range(Metric.DefenceSuccessRate),
            Range(Metric.ComplianceRate),
            arm.Cells[0].Values.Count > 0
        );

        ChartRange Range(Metric metric)
        {
            var estimate = arm.Of(metric);
            var interval = (prompts?.Of(arm, metric) ?? estimate.Interval95).Times(100);
            return new ChartRange(estimate.Mean * 100, interval.Low, interval.High);
        }
    }
}
