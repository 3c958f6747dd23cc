using System.CommandLine;
using DcrDsl.Definition;
using DcrDsl.Execution;
using DcrDsl.Planning;
using DcrDsl.Wording;

namespace DcrDsl.Cli;

/// <summary>Finds stage runs by their keys among the plans of a program's experiments.</summary>
/// <param name="wanted">Keys, or how they begin.</param>
sealed class StageSearch(IReadOnlyList<string> wanted)
{
    // A whole key is found once; how a key begins has to be looked for everywhere.
    const int WholeKey = 64;

    readonly List<(string Key, StageRunNode Node, Planned Planned)> found = [];
    readonly List<string> notLookedAt = [];

    /// <summary>Looks through the experiments as far as it takes.</summary>
    /// <param name="experiments">The experiments.</param>
    /// <param name="plan">Plans one.</param>
    /// <param name="named">Whether the user has named the experiment, so that a mistake about it is one.</param>
    /// <exception cref="InputException">A key belongs to no stage run, or to several.</exception>
    public IReadOnlyList<(Planned Planned, IReadOnlySet<StageRunNode> StageRuns)> Among(
        IEnumerable<ExperimentDefinition> experiments,
        Func<ExperimentDefinition, Planned> plan,
        bool named
    )
    {
        int count = 0;
        foreach (var experiment in experiments)
        {
            try
            {
                Look(plan(experiment));
                count++;
            }
            catch (InputException mistake) when (!named)
            {
                notLookedAt.Add($"{experiment.Name} was not looked through: {mistake.Message}");
            }
            if (wanted.All(w => w.Length == WholeKey && found.Any(f => Begins(f.Key, w))))
                break;
        }
        foreach (string one in wanted)
            Check(one, count);
        return
        [
            .. found
                .Where(f => wanted.Any(w => Begins(f.Key, w)))
                .DistinctBy(f => f.Key)
                .GroupBy(f => f.Planned)
                .Select(g => (g.Key, (IReadOnlySet<StageRunNode>)g.Select(f => f.Node).ToHashSet())),
        ];
    }

    void Look(Planned planned)
    {
        foreach (var (node, key) in planned.Storage.Keys)
            if (wanted.Any(w => Begins(key.Digest, w)))
                found.Add((key.Digest, node, planned));
    }

    void Check(string one, int experiments)
    {
        switch (found.Where(f => Begins(f.Key, one)).Select(f => f.Key).Distinct().Count())
        {
            case 0:
                throw new InputException(
                    $"{one}: no stage run of {English.Count(experiments, "experiment")} has a key that begins so. A key hangs on the code, "
                        + "the data and the options: build what it was planned with, and give --seed, --set, --path, --device, --precision "
                        + $"and --threads as they were given then.{string.Concat(notLookedAt.Select(n => " " + n))}"
                );
            case > 1:
                throw new InputException($"{one}: the keys of several stage runs begin so: give more of it.");
        }
    }

    static bool Begins(string key, string with) => key.StartsWith(with, StringComparison.OrdinalIgnoreCase);
}

/// <summary>A plan with what a run of it takes.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Options">How numbers are computed, and where its paths lie.</param>
/// <param name="Storage">The keys, and the store.</param>
sealed record Planned(Plan Plan, ExecutionOptions Options, Storage Storage)
{
    /// <summary>Plans an experiment and takes the digests of what it reads.</summary>
    public static Planned Of(Plan plan, ExecutionOptions options, string? store) =>
        new(plan, options, Storage.Of(plan, options, store, CancellationToken.None));
}
