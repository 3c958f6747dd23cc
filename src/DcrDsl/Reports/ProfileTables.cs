using DcrDsl.Definition;
using DcrDsl.Results;
using DcrDsl.Tensors;

namespace DcrDsl.Reports;

/// <summary>Where the time of stage runs went, by stage. Those that were not measured are in neither table.</summary>
static class ProfileTables
{
    static readonly (Phase Phase, string Words)[] Phases =
    [
        (Phase.Data, "data"),
        (Phase.Forward, "forward"),
        (Phase.Backward, "backward"),
        (Phase.Optimiser, "optimiser"),
        (Phase.Reference, "reference"),
        (Phase.Watching, "watching"),
        (Phase.Prefill, "prefill"),
        (Phase.Decode, "decode"),
        (Phase.Likelihoods, "likelihoods"),
        (Phase.Judging, "judging"),
        (Phase.Other, "other"),
    ];

    public static IEnumerable<ReportTable> Of(RunResults run) => Of(run.StageRuns, run.Experiment.Command);

    /// <param name="stageRuns">The stage runs.</param>
    /// <param name="command">The command line that repeats the run.</param>
    public static IEnumerable<ReportTable> Of(IReadOnlyList<StageRunRecord> stageRuns, string command)
    {
        (string Stage, StageProfile[] Profiles)[] stages =
        [
            .. stageRuns.Where(r => r.Profile is not null).GroupBy(r => r.Stage).Select(g => (g.Key, g.Select(r => r.Profile!).ToArray())),
        ];
        if (stages.Length == 0)
            yield break;
        var shown = Phases.Where(p => stages.Any(s => s.Profiles.Any(r => Seconds(r, p.Phase) > 0))).ToArray();
        yield return new ReportTable(
            "Where the time went, % of each stage's",
            [ReportColumn.Words("stage"), new("stage runs"), new("seconds"), .. shown.Select(p => new ReportColumn(p.Words))],
            [
                .. stages.Select(s =>
                    (IReadOnlyList<ReportCell>)
                        [
                            s.Stage,
                            Numbers.Of(s.Profiles.Length, 0),
                            Numbers.Of(s.Profiles.Average(All), 1),
                            .. shown.Select(p =>
                                (ReportCell)Numbers.Of(100 * s.Profiles.Sum(r => Seconds(r, p.Phase)) / s.Profiles.Sum(All), 0)
                            ),
                        ]
                ),
            ],
            command
        );
        yield return new ReportTable(
            "What the time was used for, while the model computed",
            [
                ReportColumn.Words("stage"),
                new("GFLOP/s"),
                new("% of a product's"),
                new("tokens/s"),
                new("the same, padded"),
                new("% computed"),
                new("peak memory, MB"),
            ],
            [.. stages.Select(s => (IReadOnlyList<ReportCell>)[s.Stage, .. Use(s.Profiles)])],
            command
        );
    }

    /// <summary>
    /// Tokens a second are those of batches, and what they would have been in padded rows; computed are those that a pass went through, in
    /// percent of what padded rows have.
    /// </summary>
    static ReportCell[] Use(StageProfile[] profiles)
    {
        double computing = profiles.Sum(Computing),
            operations = profiles.Sum(r => r.Operations),
            // What each could have done in its own time, by the peak of its own moment.
            possible = profiles.Sum(r => Computing(r) * r.PeakOperationsPerSecond);
        long real = profiles.Sum(r => r.RealTokens),
            padded = profiles.Sum(r => r.PaddedTokens);
        return
        [
            operations == 0 ? Numbers.Undefined : Numbers.Of(operations / computing / 1e9, 1),
            operations == 0 ? Numbers.Undefined : Numbers.Of(100 * operations / possible, 0),
            real == 0 ? Numbers.Undefined : Numbers.Of(real / computing, 0),
            padded == 0 ? Numbers.Undefined : Numbers.Of(padded / computing, 0),
            padded == 0 ? Numbers.Undefined : Numbers.Of(100.0 * profiles.Sum(r => r.ComputedTokens) / padded, 0),
            Numbers.Of(profiles.Max(r => r.PeakMemoryBytes) / 1e6, 0),
        ];
    }

    static double All(StageProfile profile) => profile.Seconds.Values.Sum();

    /// <summary>The time in which the model was gone through; operations of watching are not counted, so its time is not either.</summary>
    static double Computing(StageProfile profile) =>
        new[] { Phase.Forward, Phase.Backward, Phase.Reference, Phase.Prefill, Phase.Decode, Phase.Likelihoods }.Sum(p =>
            Seconds(profile, p)
        );

    static double Seconds(StageProfile profile, Phase phase) => profile.Seconds.GetValueOrDefault(phase.ToString());
}
