namespace DcrDsl.Runtime.Tests.Statistics;

static class Approximately
{
    /// <summary>
    /// Within a relative tolerance of the expected number, however small it is, or an absolute one where the test names it; an
    /// expected 0 allows for rounding (1e-15). NaN and the infinities must be met exactly.
    /// </summary>
    public static void Equal(double expected, double actual, double relative = 1e-9, double absolute = 0, string what = "value")
    {
        double rounding = expected == 0 ? 1e-15 : 0;
        bool equal = double.IsFinite(expected)
            ? Math.Abs(actual - expected) <= Math.Max(relative * Math.Abs(expected), Math.Max(absolute, rounding))
            : expected.Equals(actual);
        Assert.True(equal, FormattableString.Invariant($"{what}: expected {expected:R}, got {actual:R}"));
    }
}
