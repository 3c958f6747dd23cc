using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Choices;
using DcrDsl.Evaluation.Statistics;
using DcrDsl.Results;
using DcrDsl.Wording;

namespace DcrDsl.Reports;

/// <summary>
/// The multiple-choice tasks: what an arm can do, task by task, beside what blind guessing gets; and what an arm pays against the
/// reference. Where there are too
/// few seeds, intervals are over the questions.
/// </summary>
static class ChoiceSection
{
    public static IEnumerable<ReportSection> Of(RunResults run, ReportBlock block)
    {
        // All cells have the same.
        var tasks = block.Arms.SelectMany(a => a.Cells).Take(1).SelectMany(c => run.Scores(c).Tasks).OfType<ChoiceTaskOutcome>().ToList();
        ChoiceMeasure[] measures = [.. tasks.SelectMany(ChoiceMeasure.Of)];
        if (measures.Length == 0)
            yield break;
        bool overSeeds = SeedsText.Several(block.Arms) && block.Arms.All(a => SeedsText.Suffice(a.Seeds));
        List<ReportPart> parts = [Table(run, block, measures, overSeeds)];
        if (block.Others.Any())
            parts.Add(Differences(run, block, measures, overSeeds));
        parts.AddRange(
            tasks
                .Where(t => t.Items.Any(i => i.Cut))
                .Select(t => new ReportText(
                    $"{t.Name}: {Numbers.Of(t.Items.Count(i => i.Cut), 0)} of {English.Count(t.Items.Count, "question")} with what stands "
                        + "before them are longer than the model takes, and were cut from the left as lm-evaluation-harness does; "
                        + "fewer solved "
                        + "examples would fit."
                ))
        );
        yield return new ReportSection("Ability" + block.At, parts, SectionPlace.Front);
        foreach (var task in tasks.Where(t => t.Items.Select(i => i.Category).Distinct().Count() > 1))
            yield return new ReportSection($"{task.Name} by category{block.At}", [Categories(run, block, task)]);
    }

    static ReportTable Table(RunResults run, ReportBlock block, ChoiceMeasure[] measures, bool overSeeds) =>
        new(
            $"Multiple-choice tasks, in %, "
                + $"{(overSeeds ? "mean over seeds ± half of the 95 % interval" : "with their 95 % interval over questions")}{block.At}",
            [
                ReportColumn.Words("task"),
                ReportColumn.Words("measure"),
                new("questions"),
                new("chance"),
                .. block.Arms.Select(a => new ReportColumn(a.Arm.Name)),
            ],
            [
                .. measures.Select(m =>
                    (IReadOnlyList<ReportCell>)
                        [
                            m.Task.Name + (m.Task.InDistribution ? ", trained on" : ""),
                            new(m.Name, m.Meaning),
                            Numbers.Of(m.Task.Items.Count, 0),
                            Numbers.Of(100 * m.Task.Chance, 1),
                            .. block.Arms.Select(a =>
                                (ReportCell)(overSeeds ? EstimateText.Of(m.Over(run, a), 100, 1) : Share(m, m.Questions(run, a)))
                            ),
                        ]
                ),
            ],
            run.Experiment.Command
        );

    static ReportTable Differences(RunResults run, ReportBlock block, ChoiceMeasure[] measures, bool overSeeds)
    {
        var reference = block.Reference!;
        return new ReportTable(
            $"Multiple-choice tasks: {(overSeeds ? "mean of the paired differences" : "differences")} to {reference.Arm.Name}, in "
                + $"points, with their 95 % interval{(overSeeds ? "" : " over questions")}{block.At}",
            [ReportColumn.Words("task"), ReportColumn.Words("measure"), .. block.Others.Select(a => new ReportColumn(a.Arm.Name))],
            [
                .. measures.Select(m =>
                    (IReadOnlyList<ReportCell>)[m.Task.Name, m.Name, .. block.Others.Select(a => (ReportCell)Difference(m, a))]
                ),
            ],
            run.Experiment.Command
        );

        string Difference(ChoiceMeasure measure, ArmRow arm)
        {
            if (!overSeeds)
                return DifferenceOfShares(measure, measure.Questions(run, arm), measure.Questions(run, reference));
            var difference = measure.Over(run, arm) - measure.Over(run, reference);
            return $"{Numbers.Signed(100 * difference.Mean, 1)} ({Numbers.Interval(difference.Interval.Times(100), 1)})";
        }
    }

    static string Share(ChoiceMeasure measure, IReadOnlyList<double> questions)
    {
        var mean = MeanOf(questions);
        var interval =
            Counts(measure) || mean.Interval.HasNoWidth
                ? Proportion.WilsonOfMean(mean.Mean, questions.Count)
                : mean.Interval.ClippedTo(0, 1);
        return $"{Numbers.Of(100 * mean.Mean, 1)} ({Numbers.Interval(interval.Times(100), 1)})";
    }

    static string DifferenceOfShares(ChoiceMeasure measure, IReadOnlyList<double> own, IReadOnlyList<double> others)
    {
        var mean = MeanOf([.. own.Zip(others, (a, b) => a - b)]);
        var interval = Counts(measure) || mean.Interval.HasNoWidth ? PairedShares.Difference(own, others) : mean.Interval.ClippedTo(-1, 1);
        return $"{Numbers.Signed(100 * mean.Mean, 1)} ({Numbers.Interval(interval.Times(100), 1)})";
    }

    // A question is right or wrong; of the true choices' share it has a part, whose spread its standard error tells.
    static bool Counts(ChoiceMeasure measure) => measure.Task.TrueShare is null;

    static ClusteredMean MeanOf(IReadOnlyList<double> questions) => ClusteredMean.Of(questions, [.. Enumerable.Range(0, questions.Count)]);

    static ReportTable Categories(RunResults run, ReportBlock block, ChoiceTaskOutcome task)
    {
        var measure = ChoiceMeasure.Of(task).First();
        return new ReportTable(
            $"{task.Name}: {measure.Name} by category, in %, mean over seeds{block.At}",
            [ReportColumn.Words("category"), new("questions"), .. block.Arms.Select(a => new ReportColumn(a.Arm.Name))],
            [
                .. task
                    .Items.GroupBy(i => i.Category, StringComparer.Ordinal)
                    .OrderBy(g => g.Key, StringComparer.Ordinal)
                    .Select(g =>
                        (IReadOnlyList<ReportCell>)
                            [
                                g.Key.Length > 0 ? g.Key : "(none)",
                                Numbers.Of(g.Count(), 0),
                                .. block.Arms.Select(a => (ReportCell)Numbers.Of(100 * measure.Over(run, a, g.Key).Mean, 1)),
                            ]
                    ),
            ],
            run.Experiment.ReportCommand
        );
    }
}
