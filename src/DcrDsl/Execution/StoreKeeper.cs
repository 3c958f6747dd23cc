using DcrDsl.Definition;
using DcrDsl.Evaluation;
using DcrDsl.Execution.Numerics;
using DcrDsl.Execution.Origin;
using DcrDsl.Planning;
using DcrDsl.Results;
using DcrDsl.Specs;
using DcrDsl.Store;
using TorchSharp;

namespace DcrDsl.Execution;

/// <summary>Puts every result into the store as soon as it is there. A store that cannot be written costs the run nothing.</summary>
/// <param name="store">The store.</param>
/// <param name="plan">The plan.</param>
/// <param name="keys">The keys of its stage runs.</param>
/// <param name="readings">The keys of what is read along those that are watched.</param>
/// <param name="keep">Which models are kept.</param>
/// <param name="tell">Is told once if the store cannot be written.</param>
sealed class StoreKeeper(
    StageStore store,
    Plan plan,
    IReadOnlyDictionary<StageRunNode, StageKey> keys,
    IReadOnlyDictionary<StageRunNode, StageKey> readings,
    KeptModels keep,
    Action<string> tell
) : IRunObserver
{
    readonly Lock gate = new();
    bool broken,
        tidied;

    Action? IRunObserver.Gave(FinishedStageRun finished, StageProduct product)
    {
        lock (gate)
        {
            if (broken)
                return null;
            if (!tidied)
                store.RemoveLeftovers();
            tidied = true;
        }
        // Whoever begins with a model may train it.
        if (product is not ModelProduct)
            return () => Try(() => Begin(finished, product)());
        Action? left = null;
        Try(() => left = Begin(finished, product));
        return left is null ? null : () => Try(left);
    }

    Action Begin(FinishedStageRun finished, StageProduct product)
    {
        bool keeps = keep.Keeps(finished.Node);
        var manifest = Manifest(finished, product, keeps);
        var commit = store.Begin(
            manifest,
            directory =>
            {
                if (keeps)
                    StoredResult.Write(product, IsAddition(finished.Node, product), directory);
            }
        );
        return () =>
        {
            if (manifest.Parts.FirstOrDefault(p => p.Name == StageKeys.Numerics) is { } version)
                store.PutNumerics(version.Value, () => NumericsVersion.Of(finished.Node).Methods);
            commit();
            if (finished.Run.Watching is { } watching && readings.GetValueOrDefault(finished.Node) is { } key)
                store.Put(OfReadings(manifest, watching, finished, key), directory => StoredResult.Write(watching.Readings, directory));
        };
    }

    void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InputException)
        {
            lock (gate)
            {
                if (broken)
                    return;
                broken = true;
            }
            tell(
                $"The store {store.Root} cannot be written: {exception.Message.TrimEnd('.')}. The run goes on and keeps its results in its "
                    + "own folder only."
            );
        }
    }

    /// <summary>
    /// Whether a model is kept as what its stage has added to another: where that one can be opened, as it is kept too or made again.
    /// </summary>
    bool IsAddition(StageRunNode node, StageProduct product) =>
        product is ModelProduct { Added: not null } && node.Parent is { } parent && (parent.Stage.Body is Make || keep.Keeps(parent));

    StoreManifest Manifest(FinishedStageRun finished, StageProduct product, bool keeps)
    {
        var key = keys[finished.Node];
        return new StoreManifest(
            StoreManifest.CurrentFormat,
            key.Digest,
            key.Parts,
            plan.Definition.Name,
            finished.Node.Stage.Body.Gives,
            keeps,
            // A model is the same, watched or not.
            StageRecords.Of(finished, key.Digest) with
            {
                Watching = null,
            },
            product is ScoresProduct { Scores: var scores }
                ? Measured.Of(scores, plan.Definition.Metrics, plan.Definition.MatchedDefence)
                : new Dictionary<Metric, double>(),
            DateTime.UtcNow,
            Provenance.Version(typeof(Plan).Assembly),
            torch.__version__,
            Processor.Here,
            System.Diagnostics.Process.GetCurrentProcess().PeakWorkingSet64,
            [],
            keeps && IsAddition(finished.Node, product) ? keys[finished.Node.Parent!].Digest : null,
            finished.Run.Operations
        );
    }

    /// <summary>What the store says of readings: what it says of the model along whose training they were read.</summary>
    static StoreManifest OfReadings(StoreManifest model, WatchingState watching, FinishedStageRun finished, StageKey key) =>
        model with
        {
            Key = key.Digest,
            Parts = key.Parts,
            Gives = StageResult.Readings,
            Keeps = true,
            Run = StageRecords.Of(finished, model.Key),
            AddsTo = null,
            Operations = watching.Operations,
        };
}
