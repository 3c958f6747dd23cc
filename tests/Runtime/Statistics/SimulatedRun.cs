using DcrDsl.Data;

namespace DcrDsl.Runtime.Tests.Statistics;

/// <summary>Differences of two arms as a run would give them, from known variances.</summary>
static class SimulatedRun
{
    /// <summary>mean + seed + prompt + rest, all normal.</summary>
    public static double[][] Normal(
        RandomStream random,
        int seeds,
        int prompts,
        double mean,
        double seedVariance,
        double promptVariance,
        double restVariance
    )
    {
        double[] ofPrompts = [.. Enumerable.Range(0, prompts).Select(_ => Math.Sqrt(promptVariance) * random.NextNormal())];
        return
        [
            .. Enumerable
                .Range(0, seeds)
                .Select(_ =>
                {
                    double seed = mean + Math.Sqrt(seedVariance) * random.NextNormal();
                    return ofPrompts.Select(prompt => seed + prompt + Math.Sqrt(restVariance) * random.NextNormal()).ToArray();
                }),
        ];
    }
}
