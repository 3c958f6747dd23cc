namespace DcrDsl.Cli.DeviceChecks;

/// <summary>
/// The values of <see cref="LossChecks"/> in float64 on a processor, of the functions that the tests hold to the Python references.
/// </summary>
static class StoredLosses
{
    public static readonly Dictionary<string, double> Values = new(StringComparer.Ordinal)
    {
        ["CircleLoss"] = 208.70174362010604,
        ["ConservativeDpo"] = 0.6808655185851132,
        ["ContrastiveMarginLoss"] = 2.1860043234767588,
        ["Dpo"] = 0.6774462914320503,
        ["HingePreference"] = 0.9658077284693718,
        ["InBatchInfoNceLoss"] = 3.8087654179284645,
        ["InfoNceLoss"] = 7.947906129988155,
        ["Ipo"] = 24.34843858390313,
        ["LengthNormalisedDpo"] = 0.689752180227998,
        ["MultiSimilarityLoss"] = 1.6272611491474147,
        ["NTXentLoss"] = 12.830927285346581,
        ["PairwiseCircleLoss"] = 200.21659122968995,
        ["RobustDpo"] = 0.6731722574907218,
        ["SupConLoss"] = 9.059275849503942,
        ["TripletMarginLoss"] = 0.43533319713276225,
        ["CrossEntropy"] = 2.2230505027065792,
    };
}
