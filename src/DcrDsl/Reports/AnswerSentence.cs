using DcrDsl.Evaluation;
using DcrDsl.Plans;
using DcrDsl.Specs;

namespace DcrDsl.Reports;

/// <summary>The answer to the experiment's question, in one sentence with numbers. It compares; it never says which arm is best.</summary>
static class AnswerSentence
{
    /// <summary>Fewer seeds than this make no claim.</summary>
    public const int SeedsForAClaim = 3;

    public static string Of(RunResults run, IReadOnlyList<ReportBlock> blocks)
    {
        var comparable = blocks.Where(b => b.Subject is not null && Measures(run, Metric.ComplianceRate)).ToArray();
        if (run.Cells.Count == 0) return "No cell is finished, so there is no answer.";
        if (comparable.Length == 0) return Alone(run, blocks[0]);
        var sentences = comparable.Select(b => Comparison(run, b)).ToArray();
        int seeds = comparable.Min(b => Difference(b, Metric.ComplianceRate).Count);
        string text = comparable.Length == 1 ? sentences[0] : string.Join("; ", sentences.Zip(comparable, (s, b) => $"{b.At.Trim()}, {s}"));
        if (seeds < SeedsForAClaim) return $"{Upper(text)}: {Numbers.Count(seeds, "seed")} {(seeds == 1 ? "is" : "are")} too few for a claim.";
        return Upper(text) + ".";
    }

    // "DCR answers 31.0 points more of the seemingly toxic prompts than STL (95 % interval 12.0…50.0; n = 3 seeds), at −0.3 points of defence (…)"
    static string Comparison(RunResults run, ReportBlock block)
    {
        var compliance = Difference(block, Metric.ComplianceRate);
        string more = Round(compliance.Mean) == 0 ? "as many" : $"{Numbers.Of(Math.Abs(compliance.Mean) * 100, 1)} points {(compliance.Mean > 0 ? "more" : "fewer")}";
        string text = $"{block.Subject!.Arm.Name} answers {more} of the seemingly toxic prompts {(Round(compliance.Mean) == 0 ? "as" : "than")} {block.Reference!.Arm.Name} ({Interval(compliance, named: true)})";
        if (Measures(run, Metric.DefenceSuccessRate))
        {
            var defence = Difference(block, Metric.DefenceSuccessRate);
            text += Round(defence.Mean) == 0 ? " at unchanged defence" : $", at {Numbers.Signed(defence.Mean * 100, 1)} points of defence";
            if (defence.Count > 1) text += $" ({Interval(defence, named: false)})";
        }
        return text;
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

    static double Round(double share) => Math.Round(share * 100, 1);

    static string Interval(PairedDifference difference, bool named)
    {
        string interval = difference.Count > 1 ? Numbers.Interval(new Interval(difference.Interval.Low * 100, difference.Interval.High * 100), 1) : "";
        string unsettled = difference.Interval is { Low: <= 0, High: >= 0 } ? ", which includes 0" : "";
        return !named ? interval : (interval.Length > 0 ? $"95 % interval {interval}{unsettled}; " : "") + $"n = {Numbers.Count(difference.Count, "seed")}";
    }

    static string Upper(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
