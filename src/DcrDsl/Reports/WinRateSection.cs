using DcrDsl.Data;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Preferring;
using DcrDsl.Results;
using DcrDsl.Wording;

namespace DcrDsl.Reports;

/// <summary>
/// How often completions are preferred to a reference's answers: with length taken out, how far the order in which both are shown decides,
/// and how long both are.
/// </summary>
static class WinRateSection
{
    public static IEnumerable<ReportSection> Of(RunResults run, ReportBlock block)
    {
        var found = block
            .Arms.Select(a => new Row(a, [.. a.Cells.Select(c => (run.PreferredBy(c), run.Scores(c).Preferences))]))
            .Where(r => r.By.Count > 0)
            .ToList();
        if (found.Count == 0)
            yield break;
        var asked = found.SelectMany(r => r.By).Select(b => b.Account).Aggregate((sum, next) => sum.With(next));
        string judges = English.List([.. found.SelectMany(r => r.By).Select(b => b.Judge).Distinct()]),
            against = English.List([.. found.SelectMany(r => r.By).Select(b => b.Against).Distinct()]);
        yield return new ReportSection(
            "Win rate" + block.At,
            [
                new ReportText(
                    $"The completion of each general prompt was compared with the answer of {against} by {judges}, in both orders; the win "
                        + "rate is the mean of both, a tie counts half, and 50 % is no difference. Where both say the same it is a tie, "
                        + $"where one says nothing the other wins, and nobody is asked. {JudgeAccountText.OfPairs(asked)}."
                ),
                new ReportText(
                    "Length-controlled: what a logistic regression on the difference of the lengths expects at equal lengths (Dubois "
                        + "et al., \"Length-Controlled AlpacaEval\", 2024), without that paper's term for how hard a prompt is: "
                        + "it compares with those of this report and not with a leaderboard's. Wins and losses are those of both orders "
                        + "(Zheng et al., \"Judging LLM-as-a-Judge\", 2023). Turned: the preference changed with the order, so that place "
                        + "and not answer decided; first place: how much oftener what stood first was preferred, in points."
                ),
                Table(run, block, found),
            ],
            SectionPlace.Front
        );
    }

    static ReportTable Table(RunResults run, ReportBlock block, List<Row> found) =>
        new(
            "Preferred to the reference's answers, in %, "
                + (SeedsText.Several(block.Arms) ? "mean over seeds ± half of the 95 % interval" : "at one seed")
                + ", and all pairs of all seeds by what became of them"
                + block.At,
            [
                ReportColumn.Words("arm"),
                new("win rate"),
                new("length-controlled"),
                new("pairs"),
                new("wins"),
                new("ties"),
                new("losses"),
                new("turned, %"),
                new("first place"),
                new("length"),
                new("reference's"),
            ],
            [.. found.Select(Cells)],
            run.Experiment.ReportCommand
        );

    static IReadOnlyList<ReportCell> Cells(Row row)
    {
        Preference[] all = [.. row.Pairs.SelectMany(p => p)],
            asked = [.. all.Where(p => p.Asked)];
        bool itself = row.By.All(b => b.Against == row.Arm.Arm.Name);
        return
        [
            row.Arm.Arm.Name,
            itself ? new("50 (itself)") : EstimateText.Of(row.Arm.Of(Specs.Metric.WinRate), 100, 1),
            itself ? new("50 (itself)") : EstimateText.Of(row.Arm.Of(Specs.Metric.LengthControlledWinRate), 100, 1),
            new(Numbers.Of(all.Length, 0), $"{Numbers.Of(asked.Length, 0)} of them asked about"),
            Numbers.Of(all.Count(p => p.Wins), 0),
            Numbers.Of(all.Count(p => !p.Wins && !p.Loses), 0),
            Numbers.Of(all.Count(p => p.Loses), 0),
            asked.Length == 0 ? Numbers.Undefined : Numbers.Of(100.0 * asked.Count(p => p.Turns) / asked.Length, 1),
            asked.Length == 0 ? Numbers.Undefined : Numbers.Signed(100 * asked.Average(p => p.FirstPlace), 1),
            all.Length == 0 ? Numbers.Undefined : Numbers.Of(all.Average(p => p.Length), 0),
            all.Length == 0 ? Numbers.Undefined : Numbers.Of(all.Average(p => p.ReferenceLength), 0),
        ];
    }

    sealed record Row(ArmRow Arm, IReadOnlyList<(PreferredBy? By, IReadOnlyList<Preference> Pairs)> Cells)
    {
        public IReadOnlyList<PreferredBy> By { get; } = [.. Cells.Select(c => c.By).OfType<PreferredBy>()];

        public IEnumerable<IReadOnlyList<Preference>> Pairs => Cells.Select(c => c.Pairs);
    }
}
