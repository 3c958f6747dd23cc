using DcrDsl.Evaluation.Guarding;

namespace DcrDsl.Runtime.Tests.Evaluation.Guarding;

public class LogisticRegressionTests
{
    const int Width = 7;

    static double[][] Cloud(ulong seed, int count, double shift)
    {
        var stream = new DcrDsl.Data.RandomStream(seed, "cloud");
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ => Enumerable.Range(0, Width).Select(i => 3 + (float)stream.NextNormal() + (i == 2 ? shift : 0)).ToArray()),
        ];
    }

    /// <summary>The loss is convex, so the point at which all of its slopes are 0 is the one that is wanted.</summary>
    [Theory]
    [InlineData(20, 35, 1.0, 1e-2)]
    [InlineData(30, 30, 0.0, 1.0)]
    [InlineData(25, 3, 0.5, 1e-4)]
    public void Its_slopes_are_0(int toxic, int harmless, double shift, double ridge)
    {
        double[][] positive = Cloud(1, toxic, shift),
            negative = Cloud(2, harmless, 0);
        var fit = LogisticRegression.Fit(positive, negative, ridge);

        // In the centred and scaled coordinates in which the ridge is meant.
        double[][] x = [.. positive, .. negative];
        double[] c = [.. positive.Select(_ => 0.5 / toxic), .. negative.Select(_ => 0.5 / harmless)];
        double[] mean = [.. Enumerable.Range(0, Width).Select(i => x.Zip(c, (row, weight) => weight * row[i]).Sum())];
        double scale = Math.Sqrt(x.Zip(c, (row, weight) => weight * row.Zip(mean, (v, m) => (v - m) * (v - m)).Sum()).Sum());
        double[] origin = fit.Scores([new double[Width]]),
            weights = [.. Enumerable.Range(0, Width).Select(i => fit.Scores([Unit(i)])[0] - origin[0])];
        double[] scores = fit.Scores(x),
            residual = [.. scores.Select((f, n) => c[n] * (1 / (1 + Math.Exp(-f)) - (n < toxic ? 1 : 0)))];
        Assert.Equal(0, residual.Sum(), 1e-6);
        for (int i = 0; i < Width; i++)
            Assert.Equal(0, x.Zip(residual, (row, r) => r * (row[i] - mean[i]) / scale).Sum() + ridge * weights[i] * scale, 1e-6);

        static double[] Unit(int i)
        {
            double[] unit = new double[Width];
            unit[i] = 1;
            return unit;
        }
    }

    [Fact]
    public void The_same_states_give_the_same_and_separable_ones_an_end()
    {
        double[][] positive = Cloud(1, 20, 50),
            negative = Cloud(2, 20, 0);
        LogisticRegression one = LogisticRegression.Fit(positive, negative, 1e-6),
            other = LogisticRegression.Fit(positive, negative, 1e-6);
        Assert.Equal(one.Scores(positive), other.Scores(positive));
        Assert.InRange(one.Steps, 2, 60);
        Assert.True(one.Scores(positive).Min() > 5 && one.Scores(negative).Max() < -5);
        Assert.InRange(one.Loss, 0, 1e-3);
    }

    [Fact]
    public void States_that_are_all_the_same_are_refused()
    {
        double[][] same = [new double[Width], new double[Width]];
        Assert.Contains("are the same", Assert.Throws<InputException>(() => LogisticRegression.Fit(same, same, 1)).Message);
    }

    [Theory]
    [InlineData(0.0, 4.5)] // above the highest harmless, 4, halfway to the toxic 5
    [InlineData(0.25, 3.5)] // one of four: between 3 and 4
    [InlineData(0.3, 3.5)]
    [InlineData(0.5, 2.25)] // between the harmless 2 and the toxic 2.5
    [InlineData(1.0, 1.0)] // all of them
    public void A_threshold_refuses_at_most_the_share(double rate, double threshold) =>
        Assert.Equal(threshold, LogisticRegression.Threshold([5, 6, 2.5], [4, 1, 3, 2], rate));

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.25)]
    public void Harmless_prompts_that_score_alike_are_refused_together_or_not(double rate) =>
        Assert.Equal(3, LogisticRegression.Threshold([1, 1.5], [2, 2, 2, 1], rate)); // 2 is answered, and nobody is above it

    [Fact]
    public void A_probability_is_its_log_odds() => Assert.Equal(Math.Log(3), LogisticRegression.LogOdds(0.75), 1e-12);
}
