using System.Globalization;
using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Results;

/// <summary>Holds the numbers of one snapshot against those of another.</summary>
static class SnapshotComparison
{
    // 0.62 - 0.6 is more than 0.02 by rounding alone.
    const double Rounding = 1e-9;

    public static IEnumerable<SnapshotDifference> Of(ResultSnapshot actual, ResultSnapshot expected, Tolerance tolerance)
    {
        if (actual.Experiment != expected.Experiment)
        {
            yield return Missing(actual.Experiment, null, $"these are results of {expected.Experiment} that are expected");
            yield break;
        }
        foreach (var (arm, metrics) in expected.Arms)
        {
            if (!actual.Arms.TryGetValue(arm, out var others))
            {
                yield return Missing(arm, null, "expected, and not there");
                continue;
            }
            foreach (var (metric, estimate) in metrics)
                if (others.TryGetValue(metric, out var other))
                    foreach (var difference in Of(arm, metric, other, estimate, tolerance))
                        yield return difference;
                else
                    yield return Missing(arm, metric, "expected, and not there");
            foreach (var metric in others.Keys.Except(metrics.Keys))
                yield return Missing(arm, metric, "there, and not expected");
        }
        foreach (string arm in actual.Arms.Keys.Except(expected.Arms.Keys))
            yield return Missing(arm, null, "there, and not expected");
    }

    static IEnumerable<SnapshotDifference> Of(string arm, Metric metric, SeedEstimate actual, SeedEstimate expected, Tolerance tolerance)
    {
        if (Seeds(actual) is var got && Seeds(expected) is var wanted && got != wanted)
            return [Missing(arm, metric, $"expected {wanted}, and there is {got}")];
        if (!tolerance.IsExact && double.IsFinite(actual.Mean) && double.IsFinite(expected.Mean))
            return Mean(arm, metric, actual.Mean, expected, tolerance);
        return expected.WithoutSeed is { } single
            ? Exact(arm, metric, null, actual.WithoutSeed!.Value, single)
            : expected.Values.SelectMany(v => Exact(arm, metric, v.Key, actual.Values[v.Key], v.Value));
    }

    static IEnumerable<SnapshotDifference> Mean(string arm, Metric metric, double actual, SeedEstimate expected, Tolerance tolerance)
    {
        var (allowed, rule) = tolerance.Allowed(metric, expected);
        bool near = Math.Abs(actual - expected.Mean) <= allowed * (1 + Rounding);
        return near ? [] : [new(arm, metric, null, expected.Mean, actual, allowed, rule)];
    }

    static IEnumerable<SnapshotDifference> Exact(string arm, Metric metric, int? seed, double actual, double expected) =>
        actual.Equals(expected) ? [] : [new(arm, metric, seed, expected, actual, 0, "to the last digit")];

    static string Seeds(SeedEstimate estimate) =>
        estimate.WithoutSeed is not null
            ? "one number for every seed"
            : $"{(estimate.Values.Count == 1 ? "seed" : "seeds")} "
                + English.List(estimate.Values.Keys.Order().Select(s => s.ToString(CultureInfo.InvariantCulture)));

    static SnapshotDifference Missing(string arm, Metric? metric, string what) => new(arm, metric, null, null, null, 0, what);
}
