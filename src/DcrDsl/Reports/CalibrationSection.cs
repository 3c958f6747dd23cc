using DcrDsl.Evaluation.Measures;
using DcrDsl.Evaluation.Statistics;
using DcrDsl.Results;
using DcrDsl.Wording;

namespace DcrDsl.Reports;

/// <summary>Where a person has labelled completions: how right the judges are, and the metrics corrected for their errors.</summary>
static class CalibrationSection
{
    public static IEnumerable<ReportSection> Of(RunResults run, IReadOnlyList<ReportBlock> blocks)
    {
        var judges = run.Calibrations;
        if (judges.Count == 0)
            yield break;
        var own = judges[0];
        var corrected = run.Experiment.Metrics.Where(m => MetricTable.Of(m).IsJudged).ToDictionary(m => m, own.Errors);
        var shown = corrected.Where(c => c.Value.Fault is null).ToList();
        yield return new ReportSection(
            "Judges against labels",
            [
                new ReportText(
                    $"A person has labelled {English.Count(own.Labelled, "completion")}"
                        + (own.Unclear == 0 ? "" : $" and could not decide on {English.Count(own.Unclear, "other")}, left out here")
                        + ", without seeing arm, judge or verdict. Precision: of the completions that have a verdict from the judge, the "
                        + "share that has it from the person; recall: of those that have it from the person, the share that has it from "
                        + "the judge. In brackets stand Wilson's 95 % intervals."
                ),
                Classes(run, judges),
                new ReportList([
                    .. corrected.Values.Select(e => e.Fault).OfType<string>(),
                    .. shown.Count == 0
                        ? (string[])[]
                        :
                        [
                            $"Metrics by {own.Judge} are corrected for its errors by the formula of Rogan and Gladen, with the interval of "
                                + "Lang and Reiczigel, over prompts, and clipped to 0 to 100 %. The errors are those on the metric's own "
                                + "prompts over all arms: it is taken that the judge errs alike on each arm.",
                        ],
                ]),
                .. shown.Count == 0 ? (ReportPart[])[] : [Errors(run, shown), .. blocks.Select(b => Corrected(run, b, shown))],
            ]
        );
    }

    static ReportTable Classes(RunResults run, IReadOnlyList<JudgeCalibration> judges) =>
        new(
            "Precision and recall by verdict, in %",
            [
                ReportColumn.Words("judge"),
                ReportColumn.Words("verdict"),
                new("by the judge"),
                new("by the person"),
                new("precision"),
                new("recall"),
            ],
            [
                .. judges.SelectMany(judge =>
                    judge.Classes.Select(c =>
                        (IReadOnlyList<ReportCell>)
                            [
                                judge.Judge,
                                English.Words(c.Verdict.ToString()),
                                Numbers.Of(c.Judged, 0),
                                Numbers.Of(c.Labelled, 0),
                                Percent(c.Precision, c.PrecisionInterval95),
                                Percent(c.Recall, c.RecallInterval95),
                            ]
                    )
                ),
            ],
            run.Experiment.ReportCommand
        );

    static ReportTable Errors(RunResults run, IReadOnlyList<KeyValuePair<Specs.Metric, JudgeErrors>> metrics) =>
        new(
            "Errors of the judge by metric, in %",
            [ReportColumn.Words("metric"), new("sensitivity"), new("specificity")],
            [
                .. metrics.Select(m =>
                    (IReadOnlyList<ReportCell>)
                        [
                            new(MetricText.Of(m.Key, run).Head, MetricText.Of(m.Key, run).Meaning),
                            Percent(m.Value.Sensitivity, m.Value.SensitivityInterval95),
                            Percent(m.Value.Specificity, m.Value.SpecificityInterval95),
                        ]
                ),
            ],
            run.Experiment.ReportCommand
        );

    static ReportTable Corrected(RunResults run, ReportBlock block, IReadOnlyList<KeyValuePair<Specs.Metric, JudgeErrors>> metrics) =>
        new(
            $"Metrics as judged → corrected for the judge's errors, with 95 % intervals over prompts{block.At}",
            [ReportColumn.Words("metric"), .. block.Arms.Select(a => new ReportColumn(a.Arm.Name))],
            [
                .. metrics.Select(m =>
                    (IReadOnlyList<ReportCell>)
                        [
                            new(MetricText.Of(m.Key, run).Head, MetricText.Of(m.Key, run).Meaning),
                            .. block.Arms.Select(a => Cell(m.Value, a.Of(m.Key))),
                        ]
                ),
            ],
            run.Experiment.ReportCommand
        );

    static ReportCell Cell(JudgeErrors errors, SeedEstimate observed)
    {
        var share = errors.Correct(observed.Mean, observed.Prompts?.Invoke() ?? 0);
        return new($"{Numbers.Of(100 * share.Observed, 1)} → {Percent(share.Value, share.Interval95)}", share.WasClipped ? "clipped" : "");
    }

    static string Percent(double share, Interval interval) =>
        double.IsNaN(share) ? Numbers.Undefined : $"{Numbers.Of(100 * share, 1)} ({Numbers.Interval(interval.Times(100), 1)})";
}
