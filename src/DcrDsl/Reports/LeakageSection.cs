using System.Globalization;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Leaking;
using DcrDsl.Evaluation.Statistics;
using DcrDsl.Execution.Leaking;
using DcrDsl.Results;
using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Reports;

/// <summary>
/// Prompts of tasks that stand in what stages train on: how many, by kind, task and source, which, and what the numbers are without them.
/// </summary>
static class LeakageSection
{
    // Of each kind, task and source.
    const int Shown = 3;

    /// <summary>The front: how many, and the metrics with and without them.</summary>
    public static IEnumerable<ReportSection> Of(RunResults run, IReadOnlyList<ReportBlock> blocks)
    {
        if (run.Leakage is not { } found || found.Overlaps.Count == 0)
            yield break;
        var parts = new List<ReportPart>
        {
            new ReportText(LeakageText.Summary(found) + " " + Rule(found.Compared)),
            Table(found, run.Experiment.Command),
        };
        foreach (var block in blocks)
            parts.AddRange(LeakageTables.Of(run, block, found));
        yield return new ReportSection("Leakage", parts, SectionPlace.Front);
    }

    /// <summary>The back: the first pairs, similarities, and what was not compared.</summary>
    public static IEnumerable<ReportSection> Pairs(RunResults run)
    {
        if (run.Leakage is not { } found)
            yield break;
        var parts = new List<ReportPart>();
        if (found.Overlaps.Count == 0)
            parts.Add(new ReportText(LeakageText.Summary(found) + " " + Rule(found.Compared)));
        else
        {
            parts.Add(new ReportList(First(found, Shown)));
            parts.Add(new ReportText($"{RunFiles.Leakage} lists all {Numbers.Of(found.Overlaps.Count, 0)}, with both places."));
        }
        if (found.Neighbours.Count > 0)
            parts.Add(Similarities(found, run.Experiment.Command));
        if (found.Compared.NotCompared.Count > 0)
            parts.Add(new ReportList(found.Compared.NotCompared));
        yield return new ReportSection("Prompts that are trained on and measured on", parts, SectionPlace.Folded);
    }

    /// <summary>How many prompts overlap, by task and source; pairs of these without any are left out.</summary>
    public static ReportTable Table(FoundLeakage found, string command)
    {
        var kinds = LeakageText.Kinds(found.Compared);
        return new ReportTable(
            "Prompts that are measured on and stand in what is trained on, each by its closest kind",
            [
                ReportColumn.Words("task"),
                ReportColumn.Words("source"),
                .. kinds.Select(k => new ReportColumn(k.Head)),
                new("of prompts"),
                new("against"),
            ],
            [
                .. from pair in found.Compared.Pairs
                let own = found.Overlaps.Where(o => o.Task == pair.Task && o.Source == pair.Source).ToList()
                where own.Count > 0
                select (IReadOnlyList<ReportCell>)
                    [
                        pair.Task + (pair.InDistribution ? ", in-distribution as said" : ""),
                        pair.Source + (pair.Watched ? ", watched" : ""),
                        .. kinds.Select(k => (ReportCell)Numbers.Of(own.Count(o => o.Kind == k.Kind), 0)),
                        Numbers.Of(pair.Evaluated, 0),
                        Numbers.Of(pair.Trained, 0),
                    ],
            ],
            command
        );
    }

    /// <summary>The first pairs of each kind, task and source, in words.</summary>
    public static IReadOnlyList<string> First(FoundLeakage found, int shown, int most = int.MaxValue)
    {
        string[] lines =
        [
            .. found
                .Overlaps.GroupBy(o => (o.Task, o.Source, o.Kind))
                .OrderBy(g => g.Key.Kind)
                .SelectMany(g =>
                    g.Take(shown)
                        .Select(LeakageText.Of)
                        .Concat(
                            g.Count() > shown
                                ? [$"… and {English.Count(g.Count() - shown, "other")} of {g.Key.Task} in {g.Key.Source}"]
                                : Array.Empty<string>()
                        )
                ),
        ];
        return lines.Length <= most ? lines : [.. lines.Take(most), "\u2026"];
    }

    static string Rule(LeakageRecord compared) =>
        string.Join(
            " ",
            compared.Rules.Select(r =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"A prompt overlaps if its text, its words, or {r.Words} of them in a row (of a prompt of {(r.Words + 1) / 2} to "
                        + $"{r.Words - 1} words all) stand in a training text; words in more than {r.CommonIn} different training texts "
                        + $"do not count."
                )
            )
        );

    static ReportTable Similarities(FoundLeakage found, string command) =>
        new(
            "Cosine of each prompt and its nearest training prompt, by the base model's hidden states",
            [
                ReportColumn.Words("task"),
                new("prompts"),
                new("5 %"),
                new("median"),
                new("95 %"),
                new("highest"),
                ReportColumn.Words("the nearest pair"),
            ],
            [
                .. found
                    .Neighbours.GroupBy(n => n.Task)
                    .Select(g =>
                    {
                        double[] sorted = [.. g.Select(n => n.Similarity).Order()];
                        var nearest = g.MaxBy(n => n.Similarity)!;
                        return (IReadOnlyList<ReportCell>)
                            [
                                g.Key,
                                Numbers.Of(sorted.Length, 0),
                                Numbers.Of(Quantile(sorted, 0.05), 3),
                                Numbers.Of(Quantile(sorted, 0.5), 3),
                                Numbers.Of(Quantile(sorted, 0.95), 3),
                                Numbers.Of(sorted[^1], 3),
                                $"{nearest.Evaluated.Origin} (\u201c{LeakageText.First(nearest.Evaluated.Text)}\u201d) and "
                                    + $"{nearest.Trained.Origin} (\u201c{LeakageText.First(nearest.Trained.Text)}\u201d) of "
                                    + nearest.Source,
                            ];
                    }),
            ],
            command
        );

    static double Quantile(double[] sorted, double share) => sorted[(int)Math.Round(share * (sorted.Length - 1))];
}
