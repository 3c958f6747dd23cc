namespace DcrDsl.Evaluation.Statistics;

/// <summary>What the ratings mean, and so how far two of them are apart.</summary>
enum MeasurementLevel
{
    /// <summary>Names: two ratings are equal or not.</summary>
    Nominal,

    /// <summary>Ranks: the distance is the number of ratings in between.</summary>
    Ordinal,

    /// <summary>Numbers: the distance is the difference.</summary>
    Interval,
}

/// <summary>
/// Krippendorff's alpha: the agreement of any number of judges, with missing ratings (K. Krippendorff, "Computing Krippendorff's
/// Alpha-Reliability", 2011).
/// </summary>
static class KrippendorffAlpha
{
    /// <summary>
    /// α = 1 − Dₒ/Dₑ over the coincidences o_ck += 1/(m − 1) of each ordered pair of ratings within an item of m ≥ 2 ratings; with
    /// n_c their row sums and n their total, Dₒ = Σ o_ck δ²/n and Dₑ = Σ n_c n_k δ²/(n(n − 1)). δ² is [c ≠ k] (nominal),
    /// (c − k)² (interval) or (Σ n_g from c to k − (n_c + n_k)/2)² (ordinal). NaN where nothing varies (Dₑ = 0) or no item has two
    /// ratings.
    /// </summary>
    /// <param name="ratings">[judges][items]; NaN is a missing rating.</param>
    /// <param name="level">What the ratings mean.</param>
    /// <param name="times">[items] how often each item is there; null: once.</param>
    /// <exception cref="ArgumentException">The judges do not have the same number of items.</exception>
    public static double Of(IReadOnlyList<IReadOnlyList<double>> ratings, MeasurementLevel level, IReadOnlyList<int>? times = null)
    {
        int items = ratings.Count == 0 ? 0 : ratings[0].Count;
        if (ratings.Any(judge => judge.Count != items))
            throw new ArgumentException("Every judge needs a rating of every item, NaN where it is missing.");
        (double[] Ratings, int Times)[] units =
        [
            .. Enumerable
                .Range(0, items)
                .Select(item =>
                    (Ratings: ratings.Select(judge => judge[item]).Where(r => !double.IsNaN(r)).ToArray(), Times: times?[item] ?? 1)
                )
                .Where(unit => unit.Ratings.Length >= 2 && unit.Times > 0),
        ];
        double[] values = [.. units.SelectMany(unit => unit.Ratings).Distinct().Order()];

        double[,] coincidences = Coincidences(units, values);
        double[] totals = [.. values.Select((_, c) => values.Select((_, k) => coincidences[c, k]).Sum())];
        double n = totals.Sum(),
            observed = 0,
            expected = 0;
        for (int c = 0; c < values.Length; c++)
        {
            double ratingsThrough = totals[c];
            for (int k = c + 1; k < values.Length; k++)
            {
                ratingsThrough += totals[k];
                double distance = level switch
                {
                    MeasurementLevel.Nominal => 1,
                    MeasurementLevel.Ordinal => ratingsThrough - (totals[c] + totals[k]) / 2,
                    MeasurementLevel.Interval => values[k] - values[c],
                    _ => throw new ArgumentOutOfRangeException(nameof(level), level, "There is no such level of measurement."),
                };
                observed += coincidences[c, k] * distance * distance;
                expected += totals[c] * totals[k] * distance * distance;
            }
        }
        return 1 - (n - 1) * observed / expected;
    }

    static double[,] Coincidences((double[] Ratings, int Times)[] units, double[] values)
    {
        double[,] coincidences = new double[values.Length, values.Length];
        foreach (var (unit, times) in units)
        {
            int[] positions = [.. unit.Select(rating => Array.BinarySearch(values, rating))];
            for (int i = 0; i < unit.Length; i++)
            {
                for (int j = 0; j < unit.Length; j++)
                {
                    if (i != j)
                        coincidences[positions[i], positions[j]] += (double)times / (unit.Length - 1);
                }
            }
        }
        return coincidences;
    }
}
