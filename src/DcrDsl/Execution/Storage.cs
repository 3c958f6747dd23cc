using DcrDsl.Definition;
using DcrDsl.Execution.Numerics;
using DcrDsl.FileSystem;
using DcrDsl.Planning;
using DcrDsl.Specs;
using DcrDsl.Store;
using Microsoft.Extensions.Logging;

namespace DcrDsl.Execution;

/// <summary>The keys of a plan's stage runs, and the store in which their results may be.</summary>
sealed class Storage
{
    readonly Plan plan;
    readonly StageStore? store;
    readonly KnownNumerics numerics;

    Storage(Plan plan, StageStore? store, PlanKeys keys, KnownNumerics numerics, IReadOnlyDictionary<string, string> contents) =>
        (this.plan, this.store, PlanKeys, this.numerics, Contents) = (plan, store, keys, numerics, contents);

    /// <summary>The folder of the store; null: there is none.</summary>
    public string? Root => store?.Root;

    /// <summary>The key of every stage run.</summary>
    public IReadOnlyDictionary<StageRunNode, StageKey> Keys => PlanKeys.Results;

    /// <summary>The keys, with those of readings.</summary>
    public PlanKeys PlanKeys { get; }

    /// <summary>The digests of the files and model directories that the keys hold, by their declared paths.</summary>
    public IReadOnlyDictionary<string, string> Contents { get; }

    /// <summary>The digests of what the plan reads are taken, as far as they are not known.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="options">Where its paths lie, and how numbers are computed.</param>
    /// <param name="root">The folder of the store; null: none.</param>
    /// <param name="cancellation">Ends the reading of files.</param>
    /// <param name="disk">The file system; null: the real one.</param>
    public static Storage Of(Plan plan, ExecutionOptions options, string? root, CancellationToken cancellation, Disk? disk = null)
    {
        var digests = new ContentDigests(root, options.Threads);
        var contents = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var numerics = new KnownNumerics(root);
        var keys = KeysOf(plan, options, digests, numerics, contents, cancellation);
        digests.Keep();
        numerics.Keep(makesStore: false);
        return new Storage(plan, root is null ? null : new StageStore(root, disk), keys, numerics, contents);
    }

    /// <summary>The keys of a plan's stage runs.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="options">Where its paths lie, and how numbers are computed.</param>
    /// <param name="digests">What the plan reads.</param>
    /// <param name="numerics">The versions of the code.</param>
    /// <param name="contents">Gets the digest of each declared path.</param>
    /// <param name="cancellation">Ends the reading of files.</param>
    public static PlanKeys KeysOf(
        Plan plan,
        ExecutionOptions options,
        ContentDigests digests,
        KnownNumerics numerics,
        IDictionary<string, string> contents,
        CancellationToken cancellation
    )
    {
        var keys = new StageKeys(
            options.ArithmeticOf(plan),
            path => contents[path] = digests.Of(options.Paths.Resolve(path), cancellation),
            numerics.Of,
            numerics.OfWatching
        );
        return new PlanKeys(keys.Of(plan), keys.OfReadings(plan));
    }

    /// <summary>The same for a part of the plan.</summary>
    /// <param name="goals">The stage runs that are wanted.</param>
    public (Plan Plan, Storage Storage) PartOf(IReadOnlySet<StageRunNode> goals)
    {
        var part = plan.PartOf(goals);
        return (part, new Storage(part, store, PlanKeys, numerics, Contents));
    }

    /// <summary>Whether the result of a stage run is in the store, as far as its manifest says.</summary>
    public bool Has(StageRunNode node) => Find(Keys[node]) is { Manifest.Keeps: true };

    /// <summary>Whether the store knows of a stage run, with its result or without.</summary>
    public bool Knows(StageRunNode node) => Find(Keys[node]) is not null && Find(PlanKeys.OfWork(node)) is not null;

    StoreEntry? Find(StageKey key)
    {
        try
        {
            return store?.Find(key.Digest);
        }
        catch (DamagedEntryException)
        {
            return null;
        }
    }

    /// <summary>What of the plan is in the store.</summary>
    /// <param name="tell">Is told of damaged entries.</param>
    /// <param name="again">Which stage runs run in any case.</param>
    public Reuse Reuse(Action<string> tell, Func<StageRunNode, bool>? again = null) => new(plan, store, PlanKeys, tell, again);

    /// <summary>How stage runs are shared with other processes on the store; null: there is none.</summary>
    /// <param name="keep">Which models this process keeps.</param>
    /// <param name="time">For how long a lease stands without a sign of life.</param>
    /// <param name="logger">Is told what a user should know.</param>
    /// <param name="again">Which stage runs run here in any case.</param>
    public Sharing? Share(KeptModels keep, TimeSpan time, ILogger logger, Func<StageRunNode, bool> again) =>
        store is null ? null : new Sharing(store, plan.Definition.Name, PlanKeys, keep, time, logger, again);

    /// <summary>Who puts results into the store, if there is one.</summary>
    public IEnumerable<IRunObserver> Keeper(KeptModels keep, Action<string> tell)
    {
        if (store is null)
            return [];
        numerics.Keep(makesStore: true);
        return [new StoreKeeper(store, plan, Keys, PlanKeys.Readings, keep, tell), new FailureNoter(new FailureNotes(store.Root), Keys)];
    }
}
