using System.Globalization;
using DcrDsl.Results;

namespace DcrDsl.Reports;

/// <summary>The loss of every stage run over its steps.</summary>
static class TrainingSection
{
    // Losses that fall by more than this factor are shown on a logarithmic axis.
    const double WideRange = 20;

    public static IEnumerable<ReportSection> Of(RunResults run)
    {
        StageRunRecord[] trained = [.. run.StageRuns.Where(r => r.Log.Count > 1)];
        if (trained.Length == 0)
            yield break;
        int?[] seeds = [.. trained.Select(r => r.Seed).Distinct().Order()];
        yield return new ReportSection(
            "Training",
            [
                new LineChart(
                    "Loss over steps, a line for each stage run",
                    [.. trained.GroupBy(r => (r.Stage, r.Kind)).Select(g => Panel(g.Key.Stage, g.Key.Kind, [.. g], seeds))],
                    [
                        .. seeds
                            .Index()
                            .Select(s =>
                                (s.Index, s.Item is { } seed ? string.Create(CultureInfo.InvariantCulture, $"seed {seed}") : "no seed")
                            ),
                    ],
                    SeriesAreSeeds: true
                ),
            ]
        );
    }

    static LinePanel Panel(string stage, string kind, StageRunRecord[] runs, int?[] seeds)
    {
        double low = runs.Min(r => r.Log.Min(e => e.Loss)),
            high = runs.Max(r => r.Log.Max(e => e.Loss));
        return new LinePanel(
            $"{stage} ({kind})",
            "step",
            [],
            [
                .. runs.OrderBy(r => r.Seed)
                    .Select(r => new ChartLine(Array.IndexOf(seeds, r.Seed), r.Id, [.. r.Log.Select(e => new ChartPoint(e.Step, e.Loss))])),
            ],
            low > 0 ? null : Math.Min(0, low),
            null,
            low > 0 && high / low > WideRange
        );
    }
}
