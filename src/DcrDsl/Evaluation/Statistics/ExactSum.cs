namespace DcrDsl.Evaluation.Statistics;

/// <summary>
/// The correctly rounded sum of doubles, whatever their order (J. R. Shewchuk, "Adaptive precision floating-point arithmetic", 1997;
/// the algorithm of Python's math.fsum). Two resamples that hold the same rows have the same sum, so ties can be counted.
/// </summary>
static class ExactSum
{
    /// <summary>The sum; 0 for no value, the ordinary sum where a value is not finite.</summary>
    public static double Of(ReadOnlySpan<double> values)
    {
        // Non-overlapping partial sums in increasing size: a double's 2,098 bit positions hold at most 40 of them.
        Span<double> partials = stackalloc double[64];
        int count = 0;
        foreach (double value in values)
        {
            double sum = value;
            int kept = 0;
            for (int i = 0; i < count; i++)
            {
                (sum, double error) = TwoSum(sum, partials[i]);
                if (error != 0)
                    partials[kept++] = error;
            }
            if (!double.IsFinite(sum))
                return OrdinarySum(values);
            partials[kept] = sum;
            count = kept + 1;
        }
        return Rounded(partials[..count]);
    }

    // From the largest partial down, until one leaves an error: then the sign of the next decides a tie of the rounding.
    static double Rounded(ReadOnlySpan<double> partials)
    {
        if (partials.IsEmpty)
            return 0;
        double sum = partials[^1],
            error = 0;
        int next = partials.Length - 2;
        while (next >= 0 && error == 0)
            (sum, error) = TwoSum(sum, partials[next--]);
        if (next >= 0 && Math.Sign(error) == Math.Sign(partials[next]))
        {
            double twice = error * 2,
                corrected = sum + twice;
            if (corrected - sum == twice)
                return corrected;
        }
        return sum;
    }

    // Knuth's two-sum: a + b = sum + error, exactly.
    static (double Sum, double Error) TwoSum(double a, double b)
    {
        double sum = a + b,
            b2 = sum - a;
        return (sum, (a - (sum - b2)) + (b - b2));
    }

    static double OrdinarySum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
            sum += value;
        return sum;
    }
}
