using System.Globalization;
using DcrDsl.Models.Interventions;
using DcrDsl.Results;
using DcrDsl.Wording;

namespace DcrDsl.Reports;

/// <summary>By what the directions of steering stages were chosen: a short table for each stage.</summary>
static class SteeringSection
{
    public static IEnumerable<ReportSection> Of(RunResults run)
    {
        ReportPart[] parts =
        [
            .. run
                .StageRuns.Where(r => r.Findings is not null)
                .GroupBy(r => (r.Stage, r.Kind, Method: r.Findings!.GetType()))
                .SelectMany(g =>
                    (IEnumerable<ReportPart>)
                        [
                            .. Directions(g.Key.Stage, [.. g.Where(r => r.Findings is DirectionSelection)], run.Experiment.Command),
                            .. Anchors(g.Key.Stage, [.. g.Where(r => r.Findings is AnchorScores)], run.Experiment.Command),
                        ]
                ),
        ];
        if (parts.Length > 0)
            yield return new ReportSection("Steering", parts);
    }

    static IEnumerable<ReportPart> Directions(string stage, StageRunRecord[] runs, string command)
    {
        if (runs.Length == 0)
            yield break;
        yield return new ReportTable(
            $"{stage}: the directions chosen on validation prompts, and those next to them; ablated they are to lower the refusal score of "
                + "over-refused prompts, and added to raise that of general ones, within the threshold of KL",
            [
                ReportColumn.Words("stage run"),
                ReportColumn.Words("direction"),
                new("position"),
                new("block"),
                new("refusal score"),
                new("before"),
                new("KL on general"),
                new("threshold"),
                ReportColumn.Words("chosen"),
            ],
            [.. runs.SelectMany(r => Rows(r, (DirectionSelection)r.Findings!))],
            command
        );
        yield return new ReportList([.. runs.Select(r => Counts(r, (DirectionSelection)r.Findings!))]);
    }

    static IEnumerable<IReadOnlyList<ReportCell>> Rows(StageRunRecord run, DirectionSelection selection) =>
        [
            .. Rows(run.Id, "ablated", selection.Ablated, selection.ScoreBefore, lowest: true),
            .. selection.Added is { } added ? Rows(run.Id, "added", added, null, lowest: false) : [],
        ];

    static IEnumerable<IReadOnlyList<ReportCell>> Rows(string run, string way, DirectionTable table, double? before, bool lowest) =>
        table
            .Candidates.Where(c => c.Fate == CandidateFate.Kept)
            .OrderBy(c => c.Rank ?? int.MaxValue)
            .ThenBy(c => lowest ? c.Score : -c.Score)
            .Take(table.Chosen.Count + DirectionTable.RunnersUp)
            .Select(c =>
                (IReadOnlyList<ReportCell>)
                    [
                        run,
                        way,
                        Numbers.Of(c.Position, 0),
                        Numbers.Of(c.Block, 0),
                        Numbers.Of(c.Score!.Value, 2),
                        before is { } score ? Numbers.Of(score, 2) : Numbers.Undefined,
                        Numbers.Of(c.Kl!.Value, 3),
                        Numbers.Of(table.KlThreshold, 3),
                        c.Rank is { } rank ? Numbers.Of(rank, 0) : "",
                    ]
            );

    static string Counts(StageRunRecord run, DirectionSelection selection)
    {
        var fates = selection.Ablated.Candidates.CountBy(c => c.Fate).ToDictionary();
        string dropped = English.List(
            new[]
            {
                (CandidateFate.KlAboveThreshold, "with KL above the threshold"),
                (CandidateFate.NoDirection, "where the classes do not differ"),
                (CandidateFate.NotFinite, "that gave no numbers"),
                (CandidateFate.Outscored, "for scoring worse than those shown"),
            }
                .Where(f => fates.ContainsKey(f.Item1))
                .Select(f => string.Create(CultureInfo.InvariantCulture, $"{fates[f.Item1]} {f.Item2}"))
        );
        string prompts = English.List(
            selection.Prompts.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Kept} of {p.Given} of {p.Name}"))
        );
        return $"{run.Id}: {English.Count(selection.Ablated.Candidates.Count, "direction")} tried"
            + $"{(dropped.Length == 0 ? "" : $", of which dropped {dropped}")}; "
            + $"prompts that the model treats as their class asks: {prompts}.";
    }

    static IEnumerable<ReportPart> Anchors(string stage, StageRunRecord[] runs, string command)
    {
        if (runs.Length > 0)
            yield return new ReportTable(
                $"{stage}: how the anchors score; at the threshold or above, a query is steered towards refusal",
                [
                    ReportColumn.Words("stage run"),
                    new("threshold"),
                    new("toxic, mean"),
                    new("at or above, %"),
                    new("harmless, mean"),
                    new("at or above, %"),
                    ReportColumn.Words("blocks steered"),
                    ReportColumn.Words("blocks scored"),
                ],
                [.. runs.Select(r => Row(r.Id, (AnchorScores)r.Findings!))],
                command
            );
    }

    static IReadOnlyList<ReportCell> Row(string run, AnchorScores scores)
    {
        return
        [
            run,
            Numbers.Of(scores.Threshold, 2),
            Numbers.Of(scores.Toxic.Average(), 3),
            Share(scores.Toxic),
            Numbers.Of(scores.General.Average(), 3),
            Share(scores.General),
            Range(scores.Steered),
            Range(scores.Scored),
        ];

        ReportCell Share(IReadOnlyList<double> of) => Numbers.Of(100.0 * of.Count(s => s >= scores.Threshold) / of.Count, 1);

        static ReportCell Range(BlockRange blocks) => string.Create(CultureInfo.InvariantCulture, $"{blocks.First} to {blocks.Last}");
    }
}
