using DcrDsl.Evaluation.Statistics;
using DcrDsl.Results;
using DcrDsl.Results.Comparing;
using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Reports;

/// <summary>
/// The comparisons of the declared family, with intervals for other seeds and other prompts and p values that are corrected together;
/// whether defence is unchanged; and what the next run needs.
/// </summary>
static class ComparisonSection
{
    public static IEnumerable<ReportSection> Of(RunResults run)
    {
        if (run.Experiment.Metrics.Count == 0 || run.Concluded is not { Family: { Count: > 0 } family } concluded)
            yield break;
        string[] sentences = [.. concluded.Defence.Select(DefenceText.Of), .. NextRunPart.Of(run, family)];
        yield return new ReportSection(
            "Comparisons",
            [
                new ReportText(About(run, family)),
                Table(run, family),
                .. ClusterPart.Of(run, concluded),
                .. sentences.Length > 0 ? [new ReportList(sentences)] : Array.Empty<ReportPart>(),
            ],
            SectionPlace.Front
        );
    }

    static string About(RunResults run, IReadOnlyList<ComparedArms> family)
    {
        var inference = run.Experiment.Inference;
        string pairs = inference.Pairs == ArmPairs.All ? "each arm with each" : "each arm with the reference",
            arms = inference.Arms.Count > 0 ? $", of {English.List(inference.Arms)}" : "",
            metrics = English.List([.. RunComparisons.MetricsOf(run).Select(m => MetricText.Of(m, run).Name)]);
        return $"The family is {pairs}{arms}, by {metrics}: {English.Count(family.Count, "comparison")}"
            + $"{(family.Any(c => c.Values.Count > 0) ? " at all values of the axes" : "")}. "
            + string.Concat(family.Select(c => c.Design).Distinct().Order().Select(d => Design(d) + ". "))
            + Corrected(inference.Correction)
            + " What is not in the family is not tested.";
    }

    static string Design(ComparisonDesign design) =>
        design switch
        {
            ComparisonDesign.Crossed => "Every seed has the same prompts (crossed), and intervals are for other seeds and other prompts",
            ComparisonDesign.Nested => "Each seed has prompts of its own (nested), so that intervals over seeds are for other prompts too",
            ComparisonDesign.PromptsOnly => "Where one seed stands alone, intervals are for other prompts and say nothing of another seed",
            _ => "Of metrics that are no mean over prompts, intervals are for other seeds with these prompts",
        };

    static string Over(IReadOnlyList<ComparedArms> family) =>
        family.All(c => c.Design == ComparisonDesign.PromptsOnly) ? "over prompts"
        : family.All(c => c.Design == ComparisonDesign.SeedsOnly) ? "over seeds"
        : "over seeds and prompts";

    static string Corrected(Correction correction) =>
        correction switch
        {
            Correction.None => "Its p values are not corrected for being many: of 20 true nulls one is expected at or below 0.05.",
            Correction.BenjaminiHochberg =>
                "Its p values are corrected by Benjamini and Hochberg's procedure: of those at or below 0.05 at most 5 % are "
                    + "expected to be "
                    + "false.",
            _ => $"Its p values are corrected by {correction}'s procedure: the chance of any false one at or below 0.05 is at most 5 %.",
        };

    static ReportTable Table(RunResults run, IReadOnlyList<ComparedArms> family)
    {
        string command = run.Experiment.ReportCommand;
        return new(
            $"Differences with their 95 % intervals, {Over(family)}, and p values of no difference" + JudgeText.After(run),
            [
                ReportColumn.Words("comparison"),
                ReportColumn.Words("metric"),
                new("difference"),
                new("two-level bootstrap"),
                new($"p ({family[0].Family})"),
                new($"p (alone, of a family of {Numbers.Of(family.Count, 0)})"),
                new("seeds"),
                new("prompts"),
            ],
            [
                .. family.Select(c =>
                {
                    var text = MetricText.Of(c.Metric, run);
                    return (IReadOnlyList<ReportCell>)
                        [
                            PairText.Of(c),
                            new(text.DifferenceHead, text.Meaning),
                            $"{text.Difference(c.Difference)} ({text.Interval(c.Interval95)})",
                            text.Interval(c.Bootstrap95),
                            PValueText.Of(c.AdjustedP),
                            PValueText.Of(c.P),
                            c.Seeds == 0 ? Numbers.Undefined : Numbers.Of(c.Seeds, 0),
                            c.Prompts == 0 ? Numbers.Undefined
                            : c.Clusters is { } clusters ? $"{Numbers.Of(c.Prompts, 0)} in {Numbers.Of(clusters, 0)}"
                            : Numbers.Of(c.Prompts, 0),
                        ];
                }),
            ],
            command
        );
    }
}
