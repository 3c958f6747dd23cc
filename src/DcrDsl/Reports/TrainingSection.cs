using System.Globalization;
using DcrDsl.Definition;
using DcrDsl.Results;

namespace DcrDsl.Reports;

/// <summary>The loss of every stage run over its steps, and each of its terms where it is a sum.</summary>
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
                    [.. trained.GroupBy(r => (r.Stage, r.Kind)).SelectMany(g => Panels(g.Key.Stage, g.Key.Kind, [.. g], seeds))],
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

    /// <summary>The loss, and what it is the sum of where it is a sum.</summary>
    static IEnumerable<LinePanel> Panels(string stage, string kind, StageRunRecord[] runs, int?[] seeds) =>
        (runs[0].Log[^1].Terms ?? [])
            .Select(t => t.Name)
            .Select(term => Panel($"{stage}: {term}", runs, seeds, e => e.Terms?.FirstOrDefault(t => t.Name == term).Value ?? 0))
            .Prepend(Panel($"{stage} ({kind})", runs, seeds, e => e.Loss));

    static LinePanel Panel(string title, StageRunRecord[] runs, int?[] seeds, Func<TrainingLogEntry, double> value)
    {
        double low = runs.Min(r => r.Log.Min(value)),
            high = runs.Max(r => r.Log.Max(value));
        return new LinePanel(
            title,
            "step",
            [],
            [
                .. runs.OrderBy(r => r.Seed)
                    .Select(r => new ChartLine(
                        Array.IndexOf(seeds, r.Seed),
                        r.Id,
                        [.. r.Log.Select(e => new ChartPoint(e.Step, value(e)))]
                    )),
            ],
            low > 0 ? null : Math.Min(0, low),
            null,
            low > 0 && high / low > WideRange
        );
    }
}
