using DcrDsl.Evaluation.Statistics;
using DcrDsl.Results;
using DcrDsl.Results.Comparing;
using DcrDsl.Wording;

namespace DcrDsl.Reports;

/// <summary>
/// What clusters of prompts do to the errors: by the declared ones a table, and where none are declared and prompts have categories what
/// they would do.
/// </summary>
static class ClusterPart
{
    // A design effect from here on makes an interval a tenth longer.
    const double Notable = 1.2;

    public static IEnumerable<ReportPart> Of(RunResults run, RunComparisons concluded)
    {
        if (concluded.Clusters is { } note)
            yield return new ReportText(note);
        var inference = run.Experiment.Inference;
        if (inference.Clusters is null)
        {
            if (Unsaid(concluded.Family) is { } unsaid)
                yield return new ReportText(unsaid);
            yield break;
        }
        ComparedArms[] clustered = [.. concluded.Family.Where(c => c.Clusters is not null)];
        if (clustered.Length == 0)
            yield break;
        yield return new ReportTable(
            $"What clusters by {inference.Clusters} do: the standard error of the mean over prompts, as if prompts were independent and by "
                + "clusters",
            [
                ReportColumn.Words("comparison"),
                ReportColumn.Words("metric"),
                new("clusters"),
                new("independent"),
                new("clustered"),
                new("design effect"),
            ],
            [
                .. clustered.Select(c =>
                {
                    var text = MetricText.Of(c.Metric, run);
                    double error = Math.Sqrt(c.Parts!.PromptSquare / c.Parts.Seeds / c.Parts.Prompts);
                    return (IReadOnlyList<ReportCell>)
                        [
                            PairText.Of(c),
                            text.DifferenceHead,
                            Numbers.Of(c.Clusters!.Value, 0),
                            Numbers.Of(text.Factor * error / Math.Sqrt(c.DesignEffect), text.Digits + 1),
                            Numbers.Of(text.Factor * error, text.Digits + 1),
                            Numbers.Of(c.DesignEffect, 2),
                        ];
                }),
            ],
            run.Experiment.ReportCommand
        );
        if (clustered.Min(c => c.Clusters) < Few)
            yield return new ReportText(
                $"There are as few as {English.Count(clustered.Min(c => c.Clusters!.Value), "cluster")}: clustered errors from so few are "
                    + "themselves unsure, which Student's degrees of freedom (clusters less one) allow for only in part."
            );
    }

    const int Few = 10;

    static string? Unsaid(IReadOnlyList<ComparedArms> family)
    {
        var worst = family
            .Where(c => c.Outcomes is { IsCrossed: true })
            .Select(c => (Compared: c, Clusters: PromptClusters.Of(c.Outcomes!.Prompts, "category")))
            .Where(c => c.Clusters is not null && c.Clusters.Distinct().Count() is > 1 and var groups && groups < c.Clusters.Count)
            .Select(c => (c.Compared, Parts: SeedsAndPrompts.Of(c.Compared.Outcomes!.Differences, c.Clusters)))
            .Where(c => c.Parts.DesignEffect >= Notable)
            .OrderByDescending(c => c.Parts.DesignEffect)
            .FirstOrDefault();
        return worst.Compared is null
            ? null
            : $"Prompts count as independent here. By their category they are not quite: of {PairText.Of(worst.Compared)} "
                + "the variance over "
                + $"prompts is {Numbers.Of(worst.Parts.DesignEffect, 1)} times as large with {worst.Parts.Clusters} "
                + "clusters. Where prompts of a "
                + "category are made from templates, declare Clusters = \"category\".";
    }
}
