namespace DcrDsl.Evaluation.Statistics;

/// <summary>Inverts an increasing function of a non-negative number to the last bit that the function itself resolves.</summary>
static class MonotoneInverse
{
    /// <summary>
    /// The smallest double x in [0, <paramref name="upper"/>] with f(x) ≥ <paramref name="value"/>; <paramref name="upper"/> where
    /// there is none. Non-negative doubles are ordered like their bit patterns, so at most 63 halvings of the patterns end at
    /// neighbouring doubles, with the same relative accuracy at 1e-200 as at 1, and neither a tolerance nor a first guess.
    /// </summary>
    public static double Find(Func<double, double> f, double value, double upper)
    {
        long low = 0,
            high = BitConverter.DoubleToInt64Bits(upper);
        while (low < high)
        {
            long middle = low + (high - low) / 2;
            if (f(BitConverter.Int64BitsToDouble(middle)) < value)
                low = middle + 1;
            else
                high = middle;
        }
        return BitConverter.Int64BitsToDouble(low);
    }
}
