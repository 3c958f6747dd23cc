using CsCheck;
using DcrDsl.Evaluation.Statistics;

namespace DcrDsl.Runtime.Tests.Statistics;

public class McNemarTests
{
    static readonly Gen<(int B, int C)> Counts = Gen.Select(Gen.Int[0, 60], Gen.Int[0, 60]);

    [Fact]
    public void Exact_and_mid_p_equal_the_sums_of_binomial_coefficients() =>
        Counts.Sample(
            (b, c) =>
            {
                int n = b + c,
                    least = Math.Min(b, c);
                double all = Math.Pow(2, n),
                    at = (double)Binomials.Choose(n, least) / all;
                double tail = Enumerable.Range(0, least + 1).Sum(k => (double)Binomials.Choose(n, k)) / all;
                Approximately.Equal(Math.Min(1, 2 * tail), McNemar.Exact(b, c), relative: 1e-11);
                Approximately.Equal(2 * tail - at, McNemar.MidP(b, c), relative: 1e-11);
            }
        );

    [Fact]
    public void The_arms_can_be_swapped_and_the_mid_p_never_exceeds_the_exact_p() =>
        Counts.Sample(
            (b, c) =>
            {
                Assert.Equal(McNemar.Exact(b, c), McNemar.Exact(c, b));
                Assert.Equal(McNemar.MidP(b, c), McNemar.MidP(c, b));
                Assert.Equal(McNemar.CorrectedChiSquare(b, c), McNemar.CorrectedChiSquare(c, b));
                Assert.True(McNemar.MidP(b, c) <= McNemar.Exact(b, c));
            }
        );

    [Fact]
    public void Only_prompts_on_which_the_arms_differ_are_counted()
    {
        Assert.Equal((2, 1), McNemar.Discordant([true, true, false, false, true], [false, true, true, false, false]));
        Assert.Throws<ArgumentException>(() => McNemar.Discordant([true], [true, false]));
    }

    [Fact]
    public void Negative_counts_are_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => McNemar.Exact(-1, 3));
}
