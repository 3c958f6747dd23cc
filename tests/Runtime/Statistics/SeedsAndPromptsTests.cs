using DcrDsl.Data;
using DcrDsl.Evaluation.Statistics;

namespace DcrDsl.Runtime.Tests.Statistics;

/// <summary>Seeds crossed with prompts: mean squares by hand, and what the error is made of.</summary>
public class SeedsAndPromptsTests
{
    /// <summary>
    /// Seeds (1, 0, 1) and (1, −1, 0): means 2/3 and 0, of prompts 1, −1/2 and 1/2, of all 1/3. Sums of squares 2/3, 7/3 and 1/3.
    /// </summary>
    static readonly double[][] Small =
    [
        [1, 0, 1],
        [1, -1, 0],
    ];

    [Fact]
    public void Mean_squares_are_those_by_hand()
    {
        var parts = SeedsAndPrompts.Of(Small);
        Assert.Equal(1 / 3.0, parts.Mean, 1e-15);
        Assert.Equal(2 / 3.0, parts.SeedSquare, 1e-14);
        Assert.Equal(7 / 6.0, parts.PromptSquare, 1e-14);
        Assert.Equal(1 / 6.0, parts.RestSquare, 1e-14);
        Assert.Equal((2 / 3.0 - 1 / 6.0) / 3, parts.SeedVariance, 1e-14);
        Assert.Equal((7 / 6.0 - 1 / 6.0) / 2, parts.PromptVariance, 1e-14);

        var estimate = parts.Estimate();
        Assert.Equal(Math.Sqrt(2 / 3.0 / 6), estimate.SeedError, 1e-14);
        Assert.Equal(Math.Sqrt(1.0 / 6), estimate.PromptError, 1e-14);
        Assert.Equal((1, 2), (estimate.SeedFreedom, estimate.PromptFreedom));
    }

    [Fact]
    public void Sums_of_squares_are_the_whole()
    {
        double[][] values = Random(4, 30);
        var parts = SeedsAndPrompts.Of(values);
        double whole = values.SelectMany(v => v).Sum(x => (x - parts.Mean) * (x - parts.Mean));
        Assert.Equal(whole, 3 * parts.SeedSquare + 29 * parts.PromptSquare + 87 * parts.RestSquare, 1e-10);
    }

    /// <summary>Whatever changes with the seed alone is Student's interval over seeds.</summary>
    [Fact]
    public void Prompts_that_are_alike_leave_students_interval_over_seeds()
    {
        double[][] values =
        [
            [0.1, 0.1, 0.1],
            [0.3, 0.3, 0.3],
            [0.2, 0.2, 0.2],
        ];
        var student = SampleMean.Of([0.1, 0.3, 0.2]).Interval;
        var interval = SeedsAndPrompts.Of(values).Estimate().Interval();
        Assert.Equal(student.Low, interval.Low, 1e-9);
        Assert.Equal(student.High, interval.High, 1e-9);
    }

    /// <summary>Seeds that are copies add nothing: what is left is Student's interval over prompts.</summary>
    [Fact]
    public void Seeds_that_are_alike_leave_students_interval_over_prompts()
    {
        double[] prompts = Random(1, 50)[0];
        var student = SampleMean.Of(prompts).Interval;
        foreach (
            double[][] values in (double[][][])
                [
                    [prompts],
                    [prompts, prompts, prompts],
                ]
        )
        {
            var interval = SeedsAndPrompts.Of(values).Estimate().Interval();
            Assert.Equal(student.Low, interval.Low, 1e-9);
            Assert.Equal(student.High, interval.High, 1e-9);
        }
    }

    [Fact]
    public void Clusters_of_one_prompt_are_none_and_whole_clusters_count_once()
    {
        double[][] values = Random(3, 40);
        var alone = SeedsAndPrompts.Of(values, [.. Enumerable.Range(0, 40)]);
        Assert.Equal(SeedsAndPrompts.Of(values).PromptSquare, alone.PromptSquare, 1e-12);
        Assert.Equal(1, alone.DesignEffect, 1e-12);

        // Ten copies of each prompt: as clusters they are as sure as one of each.
        double[][] copied = [.. values.Select(v => v.SelectMany(x => Enumerable.Repeat(x, 10)).ToArray())];
        var clustered = SeedsAndPrompts.Of(copied, [.. Enumerable.Range(0, 400).Select(i => i / 10)]);
        Assert.Equal((40, 39), (clustered.Clusters, clustered.PromptFreedom));
        Assert.Equal(alone.PromptSquare / 40, clustered.PromptSquare / 400, 1e-12);
        Assert.InRange(clustered.DesignEffect, 10, 10.4);
        Assert.Equal(double.NaN, SeedsAndPrompts.Of(values, new int[40]).Estimate().StandardError); // one cluster
    }

    /// <summary>Arms that differ on no prompt have Bonett and Price's error, √(2 / (n + 2)²), which is not 0.</summary>
    [Fact]
    public void Arms_that_differ_nowhere_are_not_certain()
    {
        double[][] none = [new double[38], new double[38], new double[38]];
        Assert.Equal(Math.Sqrt(2) / 40, SeedsAndPrompts.Of(none).Estimate(isShare: true).StandardError, 1e-12);
        Assert.Equal(Math.Sqrt(2) / 40, SeedsAndPrompts.Of([none[0]]).Estimate(isShare: true).StandardError, 1e-12);
        Assert.Equal(0, SeedsAndPrompts.Of(none).Estimate().StandardError);
    }

    static double[][] Random(int seeds, int prompts)
    {
        var random = new RandomStream(3, "parts");
        return [.. Enumerable.Range(0, seeds).Select(_ => Enumerable.Range(0, prompts).Select(_ => random.NextNormal()).ToArray())];
    }
}
