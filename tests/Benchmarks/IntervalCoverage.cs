using System.Globalization;
using DcrDsl.Data;
using DcrDsl.Evaluation.Statistics;

namespace DcrDsl.Benchmarks;

/// <summary>
/// How often intervals of the difference of two arms hold the true difference, over simulated runs of arms that answer the same prompts at
/// every seed: <c>coverage [RUNS [RESAMPLES]]</c>, or <c>coverage time</c>. docs/statistics.md has the table that it prints.
/// </summary>
static class IntervalCoverage
{
    /// <summary>A world of arms, seeds and prompts.</summary>
    /// <param name="Name">What it is called in the table.</param>
    /// <param name="Seed">The spread between seeds of an arm, in units of the spread of single answers.</param>
    /// <param name="Own">The spread between prompts that an arm has of its own.</param>
    /// <param name="Shift">By how much the first arm is above the second.</param>
    /// <param name="Level">Where the second arm is.</param>
    sealed record World(string Name, double Seed, double Own, double Shift, double Level)
    {
        const double Difficulty = 1;

        double Scale => Math.Sqrt(1 + Seed * Seed + Difficulty * Difficulty + Own * Own);

        /// <summary>The difference of the shares over all seeds and prompts there could be.</summary>
        public double Truth => Gaussian.Cdf((Level + Shift) / Scale) - Gaussian.Cdf(Level / Scale);

        /// <summary>One run: differences of answers, 1, 0 or −1, by seed and prompt.</summary>
        public double[][] Draw(RandomStream random, int seeds, int prompts)
        {
            double[] common = Normal(prompts, Difficulty),
                first = Normal(prompts, Own),
                second = Normal(prompts, Own),
                firstSeeds = Normal(seeds, Seed),
                secondSeeds = Normal(seeds, Seed);
            return
            [
                .. Enumerable
                    .Range(0, seeds)
                    .Select(s =>
                        Enumerable
                            .Range(0, prompts)
                            .Select(p =>
                                (random.NextNormal() + Level + Shift + common[p] + first[p] + firstSeeds[s] > 0 ? 1.0 : 0)
                                - (random.NextNormal() + Level + common[p] + second[p] + secondSeeds[s] > 0 ? 1.0 : 0)
                            )
                            .ToArray()
                    ),
            ];

            double[] Normal(int count, double spread) => [.. Enumerable.Range(0, count).Select(_ => spread * random.NextNormal())];
        }
    }

    static readonly World[] Worlds =
    [
        new("seeds alike, prompts alike", 0, 0, 0.5, 0),
        new("seeds alike, prompts differ", 0, 1, 0.5, 0),
        new("seeds differ a little, prompts differ", 0.1, 1, 0.5, 0),
        new("seeds differ, prompts differ", 0.3, 1, 0.5, 0),
        new("seeds differ, prompts alike", 0.3, 0, 0.5, 0),
        new("seeds differ much, prompts differ", 0.8, 0.5, 0.5, 0),
        new("defence near 99.8 %, no difference", 0.2, 0.5, 0, 4.5),
        new("defence near 98 %, no difference", 0.2, 0.5, 0, 3.2),
    ];

    public static int Run(string[] settings)
    {
        if (settings is ["time"])
            return Time();
        int runs = settings.Length > 0 ? int.Parse(settings[0], CultureInfo.InvariantCulture) : 2_000,
            resamples = settings.Length > 1 ? int.Parse(settings[1], CultureInfo.InvariantCulture) : 500;
        Console.WriteLine("| world | seeds | prompts | two factors | Student over seeds | two-level bootstrap | size of equivalence |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var world in Worlds)
        foreach (int prompts in (int[])[100, 400])
        foreach (int seeds in (int[])[3, 5, 10])
            Measure(world, seeds, prompts, runs, resamples);
        return 0;
    }

    /// <summary>How long 2,000 draws take of 11 comparisons by two metrics, of five seeds with 2,000 prompts.</summary>
    static int Time()
    {
        IReadOnlyList<double[]>[] sets =
        [
            .. Enumerable.Range(0, 22).Select(i => (IReadOnlyList<double[]>)Worlds[3].Draw(new RandomStream(1, "time", i), 5, 2_000)),
        ];
        var watch = System.Diagnostics.Stopwatch.StartNew();
        _ = TwoLevelBootstrap.Crossed(sets, 2_000, "time");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed.TotalSeconds:0.0} s"));
        return 0;
    }

    static void Measure(World world, int seeds, int prompts, int runs, int resamples)
    {
        int factors = 0,
            student = 0,
            bootstrap = 0,
            equivalent = 0;
        double truth = world.Truth,
            margin = Math.Abs(truth); // at the margin itself: the largest size there is
        Parallel.For(
            0,
            runs,
            run =>
            {
                double[][] values = world.Draw(new RandomStream(1, $"coverage.{world.Name}.{seeds}.{prompts}", run), seeds, prompts);
                var parts = SeedsAndPrompts.Of(values);
                var estimate = parts.Estimate(isShare: true);
                Count(ref factors, Holds(estimate.Interval()));
                Count(ref student, Holds(SampleMean.Of([.. values.Select(v => v.Average())]).Interval));
                if (resamples > 0)
                    Count(ref bootstrap, Holds(TwoLevelBootstrap.Crossed([values], resamples, "coverage")[0].Percentile()));
                Count(ref equivalent, margin > 0 && estimate.EquivalenceP(margin) <= 0.05);
            }
        );
        string Percent(int count) => (100.0 * count / runs).ToString("0.0", CultureInfo.InvariantCulture);
        Console.WriteLine(
            $"| {world.Name} | {seeds} | {prompts} | {Percent(factors)} | {Percent(student)} | {Percent(bootstrap)} | "
                + $"{(margin > 0 ? Percent(equivalent) : "–")} |"
        );

        bool Holds(Interval interval) => interval.Low <= truth && truth <= interval.High;
    }

    static void Count(ref int counter, bool holds)
    {
        if (holds)
            Interlocked.Increment(ref counter);
    }
}
