namespace DcrDsl.Evaluation.Statistics;

/// <summary>
/// A share corrected for the errors of the test that counted it (W. J. Rogan and B. Gladen, American Journal of Epidemiology 107, 1978).
/// </summary>
static class RoganGladen
{
    /// <summary>(q + specificity − 1) / (sensitivity + specificity − 1), not clipped; NaN for a test is no better than chance.</summary>
    /// <param name="observed">q, the share that the test counts.</param>
    /// <param name="sensitivity">Of those to be counted, the share that the test counts.</param>
    /// <param name="specificity">Of the others, the share that it does not count.</param>
    public static double Corrected(double observed, double sensitivity, double specificity) =>
        sensitivity + specificity > 1 ? (observed + specificity - 1) / (sensitivity + specificity - 1) : double.NaN;

    /// <summary>
    /// The interval of Lang and Reiczigel (Preventive Veterinary Medicine 113, 2014), clipped to [0, 1]: the delta method's, with z² added
    /// to the counted and two to each sample by which the errors are known, half of them counted, and shifted for what is skew. It holds
    /// its level where few are labelled, or the test made no error among them. Undefined where the test is no better than chance.
    /// </summary>
    /// <param name="observed">q, the share that the test counts.</param>
    /// <param name="count">Of how many it is a share.</param>
    /// <param name="sensitivity">The sensitivity as it was measured.</param>
    /// <param name="positives">On how many it was measured; of a weighted sample, as many as would say the same.</param>
    /// <param name="specificity">The specificity as it was measured.</param>
    /// <param name="negatives">On how many it was measured.</param>
    /// <param name="level">The confidence level, e.g. 0.95.</param>
    public static Interval Interval(
        double observed,
        double count,
        double sensitivity,
        double positives,
        double specificity,
        double negatives,
        double level = 0.95
    )
    {
        double z = Gaussian.Quantile(ConfidenceLevel.UpperTail(level)),
            n = count + z * z,
            q = (count * observed + z * z / 2) / n,
            m1 = positives + 2,
            se = (positives * sensitivity + 1) / m1,
            m0 = negatives + 2,
            sp = (negatives * specificity + 1) / m0,
            beyondChance = se + sp - 1;
        if (!(sensitivity + specificity > 1))
            return Statistics.Interval.Undefined;
        // So little is labelled that the test may be no better than chance: nothing is known of the share.
        if (!(beyondChance > 0))
            return new(0, 1);
        double share = (q + sp - 1) / beyondChance,
            ofSensitivity = se * (1 - se) / m1,
            ofSpecificity = sp * (1 - sp) / m0,
            shift = 2 * z * z * (share * ofSensitivity - (1 - share) * ofSpecificity),
            variance = q * (1 - q) / n + share * share * ofSensitivity + (1 - share) * (1 - share) * ofSpecificity;
        return Statistics.Interval.Around(share + shift, z * Math.Sqrt(variance) / beyondChance).ClippedTo(0, 1);
    }
}
