using DcrDsl.Data;
using DcrDsl.Evaluation.Preferring;

namespace DcrDsl.Runtime.Tests.Evaluation.Preferring;

public class LengthControlTests
{
    /// <summary>
    /// Preferences drawn with a planted quality, logistic(θ), and a planted taste for length: at equal lengths the win rate is logistic(θ),
    /// whatever the taste and however much longer the arm's answers are.
    /// </summary>
    [Theory]
    [InlineData(0.0, 0.0, 0.0)]
    [InlineData(0.0, 1.5, 200.0)]
    [InlineData(0.8, 1.5, 200.0)]
    [InlineData(-0.5, 2.0, 150.0)]
    [InlineData(0.4, -1.0, -200.0)]
    public void A_planted_taste_for_length_is_taken_out(double quality, double taste, double longer)
    {
        const int prompts = 4_000;
        const double spread = 200;
        var random = new RandomStream(7, "length");
        double[] differences = [.. Enumerable.Range(0, prompts).Select(_ => Math.Round(longer + spread * random.NextNormal()))];
        double mean = differences.Average(),
            deviation = Math.Sqrt(differences.Average(d => (d - mean) * (d - mean)));
        Preference[] pairs = [.. differences.Select(d => Drawn(d, Logistic(quality + taste * Math.Tanh(d / deviation))))];

        var fitted = LengthControl.Of(pairs)!;
        Assert.InRange(fitted.WinRate, Logistic(quality) - 0.03, Logistic(quality) + 0.03);
        Assert.InRange(fitted.LengthEffect, taste - 0.2, taste + 0.2);
        if (taste != 0)
            // Without it the longer arm would look better than it is, and by much.
            Assert.True(Math.Abs(pairs.Average(p => p.Value) - Logistic(quality)) > 0.08);

        Preference Drawn(double difference, double share) => Of(random.NextDouble() < share ? 1 : 0, difference);
    }

    /// <summary>The reference: both derivatives brought to 0 by nested bisection, in Python.</summary>
    [Fact]
    public void It_is_the_minimum_of_the_regression()
    {
        var fitted = LengthControl.Of([Of(1, 120), Of(0.5, 40), Of(0, -30), Of(1, -80), Of(0, -200), Of(0.5, 10), Of(1, 300), Of(0, 5)])!;
        Assert.Equal(0.4907828095485263, fitted.WinRate, 1e-9);
        Assert.Equal(0.6789536546783947, fitted.LengthEffect, 1e-9);
    }

    [Fact]
    public void Where_length_says_nothing_it_is_the_win_rate()
    {
        Assert.Equal(0.625, LengthControl.Of([Of(1, 0), Of(0, 0), Of(1, 0), Of(0.5, 0)])!.WinRate, 1e-12);
        Assert.Equal(1, LengthControl.Of([Of(1, 30), Of(1, -3)])!.WinRate);
        Assert.Equal(0, LengthControl.Of([Of(0, 30), Of(0, -3)])!.WinRate);
    }

    [Fact]
    public void Where_length_cannot_be_told_apart_there_is_none()
    {
        Assert.Null(LengthControl.Of([]));
        Assert.Null(LengthControl.Of([Of(1, 20), Of(0, 20)]));
        Assert.Null(LengthControl.Of([Of(0.5, 20)]));
    }

    [Fact]
    public void Lengths_that_tell_all_leave_it_finite()
    {
        var fitted = LengthControl.Of([.. Enumerable.Range(1, 50).SelectMany(i => (Preference[])[Of(1, i), Of(0, -i)])])!;
        Assert.Equal(0.5, fitted.WinRate, 1e-9);
        Assert.InRange(fitted.LengthEffect, 2, 20);
    }

    [Fact]
    public void Turning_the_sides_turns_the_number()
    {
        var random = new RandomStream(3, "sides");
        Preference[] pairs = [.. Enumerable.Range(0, 60).Select(_ => Of(random.Next(3) / 2.0, random.Next(400) - 150))],
            turned = [.. pairs.Select(p => Of(1 - p.Value, p.ReferenceLength - p.Length))];
        Assert.Equal(1 - LengthControl.Of(pairs)!.WinRate, LengthControl.Of(turned)!.WinRate, 1e-9);
    }

    static double Logistic(double x) => 1 / (1 + Math.Exp(-x));

    static Preference Of(double value, double difference) => new(value, value, 1_000 + (int)difference, 1_000, Asked: true);
}
