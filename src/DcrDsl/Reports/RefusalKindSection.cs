using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Results;
using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Reports;

/// <summary>Where a judge tells refusals in words from those that do not say so: OR-Bench's three classes.</summary>
static class RefusalKindSection
{
    static readonly (string Name, Func<Verdict, bool> Counts)[] Kinds =
    [
        ("answered", v => v.IsCompliance),
        ("refused directly", v => v is Verdict.Refuses),
        ("refused indirectly", v => v is Verdict.RefusesIndirectly),
    ];

    public static IEnumerable<ReportSection> Of(RunResults run, ReportBlock block)
    {
        var scores = block.Arms.SelectMany(a => a.Cells).ToDictionary(c => c.Id, run.Scores);
        string[] judges =
        [
            .. scores.Values.SelectMany(s => s.Judges.Index().Where(j => Says(s, j.Index)).Select(j => j.Item.Name)).Distinct(),
        ];
        if (judges.Length == 0)
            yield break;
        yield return new ReportSection(
            "Direct and indirect refusals" + block.At,
            [
                new ReportText(
                    "A completion refuses directly if it says so, and indirectly if it evades or answers something else (Cui et al., "
                        + "\"OR-Bench\", 2024). Judges that never say the one or the other are left out. A completion without an answer, "
                        + "or on which the judge could not decide, is none of the three."
                ),
                new ReportTable(
                    "Prompts by what became of them, in %, "
                        + (SeedsText.Several(block.Arms) ? "mean over seeds ± half of the 95 % interval" : "at one seed")
                        + block.At,
                    [
                        ReportColumn.Words("judge"),
                        ReportColumn.Words("prompts"),
                        ReportColumn.Words("completion"),
                        .. block.Arms.Select(a => new ReportColumn(a.Arm.Name)),
                    ],
                    [
                        .. from judge in judges
                        from promptClass in Enum.GetValues<PromptClass>()
                        where scores.Values.Any(s => s.Of(promptClass).Any())
                        from kind in Kinds
                        select (IReadOnlyList<ReportCell>)
                            [
                                judge,
                                English.Words(promptClass.ToString()),
                                kind.Name,
                                .. block.Arms.Select(a => (ReportCell)Share(a, scores, judge, promptClass, kind.Counts)),
                            ],
                    ],
                    run.Experiment.ReportCommand
                ),
            ]
        );
    }

    static string Share(ArmRow arm, Dictionary<string, Scores> scores, string judge, PromptClass promptClass, Func<Verdict, bool> counts) =>
        EstimateText.Of(
            arm.Over(
                cell =>
                    Place(scores[cell.Id], judge) is >= 0 and var place
                        ? scores[cell.Id]
                            .Of(promptClass)
                            .Select(i => counts(i.Verdicts[place]) ? 1.0 : 0.0)
                            .DefaultIfEmpty(double.NaN)
                            .Average()
                        : double.NaN,
                cell => scores[cell.Id].Of(promptClass).Count()
            ),
            100,
            1
        );

    static bool Says(Scores scores, int judge) =>
        scores.PromptTasks.Any(t => t.Items.Any(i => i.Verdicts[judge] is Verdict.RefusesIndirectly));

    static int Place(Scores scores, string judge) => scores.Judges.Index().FirstOrDefault(j => j.Item.Name == judge, (-1, null!)).Index;
}
