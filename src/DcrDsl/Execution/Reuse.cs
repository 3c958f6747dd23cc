using System.Collections.Concurrent;
using DcrDsl.Definition;
using DcrDsl.Execution.Origin;
using DcrDsl.Models;
using DcrDsl.Planning;
using DcrDsl.Results;
using DcrDsl.Store;

namespace DcrDsl.Execution;

/// <summary>
/// Which stage runs of a plan are in the store and which have to run. A stage run whose result is there, and whose line of stage runs is
/// known to the store, is not run again; neither is one that only such stage runs need. Safe to use from many threads.
/// </summary>
sealed class Reuse
{
    readonly ConcurrentDictionary<StageRunNode, StoreEntry> entries = [];
    readonly Action<string> tell;
    readonly StageStore? store;
    readonly HashSet<StageRunNode> running = [];
    readonly Dictionary<StageRunNode, StoreEntry> found = [];
    readonly Dictionary<StageRunNode, StoreEntry> foundReadings = [];
    readonly ConcurrentDictionary<StageRunNode, StoreEntry> readings = [];
    readonly PlanKeys keys;

    /// <summary>Nothing is in a store.</summary>
    public static Reuse Nothing(Plan plan) => new(plan, null, PlanKeys.None, _ => { });

    /// <param name="plan">What is asked for.</param>
    /// <param name="store">The store; null: there is none.</param>
    /// <param name="keys">The keys of its stage runs.</param>
    /// <param name="tell">Is told of entries that are damaged; they lie aside then.</param>
    /// <param name="again">Which stage runs run in any case.</param>
    public Reuse(Plan plan, StageStore? store, PlanKeys keys, Action<string> tell, Func<StageRunNode, bool>? again = null)
    {
        (this.store, this.keys, this.tell) = (store, keys, tell);
        var whole = new Dictionary<StageRunNode, bool>();
        foreach (var node in plan.StageRuns)
            if (
                store is not null
                && (node.Parent is null || found.ContainsKey(node.Parent))
                && Whole(() => store.Find(keys.Results[node].Digest)) is { } entry
            )
                found.Add(node, entry);
        if (store is not null)
            foreach (var (node, key) in keys.Readings)
                if (Whole(() => store.Find(key.Digest)) is { } entry && IsWhole(entry))
                    foundReadings.Add(node, entry);
        var needed = new HashSet<StageRunNode>();
        foreach (var goal in plan.Goals)
            Need(goal);
        foreach (var node in plan.StageRuns.Where(RunsAnyway))
            Need(node);
        foreach (var node in plan.StageRuns)
            if (!running.Contains(node))
                entries.TryAdd(node, found[node]);
        foreach (var (node, entry) in foundReadings)
            if (!running.Contains(node))
                readings.TryAdd(node, entry);
        ToRun = [.. plan.StageRuns.Where(running.Contains)];

        void Need(StageRunNode node)
        {
            if (!needed.Add(node) || CanGive(node))
                return;
            running.Add(node);
            if (node.Parent is { } parent)
                Need(parent);
            foreach (var earlier in node.Earlier)
                Need(earlier);
        }

        // Readings cannot be had later of a model that is trained already.
        bool RunsAnyway(StageRunNode node) => again?.Invoke(node) == true || (node.IsWatched && !foundReadings.ContainsKey(node));

        bool CanGive(StageRunNode node) => !RunsAnyway(node) && CanRead(node);

        // The base model is made again; scores need the answers that were judged, and what was added to a model needs that model.
        bool CanRead(StageRunNode node) =>
            found.TryGetValue(node, out var entry)
            && node.Stage.Body is not Make
            && entry.Manifest.Keeps
            && (node.Stage.Body is not Judge || CanRead(node.Parent!))
            && (entry.Manifest.AddsTo is null || node.Parent!.Stage.Body is Make || CanRead(node.Parent!))
            && IsWholeOnce(node, entry);

        // Every byte is read, once, and only of what is going to be used.
        bool IsWholeOnce(StageRunNode node, StoreEntry entry)
        {
            if (!whole.TryGetValue(node, out bool known))
                whole.Add(node, known = IsWhole(entry));
            return known;
        }

        bool IsWhole(StoreEntry entry) =>
            Whole(() => entry.Fault() is { } fault ? throw new DamagedEntryException(entry.Directory, fault) : entry) is not null;

        StoreEntry? Whole(Func<StoreEntry?> read)
        {
            try
            {
                return read();
            }
            catch (DamagedEntryException fault)
            {
                tell($"{fault.Message}. {WhereNow(fault.Directory)}, and what it held is computed again.");
                return null;
            }
        }
    }

    /// <summary>The stage runs that had to run when the run began, each after its parent.</summary>
    public IReadOnlyList<StageRunNode> ToRun { get; }

    /// <summary>Whether a stage run has to run.</summary>
    public bool Runs(StageRunNode node) => running.Contains(node) && !entries.ContainsKey(node);

    /// <summary>A stage run has to run no more, as another process has put its result into the store.</summary>
    public void Found(StageRunNode node, Claim.Done done)
    {
        if (done.Readings is { } read)
            readings.TryAdd(node, read);
        entries.TryAdd(node, done.Entry);
    }

    /// <summary>The key of a stage run as a digest; null: keys are not known, as nothing is kept.</summary>
    public string? KeyOf(StageRunNode node) => keys.Results.GetValueOrDefault(node)?.Digest;

    /// <summary>The key of all that it has to do, as a digest; null: keys are not known, as nothing is kept.</summary>
    public string? KeyOfWork(StageRunNode node) => keys.Results.ContainsKey(node) ? keys.OfWork(node).Digest : null;

    /// <summary>What is known of a stage run that does not run, with what was read along it; null: nothing.</summary>
    public StageRunRecord? RecordOf(StageRunNode node) =>
        readings.GetValueOrDefault(node) is { } read
            ? StoredResult.Watched(read)
            : (entries.GetValueOrDefault(node) ?? found.GetValueOrDefault(node))?.Manifest.Run;

    /// <summary>The processors that computed what does not run, as the store has them.</summary>
    public IEnumerable<string> Processors => entries.Values.Select(e => e.Manifest.Processor).Distinct();

    /// <summary>The result of a stage run that does not run; the caller's to free.</summary>
    /// <param name="node">The stage run.</param>
    /// <param name="runOf">The run in which a base model is made.</param>
    public StageProduct Restore(StageRunNode node, Func<StageRunNode, StageRun> runOf)
    {
        switch (node.Stage.Body)
        {
            case Answer:
                return new AnswersProduct(StoredResult.Answers(entries[node]));
            case Judge:
                return new ScoresProduct(StoredResult.Scores(entries[node], StoredResult.Answers(entries[node.Parent!])));
            default:
                return new ModelProduct(Open(node, runOf));
        }
    }

    /// <summary>Sets an entry aside, and says in words where it is then.</summary>
    string WhereNow(string directory) =>
        store!.SetAside(directory) is { } aside ? $"It lies in {aside} now"
        : Path.Exists(directory) ? "It cannot be moved away and stays, unused"
        : "Another process has moved it away";

    LanguageModel Open(StageRunNode node, Func<StageRunNode, StageRun> runOf)
    {
        if (node.Stage.Body is Make make)
            return make.Create(runOf(node));
        // A model under an adapter may have come into the store since the run began.
        var entry =
            entries.GetValueOrDefault(node)
            ?? (found.GetValueOrDefault(node) is { Manifest.Keeps: true } known ? known : null)
            ?? store!.Find(keys.Results[node].Digest)
            ?? throw new InputException(
                $"The model of {node.Id}, to which others in the store {store.Root} are added, is not there any more: run the same again."
            );
        if (entry.Manifest.AddsTo is null)
            return Opened(node.Root, model => StoredResult.Load(entry, model));
        return Opened(
            node.Parent!,
            model =>
            {
                node.Stage.Body.Prepare(model);
                if (!StoredAddition.Load(entry, model, runOf(node).FrozenBase))
                    Differs(node, entry);
            }
        );

        LanguageModel Opened(StageRunNode from, Action<LanguageModel> load)
        {
            var model = Open(from, runOf);
            try
            {
                load(model);
                return model;
            }
            catch
            {
                model.Dispose();
                throw;
            }
        }
    }

    /// <summary>
    /// A merge that another processor has made may round differently in the last digit, as everything that is taken from there; on this one
    /// it is damage that the digests of the files have not shown.
    /// </summary>
    void Differs(StageRunNode node, StoreEntry entry)
    {
        if (entry.Manifest.Processor != Processor.Here)
            tell(
                $"{node.Id} was trained on {entry.Manifest.Processor}, and its adapter, merged on {Processor.Here}, gives weights that "
                    + "differ in their last digits. They are used; train on one kind of processor, or with --store "
                    + "none, where that matters."
            );
        else
            throw new InputException(
                $"The model of {node.Id} is not the one that was stored: its weights have another digest. "
                    + $"{WhereNow(entry.Directory)}; run the same again, and it is trained anew."
            );
    }
}
