using System.Globalization;
using DcrDsl.Evaluation.Discerning;
using DcrDsl.Results;
using DcrDsl.Wording;

namespace DcrDsl.Reports;

/// <summary>
/// Whether refinements discerned: a sentence for each in the report's first lines, a warning where one did not, and behind the results the
/// layers among which ℓ was chosen.
/// </summary>
static class DiscernmentSection
{
    // A longer table is folded.
    const int Rows = 12;

    /// <summary>The first lines.</summary>
    public static IEnumerable<ReportSection> Of(RunResults run)
    {
        string[] lines = [.. Groups(run).SelectMany(g => Lines(run, g))];
        if (lines.Length > 0)
            yield return new ReportSection("Discernment", [new ReportList(lines)], SectionPlace.Front);
    }

    /// <summary>The layers among which ℓ was chosen.</summary>
    public static IEnumerable<ReportSection> OfLayers(RunResults run)
    {
        foreach (var runs in Groups(run))
        {
            StageRunRecord[] chosen = [.. runs.Where(r => r.Discernment!.Candidates is not null)];
            var table = Table(run, chosen);
            if (table.Rows.Count > 0)
                yield return new ReportSection(
                    $"{chosen[0].Stage}{At(chosen[0])}: which layer",
                    [table],
                    table.Rows.Count > Rows ? SectionPlace.Folded : SectionPlace.Back
                );
        }
    }

    static IEnumerable<StageRunRecord[]> Groups(RunResults run) =>
        run
            .StageRuns.Where(r => r.Discernment is not null)
            .GroupBy(r => (r.Stage, At: At(r)))
            .Select(g => g.OrderBy(r => r.Seed).ToArray());

    static IEnumerable<string> Lines(RunResults run, StageRunRecord[] runs)
    {
        DiscernmentRecord[] records = [.. runs.Select(r => r.Discernment!)];
        string layers = English.List(records.Select(r => Numbers.Of(r.Layer, 0)).Distinct(), "or");
        string over = runs.Length > 1 ? string.Create(CultureInfo.InvariantCulture, $"; means of {runs.Length} stage runs") : "";
        string arms = English.List(run.Cells.Where(c => c.StageRuns.Intersect(runs.Select(r => r.Id)).Any()).Select(c => c.Arm).Distinct());
        string name = $"{(arms.Length > 0 ? $"{arms}, " : "")}{runs[0].Stage}{At(runs[0])}";
        yield return $"{name} (ℓ = {layers}{over}): {DiscernmentText.Of(records)}.";
        foreach (var one in runs)
            if (DiscernmentText.OfStop(one.Discernment!) is { } stop)
                yield return $"{one.Id} {stop}.";
        foreach (var one in runs)
            if (DiscernmentText.Doubt(one.Discernment!) is { } why)
                yield return $"Warning: {one.Id} did not discern: {why}. What follows it shows a model that was disturbed.";
    }

    static ReportTable Table(RunResults run, StageRunRecord[] runs) =>
        new(
            "Held-out prompts by layer of the model before the refinement; chosen is the lowest layer whose probe is at most one standard "
                + "error below the best",
            [
                ReportColumn.Words("stage run"),
                new("layer"),
                new("AUC of a linear probe"),
                new("standard error"),
                new("AUC of pairs"),
                new("silhouette"),
                ReportColumn.Words("chosen"),
            ],
            [
                .. from one in runs
                from candidate in one.Discernment!.Candidates!
                select (IReadOnlyList<ReportCell>)
                    [
                        one.Id,
                        Numbers.Of(candidate.Layer, 0),
                        Numbers.Of(candidate.ProbeAuc, 3),
                        Numbers.Of(candidate.ProbeAucError, 3),
                        Numbers.Of(candidate.PairAuc, 3),
                        Numbers.Of(candidate.Silhouette, 3),
                        candidate.Layer == one.Discernment!.Layer ? "chosen" : "",
                    ],
            ],
            run.Experiment.Command
        );

    static string At(StageRunRecord run) =>
        run.Values.Count == 0 ? "" : $" at {English.List(run.Values.Select(v => $"{v.Key} = {v.Value}"))}";
}
