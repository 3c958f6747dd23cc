using System.Globalization;
using DcrDsl.Definition;
using DcrDsl.Execution.Checkpoints;
using DcrDsl.Execution.Numerics;
using DcrDsl.Planning;
using DcrDsl.Store;

namespace DcrDsl.Execution;

/// <summary>What a run of a plan would do: which results the store has, why the others run, and how long that may take.</summary>
sealed class Forecast
{
    readonly Reuse reuse;
    readonly Dictionary<StageRunNode, string> reasons = [];

    readonly IReadOnlyDictionary<StageRunNode, StageKey> keys;

    Forecast(Reuse reuse, IReadOnlyDictionary<StageRunNode, StageKey> keys) => (this.reuse, this.keys) = (reuse, keys);

    /// <summary>How many stage runs would run.</summary>
    public int Running => reuse.ToRun.Count;

    /// <summary>How long they may take; null: the store has no earlier run of some of the stages.</summary>
    public TimeSpan? Duration { get; private init; }

    /// <summary>Looks into the store. Nothing is run or changed, but for damaged entries, which are set aside.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="options">Where its paths lie, and how numbers are computed.</param>
    /// <param name="root">The folder of the store; null: none.</param>
    /// <param name="tell">Is told of damaged entries.</param>
    /// <exception cref="InputException">A path has no place, or the store was written by a later version.</exception>
    public static Forecast Of(Plan plan, ExecutionOptions options, string? root, Action<string> tell)
    {
        var storage = Storage.Of(plan, options, root, CancellationToken.None);
        var reuse = storage.Reuse(tell);
        var store = root is null ? null : new StageStore(root);
        StoreEntry[] known = [.. store?.All() ?? []];
        var byKey = known.ToLookup(e => e.Manifest.Key);
        var alike = known.ToLookup(e => (e.Manifest.Run.Stage, e.Manifest.Run.Seed));
        var forecast = new Forecast(reuse, storage.Keys)
        {
            Duration = DurationOf(reuse, known, options.Split(plan.Definition.ThreadsPerRun).Workers),
        };
        foreach (var node in reuse.ToRun)
            forecast.reasons.Add(node, Reason(node) + GoesOn(node));
        return forecast;

        string GoesOn(StageRunNode node) =>
            root is not null && RunCheckpoints.Latest(root, storage.PlanKeys.OfWork(node).Digest) is { } done
                ? string.Create(CultureInfo.InvariantCulture, $"; goes on after {(node.Stage.Body is Answer ? "prompt" : "step")} {done}")
                : "";

        // The model is there, and readings cannot be had of it any more.
        string WatchedAnew(StageRunNode node, StageKey read) =>
            alike[(node.Stage.Name, node.Seed)]
                .Where(e => e.Manifest.Gives == StageResult.Readings)
                .MinBy(e => KeyDifference.Count(e.Manifest.Parts, read.Parts))
                is { } nearest
                ? KeyDifference.Of(nearest.Manifest.Parts, read.Parts)
                : "is watched now";

        string Reason(StageRunNode node)
        {
            var key = storage.Keys[node];
            if (byKey[key.Digest].FirstOrDefault() is { } own)
                return node.Stage.Body is Make ? "what begins with it needs it"
                    : storage.PlanKeys.Readings.GetValueOrDefault(node) is { } read && !byKey[read.Digest].Any() ? WatchedAnew(node, read)
                    : own.Manifest.Keeps ? "what it begins with runs again"
                    : "its result is not kept, and needed";
            return
                alike[(node.Stage.Name, node.Seed)]
                    .Where(e => e.Manifest.Gives != StageResult.Readings)
                    .MinBy(e => KeyDifference.Count(e.Manifest.Parts, key.Parts))
                    is { } nearest
                ? Changed(node, key, reuse, nearest, store!)
                : "new";
        }
    }

    /// <summary>The key of a stage run.</summary>
    public StageKey KeyOf(StageRunNode node) => keys[node];

    /// <summary>Whether a stage run would run.</summary>
    public bool Runs(StageRunNode node) => reuse.Runs(node);

    /// <summary>Why a stage run would run, in words.</summary>
    public string WhyRuns(StageRunNode node) => reasons[node];

    /// <summary>What makes a stage run another than the most alike one that the store has.</summary>
    static string Changed(StageRunNode node, StageKey key, Reuse reuse, StoreEntry nearest, StageStore store)
    {
        if (node.Parent is not { } parent || !reuse.Runs(parent))
            return KeyDifference.Of(nearest.Manifest.Parts, key.Parts, Code);
        // What comes before says for itself why it runs.
        KeyPart[] old = [.. Own(nearest.Manifest.Parts)],
            now = [.. Own(key.Parts)];
        return KeyDifference.Count(old, now) == 0 ? $"follows {parent.Stage.Name}" : KeyDifference.Of(old, now, Code);

        // What of the code is another, as far as the store remembers what it was.
        string Code() =>
            nearest.Manifest.Parts.FirstOrDefault(p => p.Name == StageKeys.Numerics) is { } before
            && store.NumericsOf(before.Value) is { } methods
                ? NumericsDifference.Between(methods, NumericsVersion.Of(node).Methods).ToString()
                : "its code changed";

        static IEnumerable<KeyPart> Own(IReadOnlyList<KeyPart> parts) => parts.Where(p => p.Name != StageKeys.Before);
    }

    static TimeSpan? DurationOf(Reuse reuse, IReadOnlyList<StoreEntry> known, int workers) =>
        new StageDurations(known).Of(reuse.ToRun) is { } time ? time / workers : null;
}
