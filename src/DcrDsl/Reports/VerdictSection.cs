using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Measures;
using DcrDsl.Evaluation.Statistics;
using DcrDsl.Results;
using DcrDsl.Results.Comparing;
using DcrDsl.Wording;

namespace DcrDsl.Reports;

/// <summary>
/// Verdicts on the same prompts, one by one (McNemar): arm against arm at each seed, and judge against judge on the same completions.
/// </summary>
static class VerdictSection
{
    /// <summary>One test: on how many prompts one side alone has it so.</summary>
    sealed record Test(string Row, string What, string Column, int OnlyFirst, int OnlySecond);

    public static IEnumerable<ReportSection> Of(RunResults run)
    {
        ReportPart[] parts =
        [
            .. Part(
                run,
                [.. run.Concluded.Family.SelectMany(c => Arms(run, c))],
                "Prompts that one arm alone has in its favour, first : second, at each seed",
                "comparison"
            ),
            .. Part(run, [.. Judges(run)], "Completions that one judge alone calls a refusal, first : second, at each seed", "judges"),
        ];
        if (parts.Length > 0)
            yield return new ReportSection(
                "Verdict by verdict",
                [
                    new ReportText(
                        "McNemar's exact test of one seed's verdicts on the same prompts: only prompts on which two sides "
                            + "differ count, and each "
                            + "falls to either side with probability ½ where they do not differ. It speaks of this one "
                            + "trained model and other "
                            + "prompts, not of other seeds: for these see the comparisons."
                    ),
                    .. parts,
                ],
                SectionPlace.Folded
            );
    }

    static IEnumerable<Test> Arms(RunResults run, ComparedArms compared)
    {
        if (MetricTable.Of(compared.Metric).Shares is null || compared.Outcomes is not { } outcomes)
            yield break;
        for (int seed = 0; seed < outcomes.Seeds.Count; seed++)
        {
            var (first, second) = McNemar.Discordant(Yes(outcomes.First[seed]), Yes(outcomes.Second[seed]));
            yield return new(PairText.Of(compared), MetricText.Of(compared.Metric, run).Name, Column(outcomes.Seeds[seed]), first, second);
        }

        static bool[] Yes(double[] values) => [.. values.Select(v => v == 1)];
    }

    static IEnumerable<Test> Judges(RunResults run)
    {
        foreach (var cell in run.Cells)
        {
            var scores = run.Scores(cell);
            PromptOutcome[] items = [.. scores.PromptTasks.SelectMany(t => t.Items)];
            if (items.Length == 0)
                continue;
            for (int other = 1; other < scores.Judges.Count; other++)
            {
                int place = other;
                var (first, second) = McNemar.Discordant(
                    [.. items.Select(i => i.Verdicts[0].IsRefusal)],
                    [.. items.Select(i => i.Verdicts[place].IsRefusal)]
                );
                yield return new(
                    $"{scores.Judges[0].Name} : {scores.Judges[other].Name}",
                    cell.Arm + CellBlocks.At(cell.Values),
                    Column(cell.Seed),
                    first,
                    second
                );
            }
        }
    }

    static string Column(int? seed) =>
        seed is { } number ? $"seed {Numbers.Of(number, 0).Replace(",", "", StringComparison.Ordinal)}" : "no seed";

    static IEnumerable<ReportPart> Part(RunResults run, IReadOnlyList<Test> tests, string title, string head)
    {
        if (tests.Count == 0)
            yield break;
        var correction = run.Experiment.Inference.Correction;
        double[] corrected = RunComparisons.Corrected(correction, [.. tests.Select(t => McNemar.Exact(t.OnlyFirst, t.OnlySecond))]);
        string[] columns = [.. tests.Select(t => t.Column).Distinct()];
        yield return new ReportTable(
            $"{title}; p by {FamilyText.Of(correction, tests.Count, "test")} of this table" + JudgeText.After(run),
            [ReportColumn.Words(head), ReportColumn.Words("of"), .. columns.Select(c => new ReportColumn(c))],
            [
                .. tests
                    .Index()
                    .GroupBy(t => (t.Item.Row, t.Item.What))
                    .Select(row =>
                        (IReadOnlyList<ReportCell>)
                            [
                                row.Key.Row,
                                row.Key.What,
                                .. columns.Select(column =>
                                    (ReportCell)(
                                        row.Where(t => t.Item.Column == column)
                                            .Select(t =>
                                                $"{Numbers.Of(t.Item.OnlyFirst, 0)} : {Numbers.Of(t.Item.OnlySecond, 0)} "
                                                + $"(p {PValueText.Of(corrected[t.Index])})"
                                            )
                                            .FirstOrDefault()
                                        ?? Numbers.Undefined
                                    )
                                ),
                            ]
                    ),
            ],
            run.Experiment.ReportCommand
        );
    }
}
