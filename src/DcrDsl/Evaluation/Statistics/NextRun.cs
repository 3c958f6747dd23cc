using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace DcrDsl.Evaluation.Statistics;

/// <summary>
/// What a run of so many seeds and prompts would see, by variance components that an earlier run gave: a difference is found where its
/// interval (<see cref="UncertainMean"/>) leaves 0 out. Its true variance is σ²seeds/S + σ²prompts/P + σ²rest/(SP); the error from seeds
/// that the interval is made of varies as √(χ²/(S − 1)), over whose density the probability is integrated (Simpson's rule); that from
/// prompts counts as known.
/// </summary>
/// <param name="SeedVariance">σ²seeds; NaN where no seed changes anything, so that there is one for ever.</param>
/// <param name="PromptVariance">σ²prompts.</param>
/// <param name="RestVariance">σ²rest.</param>
sealed record NextRun(double SeedVariance, double PromptVariance, double RestVariance)
{
    /// <summary>More seeds or prompts than these are not proposed.</summary>
    public const int MostSeeds = 1_000,
        MostPrompts = 1_000_000;

    /// <summary>By the components of a run.</summary>
    public static NextRun After(SeedsAndPrompts parts) => new(parts.SeedVariance, parts.PromptVariance, parts.RestVariance);

    /// <summary>
    /// The same where the variance between seeds is at the upper end of what the run allows: S − 1 chi-square quantiles below its own mean
    /// square. What is planned by few seeds is itself uncertain.
    /// </summary>
    /// <param name="parts">The run's components.</param>
    /// <param name="confidence">How sure not to be above it, e.g. 0.8.</param>
    public static NextRun Pessimistic(SeedsAndPrompts parts, double confidence = 0.8) =>
        parts.Seeds < 2
            ? After(parts)
            : After(parts with { SeedSquare = parts.SeedSquare * (parts.Seeds - 1) / ChiSquared.InvCDF(parts.Seeds - 1, 1 - confidence) });

    /// <summary>Whether seeds change anything.</summary>
    public bool HasSeeds => !double.IsNaN(SeedVariance);

    /// <summary>The probability to find a difference at the level α.</summary>
    /// <param name="seeds">S, at least 2 where seeds change anything.</param>
    /// <param name="prompts">P, at least 2.</param>
    /// <param name="difference">The true difference.</param>
    /// <param name="alpha">α, e.g. 0.05.</param>
    public double Power(int seeds, int prompts, double difference, double alpha)
    {
        double s = seeds,
            p = prompts;
        if (!HasSeeds)
        {
            double variance = (PromptVariance + RestVariance) / p,
                critical = Critical(alpha, p - 1);
            return Beyond(variance, p - 1, x => critical * Math.Sqrt(variance) * x, difference);
        }
        double ofSeeds = SeedVariance / s + RestVariance / (s * p),
            ofRest = RestVariance / (s * p),
            ofPrompts = PromptVariance / p,
            t = Critical(alpha, s - 1),
            tOfRest = Critical(alpha, (s - 1) * (p - 1)),
            held = Math.Pow(Critical(alpha, p - 1), 2) * ofPrompts;
        return Beyond(ofSeeds + ofPrompts, s - 1, HalfWidth, difference);

        double HalfWidth(double x)
        {
            double square = ofSeeds * x * x;
            return Math.Sqrt(held + (square > ofRest ? t * t * square : tOfRest * tOfRest * ofRest));
        }
    }

    static double Critical(double alpha, double freedom) => -StudentT.Quantile(alpha / 2, freedom);

    /// <summary>
    /// The probability that |difference + noise| is beyond a half width that depends on x = √(χ²/df), which has the density
    /// 2 (df/2)^(df/2) / Γ(df/2) · x^(df−1) · exp(−df x²/2); over u = √x this is smooth at 0 too.
    /// </summary>
    static double Beyond(double variance, double df, Func<double, double> halfWidth, double difference)
    {
        const int steps = 2_000;
        if (variance == 0)
            return difference == 0 ? 0 : 1;
        double spread = Math.Sqrt(variance),
            constant = Math.Log(4) + df / 2 * Math.Log(df / 2) - SpecialFunctions.GammaLn(df / 2),
            wide = 9 / Math.Sqrt(2 * df),
            low = Math.Sqrt(Math.Max(0, 1 - wide)),
            width = (Math.Sqrt(1 + wide + (df < 10 ? 6 : 0)) - low) / steps,
            sum = 0;
        for (int i = 0; i <= steps; i++)
        {
            double u = low + i * width,
                x = u * u;
            if (u == 0)
                continue; // no density
            double density = Math.Exp(constant + (2 * df - 1) * Math.Log(u) - df * x * x / 2),
                half = halfWidth(x);
            sum +=
                (
                    i is 0 or steps ? 1
                    : i % 2 == 1 ? 4
                    : 2
                )
                * density
                * (Gaussian.Cdf((difference - half) / spread) + Gaussian.Cdf((-difference - half) / spread));
        }
        return Math.Clamp(sum * width / 3, 0, 1);
    }

    /// <summary>The fewest seeds, from 2, that reach a power with so many prompts; null: no number up to 1,000 does.</summary>
    public int? Seeds(int prompts, double difference, double power, double alpha) =>
        HasSeeds ? Least(2, MostSeeds, seeds => Power(seeds, prompts, difference, alpha) >= power) : null;

    /// <summary>The fewest prompts that reach a power with so many seeds; null: no number up to a million does.</summary>
    public int? Prompts(int seeds, double difference, double power, double alpha) =>
        HasSeeds && seeds < 2 ? null : Least(2, MostPrompts, prompts => Power(seeds, prompts, difference, alpha) >= power);

    // Power grows with the number, so halving finds the least.
    static int? Least(int low, int high, Func<int, bool> suffices)
    {
        if (!suffices(high))
            return null;
        while (low < high)
        {
            int middle = low + (high - low) / 2;
            if (suffices(middle))
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }
}
