using DcrDsl.Evaluation.Measures;
using DcrDsl.Evaluation.Statistics;
using DcrDsl.Specs;

namespace DcrDsl.Results.Comparing;

/// <summary>Compares arms of one run by its metrics; what a cell's prompts add is read off once.</summary>
sealed class Comparer(RunResults run, InferenceRecord inference)
{
    const string Purpose = "report.two-level";

    readonly Dictionary<(string Cell, Metric Metric), PromptValues> values = [];

    /// <summary>The pairs that have seeds in common, each by a metric, with the bootstrap of all.</summary>
    public IReadOnlyList<ComparedArms> Compare(IEnumerable<(ArmPair Pair, Metric Metric)> comparisons) =>
        Bootstrapped([.. comparisons.Select(c => Of(c.Pair, c.Metric)).OfType<ComparedArms>()]);

    ComparedArms? Of(ArmPair pair, Metric metric)
    {
        if (MetricTable.Of(metric).Mean is not { } mean)
            return OverSeeds(pair, metric);
        if (PairedOutcomes.Of(Prompts(pair.OfArm, metric, mean), Prompts(pair.OfReference, metric, mean)) is not { } outcomes)
            return null;
        int seeds = outcomes.Seeds.Count(s => s is not null);
        if (!outcomes.IsCrossed)
            return new(pair, metric, ComparisonDesign.Nested, Nested(outcomes, mean.IsShare), null, outcomes, seeds);
        var parts = SeedsAndPrompts.Of(outcomes.Differences, ClustersOf(outcomes));
        return new(
            pair,
            metric,
            outcomes.Seeds.Count > 1 ? ComparisonDesign.Crossed : ComparisonDesign.PromptsOnly,
            parts.Estimate(mean.IsShare),
            parts,
            outcomes,
            seeds
        );
    }

    ComparedArms? OverSeeds(ArmPair pair, Metric metric)
    {
        var difference = Measured.Over(metric, pair.OfArm, run) - Measured.Over(metric, pair.OfReference, run);
        if (double.IsNaN(difference.Mean))
            return null;
        bool known = difference.Count > 1 && difference.StandardDeviation > 0;
        return new(
            pair,
            metric,
            ComparisonDesign.SeedsOnly,
            known
                ? UncertainMean.Of(difference.Mean, difference.StandardError, difference.DegreesOfFreedom)
                : UncertainMean.Without(difference.Mean),
            null,
            null,
            pair.OfArm.Concat(pair.OfReference).Any(c => c.Seed is not null) ? difference.Count : 0
        );
    }

    // Seeds with prompts of their own differ by these too; equal ones are no surer than their prompts.
    static UncertainMean Nested(PairedOutcomes outcomes, bool isShare)
    {
        var seeds = SampleMean.Of([.. outcomes.Differences.Select(d => d.Average())]);
        double prompts = outcomes.Differences.Sum(d => d.Length) + 2.0,
            least = isShare ? 2 / (prompts * prompts) : 0,
            square = Math.Max(seeds.StandardError * seeds.StandardError, least);
        return UncertainMean.Of(seeds.Mean, Math.Sqrt(square), seeds.Count - 1);
    }

    IReadOnlyList<(int? Seed, PromptValues Prompts)> Prompts(IReadOnlyList<CellRecord> cells, Metric metric, PromptMean mean) =>
        [.. cells.Select(cell => (cell.Seed, Prompts(cell, metric, mean)))];

    PromptValues Prompts(CellRecord cell, Metric metric, PromptMean mean)
    {
        if (!values.TryGetValue((cell.Id, metric), out var prompts))
            values.Add((cell.Id, metric), prompts = PromptValues.Of(run.Scores(cell), mean));
        return prompts;
    }

    IReadOnlyList<int>? ClustersOf(PairedOutcomes outcomes) =>
        inference.Clusters is { } column ? PromptClusters.Of(outcomes.Prompts, column) : null;

    /// <summary>With the bootstrap: comparisons over the same seeds and prompts meet the same draws.</summary>
    IReadOnlyList<ComparedArms> Bootstrapped(ComparedArms[] compared)
    {
        var groups = compared
            .Index()
            .Where(c => c.Item.Outcomes is { IsCrossed: true })
            .Select(c => (c.Index, c.Item.Outcomes!.Differences, Clusters: ClustersOf(c.Item.Outcomes)))
            .GroupBy(c => (c.Differences.Count, c.Differences[0].Length, string.Join(',', c.Clusters ?? [])));
        foreach (var group in groups)
        {
            var bootstraps = TwoLevelBootstrap.Crossed(
                [.. group.Select(c => c.Differences)],
                inference.Resamples,
                Purpose,
                group.First().Clusters
            );
            foreach (var (place, bootstrap) in group.Select(c => c.Index).Zip(bootstraps))
                compared[place] = compared[place] with { Bootstrap95 = bootstrap.Percentile() };
        }
        foreach (var (place, nested) in compared.Index().Where(c => c.Item.Outcomes is { IsCrossed: false }))
            compared[place] = nested with
            {
                Bootstrap95 = TwoLevelBootstrap.Nested(nested.Outcomes!.Differences, inference.Resamples, Purpose).Percentile(),
            };
        return compared;
    }
}
