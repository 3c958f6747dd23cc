using System.Numerics;

namespace DcrDsl.Runtime.Tests.Statistics;

/// <summary>Binomial probabilities from whole numbers, as a second route.</summary>
static class Binomials
{
    public static BigInteger Choose(int n, int k) =>
        Enumerable.Range(1, k).Aggregate(BigInteger.One, (product, i) => product * (n - k + i) / i);

    public static double Probability(int k, int n, double p) => (double)Choose(n, k) * Math.Pow(p, k) * Math.Pow(1 - p, n - k);
}
