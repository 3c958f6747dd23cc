using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace DcrDsl.Evaluation.Statistics;

/// <summary>The standard normal distribution (MathNet.Numerics: within 1e-12, relative, also far in the lower tail).</summary>
static class Gaussian
{
    /// <summary>Φ(z).</summary>
    public static double Cdf(double z) => Normal.CDF(0, 1, z);

    /// <summary>Φ⁻¹(p): −∞ at 0, +∞ at 1, NaN for NaN.</summary>
    public static double Quantile(double p) => double.IsNaN(p) ? p : Normal.InvCDF(0, 1, p);

    /// <summary>P(|Z| ≥ |z|).</summary>
    public static double TwoSidedP(double z) => SpecialFunctions.Erfc(Math.Abs(z) / Math.Sqrt(2));

    /// <summary>The interval value ± Φ⁻¹((1 + level) / 2) · se.</summary>
    public static Interval IntervalAround(double value, double standardError, double level) =>
        Interval.Around(value, Quantile(ConfidenceLevel.UpperTail(level)) * standardError);
}
