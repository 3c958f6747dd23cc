using MathNet.Numerics;

namespace DcrDsl.Evaluation.Statistics;

/// <summary>
/// Student's t distribution through the regularised incomplete beta function, P(|T| ≥ t) = I_x(df/2, ½) with x = df / (df + t²).
/// MathNet's own StudentT.InvCDF stops at an absolute error of the probability, so it loses digits in the tails or throws there; here
/// the relative error stays below 1e-11 up to 10,000 degrees of freedom.
/// </summary>
static class StudentT
{
    /// <summary>P(|T| ≥ |t|) with <paramref name="df"/> &gt; 0 degrees of freedom: 0 at ±∞, NaN for NaN.</summary>
    public static double TwoSidedP(double t, double df)
    {
        if (double.IsNaN(t))
            return double.NaN;
        double square = t * t;
        // While p is not small, its complement keeps the digits of t², which df / (df + t²) would round away.
        return square < 4
            ? 1 - SpecialFunctions.BetaRegularized(0.5, df / 2, square / (df + square))
            : SpecialFunctions.BetaRegularized(df / 2, 0.5, df / (df + square));
    }

    /// <summary>The t below which a share <paramref name="p"/> (strictly between 0 and 1) of the distribution lies.</summary>
    public static double Quantile(double p, double df)
    {
        double tail = Math.Min(p, 1 - p);
        double t = MonotoneInverse.Find(x => -TwoSidedP(x, df), -2 * tail, double.MaxValue);
        return p < 0.5 ? -t : t;
    }
}
