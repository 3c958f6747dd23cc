using DcrDsl.Definition;
using DcrDsl.Execution.Numerics;
using DcrDsl.FileSystem;
using DcrDsl.Planning;
using DcrDsl.Specs;
using DcrDsl.Store;

namespace DcrDsl.Execution;

/// <summary>The keys of a plan's stage runs, and the store in which their results may be.</summary>
sealed class Storage
{
    readonly Plan plan;
    readonly StageStore? store;

    Storage(Plan plan, StageStore? store, IReadOnlyDictionary<StageRunNode, StageKey> keys) =>
        (this.plan, this.store, Keys) = (plan, store, keys);

    /// <summary>The key of every stage run.</summary>
    public IReadOnlyDictionary<StageRunNode, StageKey> Keys { get; }

    /// <summary>The digests of what the plan reads are taken, as far as they are not known.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="options">Where its paths lie, and how numbers are computed.</param>
    /// <param name="root">The folder of the store; null: none.</param>
    /// <param name="cancellation">Ends the reading of files.</param>
    /// <param name="disk">The file system; null: the real one.</param>
    public static Storage Of(Plan plan, ExecutionOptions options, string? root, CancellationToken cancellation, Disk? disk = null)
    {
        var store = root is null ? null : new StageStore(root, disk);
        var digests = new ContentDigests(store?.Root, options.Threads);
        var keys = new StageKeys(
            options.ArithmeticOf(plan),
            path => digests.Of(options.Paths.Resolve(path), cancellation),
            node => NumericsVersion.Of(node).Digest
        ).Of(plan);
        digests.Keep();
        return new Storage(plan, store, keys);
    }

    /// <summary>What of the plan is in the store.</summary>
    /// <param name="tell">Is told of damaged entries.</param>
    /// <param name="again">Which stage runs run in any case.</param>
    public Reuse Reuse(Action<string> tell, Func<StageRunNode, bool>? again = null) => new(plan, store, Keys, tell, again);

    /// <summary>Who puts results into the store, if there is one.</summary>
    public IEnumerable<IRunObserver> Keeper(KeptModels keep, Action<string> tell) =>
        store is null ? [] : [new StoreKeeper(store, plan, Keys, keep, tell)];
}
