using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Statistics;
using DcrDsl.Results;
using DcrDsl.Results.Comparing;
using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Reports;

/// <summary>
/// The answer to the experiment's question, in one sentence with numbers, and the judge behind them. It compares; it never says which arm
/// is best.
/// </summary>
static class AnswerSentence
{
    /// <summary>Fewer seeds than this make no claim.</summary>
    public const int SeedsForAClaim = 3;

    // With more combinations of axis values than this, a sentence gives the range only.
    const int Listed = 4;

    public static string Of(RunResults run, IReadOnlyList<ReportBlock> blocks)
    {
        if (run.Cells.Count == 0)
            return "No cell is finished, so there is no answer.";
        if (run.Experiment.Metrics.Count == 0)
            return Ability(run, blocks[0]);
        string judge = JudgeText.After(run);
        return (Compared(run, blocks) ?? Alone(run, blocks)) + (judge.Length > 0 ? $" J{judge[3..]}." : "");
    }

    static string? Compared(RunResults run, IReadOnlyList<ReportBlock> blocks)
    {
        if (ReportBlock.Pair(run) is not var (reference, subject))
            return null;
        var metric = Measures(run, Metric.ComplianceRate) ? Metric.ComplianceRate : run.Experiment.Metrics[0];
        Comparison[] all =
        [
            .. blocks
                .Select(b => (Block: b, Subject: b.Of(subject), Reference: b.Of(reference)))
                .Where(b => b.Subject is not null && b.Reference is not null)
                .Select(b => new Comparison(b.Block, b.Subject!, b.Reference!))
                .Where(c => c.Of(metric).Count > 0),
        ];
        if (all.Length == 0)
            return null;
        string text = all.Length == 1 ? One(run, all[0], metric) : Many(run, all, metric);
        return Seeds(all, metric) is not { } seeds || SeedsText.Suffice(seeds)
            ? text + "."
            : $"{text}: {English.Count(seeds, "seed")} {(seeds == 1 ? "is" : "are")} too few for a claim.";
    }

    // "DCR answers 31.0 points more of the seemingly toxic prompts than STL (95 % interval 12.0…50.0; n = 3 seeds), at −0.3 points of
    // defence (…)"
    static string One(RunResults run, Comparison arms, Metric metric)
    {
        var difference = arms.Of(metric);
        string unsettled = difference.Interval is { Low: <= 0, High: >= 0 } ? ", which includes 0" : "";
        string interval = HasInterval(difference) ? $"95 % interval {Interval(difference, metric)}{unsettled}; " : "";
        string text =
            $"{(metric == Metric.ComplianceRate ? Answers(arms, difference) : Is(run, arms, metric, difference))} "
            + $"({interval}{SeedsText.Behind(arms.Seeds(metric))})";
        if (metric == Metric.DefenceSuccessRate || !Measures(run, Metric.DefenceSuccessRate))
            return text;
        var defence = arms.Of(Metric.DefenceSuccessRate);
        text += $", at {Change(defence, Metric.DefenceSuccessRate)} points of defence";
        if (HasInterval(defence))
            text += $" ({Interval(defence, Metric.DefenceSuccessRate)})";
        return Equivalence(run, arms) is { } test ? $"{text}: {DefenceText.Short(test)}" : text;
    }

    // "unchanged" is a claim, so it is made only where a test of equivalence shows it.
    static Equivalence? Equivalence(RunResults run, Comparison arms) =>
        run.Concluded.Defence.FirstOrDefault(c =>
            c.Pair.OfArm.Select(x => x.Id).SequenceEqual(arms.Subject.Cells.Select(x => x.Id))
            && c.Pair.OfReference.Select(x => x.Id).SequenceEqual(arms.Reference.Cells.Select(x => x.Id))
        )
            is { Seeds: 0 or >= SeedsForAClaim, Equivalence: { } test }
        && !double.IsNaN(test.P)
            ? test
            : null;

    static string Answers(Comparison arms, PairedDifference difference)
    {
        double points = Math.Round(difference.Mean * 100, 1);
        string more = points == 0 ? "as many" : $"{Numbers.Of(Math.Abs(points), 1)} points {(points > 0 ? "more" : "fewer")}";
        return $"{arms.Subject.Arm.Name} answers {more} of the seemingly toxic prompts {(points == 0 ? "as" : "than")} "
            + $"{arms.Reference.Arm.Name}{arms.Block.At}";
    }

    // "In defence, DCR has 3.0 points more than STL"
    static string Is(RunResults run, Comparison arms, Metric metric, PairedDifference difference)
    {
        var text = MetricText.Of(metric, run);
        double rounded = Math.Round(difference.Mean * text.Factor, text.Digits);
        string more =
            rounded == 0
                ? "as much as"
                : $"{Numbers.Of(Math.Abs(rounded), text.Digits)}{(text.IsShare ? " points" : "")} {(rounded > 0 ? "more" : "less")} than";
        return $"In {text.Name}, {arms.Subject.Arm.Name} has {more} {arms.Reference.Arm.Name}{arms.Block.At}";
    }

    // "Against STL, DCR changes compliance … by +28.6 (−4.3…61.5) and +40.8 (10.2…71.5) points at Dcr.Layer = 1 and 2, and defence by …"
    static string Many(RunResults run, Comparison[] all, Metric metric)
    {
        int? seeds = Seeds(all, metric);
        var measured = MetricText.Of(metric, run);
        string text =
            $"Against {all[0].Reference.Arm.Name}, {all[0].Subject.Arm.Name} changes "
            + $"{(metric == Metric.ComplianceRate ? "compliance with seemingly toxic prompts" : measured.Name)} "
            + $"by {Changes(all, metric)}{(measured.IsShare ? " points" : "")} {Where(all)}";
        if (metric != Metric.DefenceSuccessRate && Measures(run, Metric.DefenceSuccessRate))
            text += $", and defence by {Changes(all, Metric.DefenceSuccessRate)}";
        return $"{text} ({(seeds is null or > 1 && all.Length <= Listed ? "95 % intervals; " : "")}{SeedsText.Behind(seeds)})";
    }

    static int? Seeds(Comparison[] all, Metric metric) => all.Min(c => c.Seeds(metric));

    static string Changes(Comparison[] all, Metric metric)
    {
        PairedDifference[] differences = [.. all.Select(c => c.Of(metric))];
        return differences.Length > Listed
            ? $"{Change(differences.MinBy(d => d.Mean)!, metric)} to {Change(differences.MaxBy(d => d.Mean)!, metric)}"
            : English.List([
                .. differences.Select(d => HasInterval(d) ? $"{Change(d, metric)} ({Interval(d, metric)})" : Change(d, metric)),
            ]);
    }

    static string Where(Comparison[] all)
    {
        var first = all[0].Block.Values;
        if (all.Length > Listed)
            return $"over {all.Length} combinations of {English.List([.. first.Keys])}";
        return all.All(c => c.Block.Values.Count == 1 && c.Block.Values.Keys.SequenceEqual(first.Keys))
            ? $"at {first.Keys.Single()} = {English.List([.. all.Select(c => c.Block.Values.Values.Single())])}"
            : English.List([.. all.Select(c => c.Block.At.Trim())]);
    }

    // "STL: ArcEasy accuracy 51.3 %; DCR: ArcEasy accuracy 50.9 % (n = 3 seeds)."
    static string Ability(RunResults run, ReportBlock block)
    {
        var measure = TaskNumber.Tasks(run, block).SelectMany(TaskNumber.Of).FirstOrDefault();
        if (measure is null)
            return "No task measures anything that could be an answer.";
        string percent = measure.Unit.IsBounded ? " %" : "",
            chance = measure.Table.Chance is { } guessed ? $"; {measure.Text(guessed)}{percent} is chance" : "";
        return $"{measure.Task.Name}, {measure.Name}{block.At}: "
            + $"{string.Join(", ", block.Arms.Select(a => $"{a.Arm.Name} {measure.Text(measure.Over(run, a).Mean)}{percent}"))} "
            + $"({SeedsText.Behind(SeedsText.Fewest(block.Arms))}{chance}).";
    }

    static string Alone(RunResults run, IReadOnlyList<ReportBlock> blocks)
    {
        var (block, arm) = (blocks[0], blocks[0].Arms[0]);
        var metrics = run
            .Experiment.Metrics.Take(2)
            .Select(m =>
            {
                var text = MetricText.Of(m, run);
                return $"{text.Name} {text.ValueWithUnit(arm.Of(m).Mean)}";
            });
        return $"{arm.Arm.Name}{block.At}: {string.Join(", ", metrics)} ({SeedsText.Behind(arm.Seeds)}); "
            + $"{WhyAlone(run, arm.Arm.Name)}.";
    }

    static string WhyAlone(RunResults run, string arm)
    {
        string[] others = [.. run.Experiment.Arms.Select(a => a.Name).Where(n => n != arm)];
        return others.Length == 0 ? "there is no second arm to compare it with"
            : ReportBlock.Pair(run) is not var (reference, subject) ? $"no cell of {English.List(others)} is finished to compare it with"
            : $"{subject} and {reference} have no finished cells with the same values and seed, so they are not compared";
    }

    static bool Measures(RunResults run, Metric metric) => run.Experiment.Metrics.Contains(metric);

    static bool HasInterval(PairedDifference difference) => double.IsFinite(difference.Interval.Low);

    static string Change(PairedDifference difference, Metric metric) => MetricText.Of(metric).Difference(difference.Mean);

    static string Interval(PairedDifference difference, Metric metric) => MetricText.Of(metric).Interval(difference.Interval);

    /// <summary>The two arms that the answer compares, in one block.</summary>
    sealed record Comparison(ReportBlock Block, ArmRow Subject, ArmRow Reference)
    {
        public PairedDifference Of(Metric metric) => Subject.Minus(Reference, metric);

        /// <summary>The seeds that both have; null: no seed changes either.</summary>
        public int? Seeds(Metric metric) => Subject.Seeds is null && Reference.Seeds is null ? null : Of(metric).Count;
    }
}
