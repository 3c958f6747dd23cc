using System.Globalization;
using DcrDsl.Wording;

namespace DcrDsl.Evaluation.Discerning;

/// <summary>Sentences about whether refinements discerned.</summary>
static class DiscernmentText
{
    /// <summary>"held-out pairs: AUC 0.52 → 0.93; loss 69.1 → 0.8 (35.5 without discernment)"; means, of several.</summary>
    public static string Of(IReadOnlyList<DiscernmentRecord> records) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"held-out pairs: AUC {records.Average(r => r.Readings[0].PairAuc):0.00} → "
                + $"{records.Average(r => r.Readings[^1].PairAuc):0.00}; "
                + $"loss {records.Average(r => r.FirstLoss):0.0} → {records.Average(r => r.LastLoss):0.0} "
                + $"({records.Average(r => r.LossWithout):0.0} without discernment)"
        );

    /// <summary>Where it ended before its last step, and why; null: it did not.</summary>
    public static string? OfStop(DiscernmentRecord record) =>
        record.Stopped is not { } stop
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"ended after step {stop.Step} of {stop.Steps}, as held-out pairs are separated (AUC {record.Readings[^1].PairAuc:0.000}, "
                    + $"at least {stop.Auc})"
            );

    /// <summary>Why it did not discern; null: it did.</summary>
    public static string? Doubt(DiscernmentRecord record)
    {
        var (first, last) = (record.Readings[0].PairAuc, record.Readings[^1].PairAuc);
        var reasons = new List<string>();
        if (!record.AucRose)
            reasons.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the AUC of held-out pairs went from {first:0.000} to {last:0.000}, no more than the choice of prompts can make of it "
                        + $"(95 % interval of the gain {Signed(record.GainLow)} to {Signed(record.GainHigh)})"
                )
            );
        if (!record.LossFell)
            reasons.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the loss ended at {record.LastLoss:0.0}, not below the {record.LossWithout:0.0} that it has where all prompts are "
                        + $"equally similar"
                )
            );
        return reasons.Count == 0 ? null : English.List(reasons);
    }

    static string Signed(double gain) => gain.ToString("+0.000;−0.000;0.000", CultureInfo.InvariantCulture);
}
