using System.Globalization;
using DcrDsl.Evaluation.Guarding;
using DcrDsl.Models.Guards;
using DcrDsl.Models.Interventions;
using DcrDsl.Results;

namespace DcrDsl.Reports;

/// <summary>What guards around models did, what they cost, and how their classifiers were fitted.</summary>
static class GuardSection
{
    public static IEnumerable<ReportSection> Of(RunResults run)
    {
        var guarded = run.StageRuns.Where(r => r.Guarding is not null).ToDictionary(r => r.Id);
        if (guarded.Count > 0)
            yield return new ReportSection("Guards", [.. Classifiers(run), Fates(run, guarded), Costs(run, guarded)]);
    }

    static IEnumerable<ReportPart> Classifiers(RunResults run)
    {
        StageRunRecord[] fitted = [.. run.StageRuns.Where(r => r.Findings is ClassifierTable)];
        if (fitted.Length > 0)
            yield return new ReportTable(
                "Classifiers of prompts, on validation prompts that they were not fitted to; "
                    + "the harmless ones decide on the threshold unless "
                    + "it is declared",
                [
                    ReportColumn.Words("stage run"),
                    new("layer"),
                    new("fitted to toxic, harmless"),
                    new("Newton steps"),
                    new("AUC"),
                    new("threshold, log-odds"),
                    new("toxic refused, %"),
                    new("harmless refused, %"),
                ],
                [.. fitted.Select(r => Row(r.Id, (ClassifierTable)r.Findings!))],
                run.Experiment.Command
            );
    }

    static IReadOnlyList<ReportCell> Row(string id, ClassifierTable table)
    {
        return
        [
            id,
            Numbers.Of(table.Layer, 0),
            string.Create(CultureInfo.InvariantCulture, $"{table.FittedToxic}, {table.FittedHarmless}"),
            Numbers.Of(table.Steps, 0),
            Numbers.Of(table.Auc, 3),
            Numbers.Of(table.Threshold, 2),
            Refused(table.Toxic),
            Refused(table.Harmless),
        ];

        ReportCell Refused(IReadOnlyList<double> scores) => Percent(scores.Count(s => s >= table.Threshold), scores.Count);
    }

    static ReportTable Fates(RunResults run, Dictionary<string, StageRunRecord> guarded) =>
        new(
            "What guards did, in % of the prompts of a class: refused before the model was asked, refused when it had read the prompt, its "
                + "answer withdrawn, its answer revised",
            [
                ReportColumn.Words("arm"),
                ReportColumn.Words("prompts"),
                new("refused by rule"),
                new("refused by classifier"),
                new("withdrawn"),
                new("revised"),
            ],
            [
                .. Arms(run)
                    .SelectMany(arm =>
                        Accounts(arm, guarded)
                            .SelectMany(a => a.Classes)
                            .GroupBy(c => c.Class)
                            .Select(g =>
                                (IReadOnlyList<ReportCell>)
                                    [
                                        arm.Key,
                                        CaseSection.Class(g.Key),
                                        Share(g, c => c.RefusedByPhrase),
                                        Share(g, c => c.RefusedByState),
                                        Share(g, c => c.Withdrawn),
                                        Share(g, c => c.Revised),
                                    ]
                            )
                    ),
            ],
            run.Experiment.Command
        );

    static ReportTable Costs(RunResults run, Dictionary<string, StageRunRecord> guarded)
    {
        var all = run.StageRuns.ToDictionary(r => r.Id);
        HashSet<string> asking =
        [
            .. run.Experiment.Arms.SelectMany(a => a.Stages).Where(s => s.Gives == Definition.StageResult.Answers).Select(s => s.Name),
        ];
        return new(
            "What that costs a prompt, beyond one answer by the model to each; what a refusal saves is in the seconds only",
            [ReportColumn.Words("arm"), new("passes"), new("prompt tokens"), new("answer tokens"), new("seconds a prompt, in all")],
            [
                .. Arms(run)
                    .Select(arm =>
                    {
                        GuardAccount[] accounts = [.. Accounts(arm, guarded)];
                        StageRunRecord[] answered =
                        [
                            .. arm.SelectMany(c => c.StageRuns)
                                .Where(all.ContainsKey)
                                .Select(id => all[id])
                                .Where(r => asking.Contains(r.Stage)),
                        ];
                        double prompts = Math.Max(1, accounts.Sum(a => a.Prompts));
                        return (IReadOnlyList<ReportCell>)
                            [
                                arm.Key,
                                Numbers.Of(
                                    accounts.Sum(a => a.ExtraPasses) / prompts
                                        + answered.Select(r => r.ExtraPasses).DefaultIfEmpty().Average(),
                                    2
                                ),
                                Numbers.Of(accounts.Sum(a => a.ExtraPromptTokens) / prompts, 2),
                                Numbers.Of(accounts.Sum(a => a.ExtraTokens) / prompts, 2),
                                answered.Sum(r => r.Steps) == 0
                                    ? Numbers.Undefined
                                    : Numbers.Of(answered.Sum(r => r.Seconds) / answered.Sum(r => r.Steps), 4),
                            ];
                    }),
            ],
            run.Experiment.Command
        );
    }

    static IEnumerable<IGrouping<string, CellRecord>> Arms(RunResults run) => run.Cells.GroupBy(c => c.Arm);

    static IEnumerable<GuardAccount> Accounts(IEnumerable<CellRecord> cells, Dictionary<string, StageRunRecord> guarded) =>
        cells.SelectMany(c => c.StageRuns).Where(guarded.ContainsKey).Select(id => guarded[id].Guarding!);

    static ReportCell Share(IEnumerable<GuardedClass> classes, Func<GuardedClass, int> of) =>
        Percent(classes.Sum(of), classes.Sum(c => c.Prompts));

    static ReportCell Percent(int some, int all) => all == 0 ? Numbers.Undefined : Numbers.Of(100.0 * some / all, 1);
}
