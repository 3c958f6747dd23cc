namespace DcrDsl.Evaluation.Statistics;

/// <summary>
/// A mean with an error from each of two sources, seeds and prompts. Its interval adds the squares of the two Student intervals that each
/// source alone would have: value ± √((t₁ se₁)² + (t₂ se₂)²) (W. G. Cochran, Biometrics 20, 1964; the "square and add" of G. Y. Zou and
/// A. Donner, Statistics in Medicine 27, 2008). With one source it is Student's.
/// </summary>
/// <param name="Value">The mean.</param>
/// <param name="SeedError">The standard error from seeds, with what is left between seeds and prompts; NaN where nothing is known.</param>
/// <param name="SeedFreedom">Its degrees of freedom.</param>
/// <param name="PromptError">The standard error from prompts.</param>
/// <param name="PromptFreedom">Its degrees of freedom.</param>
readonly record struct UncertainMean(double Value, double SeedError, double SeedFreedom, double PromptError, double PromptFreedom)
{
    /// <summary>A mean of which no error is known.</summary>
    public static UncertainMean Without(double value) => new(value, double.NaN, double.NaN, double.NaN, double.NaN);

    /// <summary>A mean with one source of error.</summary>
    public static UncertainMean Of(double value, double standardError, double freedom) => new(value, standardError, freedom, 0, 1);

    /// <summary>The standard error, both sources together.</summary>
    public double StandardError => Math.Sqrt(SeedError * SeedError + PromptError * PromptError);

    /// <summary>The interval; NaN where the error is not known, of width 0 where it is 0.</summary>
    /// <param name="level">The confidence level, e.g. 0.95.</param>
    /// <exception cref="ArgumentOutOfRangeException">The level is not strictly between 0 and 1.</exception>
    public Interval Interval(double level = 0.95) =>
        double.IsNaN(StandardError)
            ? Statistics.Interval.Undefined
            : Statistics.Interval.Around(Value, HalfWidth(2 * (1 - ConfidenceLevel.UpperTail(level))));

    /// <summary>
    /// The two-sided p of the hypothesis that the true mean is another: 1 less the level of the interval that just reaches it. NaN where
    /// the error is not known or 0.
    /// </summary>
    /// <param name="hypothesis">That mean.</param>
    public double P(double hypothesis = 0) => TwoSidedP(Math.Abs(Value - hypothesis));

    /// <summary>
    /// The p of the hypothesis that the true mean is not strictly within ±<paramref name="margin"/>: the larger p of the two one-sided
    /// tests (D. J. Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15, 1987). It is at most α where the interval at the level
    /// 1 − 2α lies within the margin.
    /// </summary>
    /// <param name="margin">The margin, above 0, in the unit of the mean.</param>
    /// <exception cref="ArgumentOutOfRangeException">The margin is not above 0.</exception>
    public double EquivalenceP(double margin)
    {
        if (!(margin > 0))
            throw new ArgumentOutOfRangeException(nameof(margin), margin, "A margin of equivalence lies above 0.");
        double inside = margin - Math.Abs(Value),
            half = TwoSidedP(Math.Abs(inside)) / 2;
        return inside >= 0 ? half : 1 - half;
    }

    double TwoSidedP(double distance)
    {
        double error = StandardError;
        if (!(error > 0) || double.IsNaN(distance))
            return double.NaN;
        if (PromptError == 0)
            return StudentT.TwoSidedP(distance / SeedError, SeedFreedom);
        if (SeedError == 0)
            return StudentT.TwoSidedP(distance / PromptError, PromptFreedom);
        if (distance == 0)
            return 1;
        var self = this;
        return MonotoneInverse.Find(p => p == 0 ? double.NegativeInfinity : -self.HalfWidth(p), -distance, upper: 1);
    }

    // By the lower tail, whose small probabilities a double holds.
    double HalfWidth(double alpha) => Math.Sqrt(Square(SeedError, SeedFreedom, alpha) + Square(PromptError, PromptFreedom, alpha));

    static double Square(double error, double freedom, double alpha) =>
        error == 0 ? 0 : Math.Pow(StudentT.Quantile(alpha / 2, freedom) * error, 2);
}
