using DcrDsl.Evaluation;
using DcrDsl.Plans;
using DcrDsl.Specs;

namespace DcrDsl.Reports;

/// <summary>The answer to the experiment's question, in one sentence with numbers. It compares; it never says which arm is best.</summary>
static class AnswerSentence
{
    /// <summary>Fewer seeds than this make no claim.</summary>
    public const int SeedsForAClaim = 3;

    // With more combinations of axis values than this, a sentence gives the range only.
    const int Listed = 4;

    public static string Of(RunResults run, IReadOnlyList<ReportBlock> blocks)
    {
        if (run.Cells.Count == 0) return "No cell is finished, so there is no answer.";
        ReportBlock[] comparable = [.. blocks.Where(b => b.Subject is not null && Measures(run, Metric.ComplianceRate))];
        if (comparable.Length == 0) return run.Experiment.Metrics.Count == 0 ? Ability(run, blocks[0]) : Alone(run, blocks[0]);
        string text = comparable.Length == 1 ? One(run, comparable[0]) : Many(run, comparable);
        int seeds = comparable.Min(b => Difference(b, Metric.ComplianceRate).Count);
        return seeds >= SeedsForAClaim ? text + "." : $"{text}: {Numbers.Count(seeds, "seed")} {(seeds == 1 ? "is" : "are")} too few for a claim.";
    }

    // "DCR answers 31.0 points more of the seemingly toxic prompts than STL (95 % interval 12.0…50.0; n = 3 seeds), at −0.3 points of defence (…)"
    static string One(RunResults run, ReportBlock block)
    {
        var compliance = Difference(block, Metric.ComplianceRate);
        double points = Math.Round(compliance.Mean * 100, 1);
        string more = points == 0 ? "as many" : $"{Numbers.Of(Math.Abs(points), 1)} points {(points > 0 ? "more" : "fewer")}";
        string unsettled = compliance.Interval is { Low: <= 0, High: >= 0 } ? ", which includes 0" : "";
        string interval = compliance.Count > 1 ? $"95 % interval {Interval(compliance)}{unsettled}; " : "";
        string text = $"{block.Subject!.Arm.Name} answers {more} of the seemingly toxic prompts {(points == 0 ? "as" : "than")} {block.Reference!.Arm.Name}{block.At} ({interval}n = {Numbers.Count(compliance.Count, "seed")})";
        if (!Measures(run, Metric.DefenceSuccessRate)) return text;
        var defence = Difference(block, Metric.DefenceSuccessRate);
        text += Math.Round(defence.Mean * 100, 1) == 0 ? ", at unchanged defence" : $", at {Points(defence)} points of defence";
        return defence.Count > 1 ? $"{text} ({Interval(defence)})" : text;
    }

    // "Against STL, DCR changes compliance … by +28.6 (−4.3…61.5) and +40.8 (10.2…71.5) points at Dcr.Layer = 1 and 2, and defence by …"
    static string Many(RunResults run, ReportBlock[] blocks)
    {
        var (subject, reference) = (blocks[0].Subject!.Arm.Name, blocks[0].Reference!.Arm.Name);
        int seeds = blocks.Min(b => Difference(b, Metric.ComplianceRate).Count);
        string text = $"Against {reference}, {subject} changes compliance with seemingly toxic prompts by {Changes(blocks, Metric.ComplianceRate)} points {Where(blocks)}";
        if (Measures(run, Metric.DefenceSuccessRate)) text += $", and defence by {Changes(blocks, Metric.DefenceSuccessRate)}";
        return $"{text} ({(seeds > 1 && blocks.Length <= Listed ? "95 % intervals; " : "")}n = {Numbers.Count(seeds, "seed")})";
    }

    static string Changes(ReportBlock[] blocks, Metric metric)
    {
        PairedDifference[] differences = [.. blocks.Select(b => Difference(b, metric))];
        return differences.Length > Listed ? $"{Points(differences.MinBy(d => d.Mean)!)} to {Points(differences.MaxBy(d => d.Mean)!)}"
            : Numbers.List([.. differences.Select(d => d.Count > 1 ? $"{Points(d)} ({Interval(d)})" : Points(d))]);
    }

    static string Where(ReportBlock[] blocks)
    {
        if (blocks.Length > Listed) return $"over {blocks.Length} combinations of {Numbers.List([.. blocks[0].Values.Keys])}";
        return blocks.All(b => b.Values.Count == 1 && b.Values.Keys.SequenceEqual(blocks[0].Values.Keys))
            ? $"at {blocks[0].Values.Keys.Single()} = {Numbers.List([.. blocks.Select(b => b.Values.Values.Single())])}"
            : Numbers.List([.. blocks.Select(b => b.At.Trim())]);
    }

    // "STL: ArcEasy accuracy 51.3 %; DCR: ArcEasy accuracy 50.9 % (n = 3 seeds)."
    static string Ability(RunResults run, ReportBlock block)
    {
        var task = run.Scores(block.Arms[0].Cells[0]).ChoiceTasks.FirstOrDefault();
        if (task is null) return "No task measures anything that could be an answer.";
        var measure = ChoiceMeasure.Of(task).First();
        return $"{task.Name}, {measure.Name}{block.At}: {string.Join(", ", block.Arms.Select(a => $"{a.Arm.Name} {Numbers.Of(measure.Over(run, a).Mean, 1)} %"))} "
            + $"(n = {Numbers.Count(block.Arms.Min(a => a.Cells.Count), "seed")}; {Numbers.Of(100 * task.Chance, 1)} % is chance).";
    }

    static string Alone(RunResults run, ReportBlock block)
    {
        var arm = block.Arms[0];
        var metrics = run.Experiment.Metrics.Take(2).Select(m =>
        {
            var text = MetricText.Of(m, run.Experiment.MatchedDefence);
            return $"{text.Name} {text.ValueWithUnit(arm.Of(m).Mean)}";
        });
        return $"{arm.Arm.Name}{block.At}: {string.Join(", ", metrics)} (n = {Numbers.Count(arm.Cells.Count, "seed")}); there is no second arm to compare it with.";
    }

    static PairedDifference Difference(ReportBlock block, Metric metric) => block.Subject!.Minus(block.Reference!, metric);

    static bool Measures(RunResults run, Metric metric) => run.Experiment.Metrics.Contains(metric);

    static string Points(PairedDifference difference) => Numbers.Signed(difference.Mean * 100, 1);

    static string Interval(PairedDifference difference) => Numbers.Interval(new Interval(difference.Interval.Low * 100, difference.Interval.High * 100), 1);
}
