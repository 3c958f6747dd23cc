using DcrDsl.Evaluation.Statistics;

namespace DcrDsl.Evaluation.Separation;

/// <summary>
/// A linear probe that is tried on vectors that it was not fitted to: ridge regression on the targets −1 and +1, fitted to all parts but
/// one and tried on that one, in turn. In closed form, so that the same vectors give the same numbers.
/// </summary>
static class LinearProbe
{
    /// <summary>
    /// With the vectors centred on the mean of those fitted to, and scaled so that their mean squared length is 1, the weights minimise
    /// the mean of (w·x + b − y)² plus λ‖w‖², both classes counting the same; solved in its dual form.
    /// </summary>
    /// <param name="states">The vectors; at least as many of each class as there are parts.</param>
    /// <param name="folds">The part of each vector, <see cref="LabelledStates.Folds"/>.</param>
    /// <param name="ridge">λ.</param>
    /// <returns>
    /// The share of each class that is told right, its mean over the two (chance: ½), and the area under the ROC curve within a part, its
    /// mean over parts with the standard error of that.
    /// </returns>
    public static (double Accuracy, double Auc, double AucError) Try(LabelledStates states, int[] folds, double ridge)
    {
        double[] right = new double[2];
        var areas = new List<double>();
        foreach (int part in folds.Distinct().Order())
        {
            int[] fitted = [.. Rows(p => p != part)],
                tried = [.. Rows(p => p == part)];
            double[] scores = Scores(states, fitted, tried, ridge);
            areas.Add(RocCurve.Auc([.. tried.Select(states.IsSecond)], scores).Value);
            foreach (var (score, row) in scores.Zip(tried))
                if (score > 0 == states.IsSecond(row))
                    right[states.IsSecond(row) ? 1 : 0]++;
        }
        double mean = areas.Average(),
            variance = areas.Sum(a => (a - mean) * (a - mean)) / (areas.Count - 1);
        return (
            (right[0] / states.FirstCount + right[1] / (states.Count - states.FirstCount)) / 2,
            mean,
            Math.Sqrt(variance / areas.Count)
        );

        IEnumerable<int> Rows(Func<int, bool> which) => Enumerable.Range(0, states.Count).Where(row => which(folds[row]));
    }

    static double[] Scores(LabelledStates states, int[] fitted, int[] tried, double ridge)
    {
        // Each class has half of the weight, however many vectors it has.
        int second = fitted.Count(states.IsSecond),
            first = fitted.Length - second;
        double[] weights = [.. fitted.Select(row => 0.5 / (states.IsSecond(row) ? second : first))];
        // Products with the mean of those fitted to, of everyone and of the mean itself: with them any product can be centred.
        double[] withMean = [.. states.Products.Select(products => fitted.Zip(weights, (row, weight) => weight * products[row]).Sum())];
        double ofMean = fitted.Zip(weights, (row, weight) => weight * withMean[row]).Sum();
        double square = fitted.Zip(weights, (row, weight) => weight * Centred(row, row)).Sum();
        if (!(square > 0))
            return new double[tried.Length];
        // min Σ cᵢ (w·xᵢ − yᵢ)² + λ‖w‖² with w = Σ αᵢ xᵢ gives (K + λ C⁻¹) α = y; with both classes counting the same, b = 0.
        double[][] system = [.. fitted.Select(row => fitted.Select(other => Centred(row, other) / square).ToArray())];
        for (int i = 0; i < system.Length; i++)
            system[i][i] += ridge / weights[i];
        double[] alpha = Cholesky.Solve(system, [.. fitted.Select(row => states.IsSecond(row) ? 1.0 : -1.0)]);
        return [.. tried.Select(row => fitted.Zip(alpha, (other, a) => a * Centred(row, other) / square).Sum())];

        double Centred(int row, int other) => states.Products[row][other] - withMean[row] - withMean[other] + ofMean;
    }
}
