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
/// <param name="keep">Which models are kept.</param>
/// <param name="tell">Is told once if the store cannot be written.</param>
sealed class StoreKeeper(
    StageStore store,
    Plan plan,
    IReadOnlyDictionary<StageRunNode, StageKey> keys,
    KeptModels keep,
    Action<string> tell
) : IRunObserver
{
    readonly Lock gate = new();
    readonly string processor = Processor.Describe(Environment.GetEnvironmentVariable).Label;
    bool broken;

    void IRunObserver.Gave(FinishedStageRun finished, StageProduct product)
    {
        lock (gate)
            if (broken)
                return;
        bool keeps = keep.Keeps(finished.Node);
        try
        {
            var numerics = NumericsVersion.Of(finished.Node);
            store.PutNumerics(numerics.Digest, numerics.Methods);
            store.Put(Manifest(finished, product, keeps), directory => Write(product, keeps, directory));
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

    static void Write(StageProduct product, bool keeps, string directory)
    {
        if (keeps)
            StoredResult.Write(product, directory);
    }

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
            StageRecords.Of(finished, key.Digest),
            product is ScoresProduct { Scores: var scores }
                ? Measured.Of(scores, plan.Definition.Metrics, plan.Definition.MatchedDefence)
                : new Dictionary<Metric, double>(),
            DateTime.UtcNow,
            Provenance.Version(typeof(Plan).Assembly),
            torch.__version__,
            processor,
            System.Diagnostics.Process.GetCurrentProcess().PeakWorkingSet64,
            []
        );
    }
}
