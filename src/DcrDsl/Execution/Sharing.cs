using System.Runtime.InteropServices;
using DcrDsl.Definition;
using DcrDsl.Planning;
using DcrDsl.Store;
using DcrDsl.Store.Leases;
using Microsoft.Extensions.Logging;

namespace DcrDsl.Execution;

/// <summary>
/// Shares the stage runs of a plan with all other processes on the store, on this machine and others: each is run by one of them. Safe to
/// use from many threads; until it is disposed, the others are told that this process lives.
/// </summary>
sealed class Sharing : IDisposable
{
    // The times between looks double from a twentieth of a second.
    const int LooksBeforeTelling = 5;

    readonly StageStore store;
    readonly string experiment;
    readonly PlanKeys keys;
    readonly KeptModels keep;
    readonly ILogger logger;
    readonly Func<StageRunNode, bool> again;
    readonly StageLeases leases;
    readonly LeaseHeart heart;
    readonly Lock gate = new();
    readonly Dictionary<StageRunNode, int> looks = [];
    bool broken;

    /// <param name="store">The store.</param>
    /// <param name="experiment">The experiment, for other processes' people.</param>
    /// <param name="keys">The keys of the plan's stage runs.</param>
    /// <param name="keep">Which models this process keeps.</param>
    /// <param name="time">For how long a lease stands without a sign of life.</param>
    /// <param name="logger">Is told what a user should know.</param>
    /// <param name="again">Which stage runs run here in any case.</param>
    public Sharing(
        StageStore store,
        string experiment,
        PlanKeys keys,
        KeptModels keep,
        TimeSpan time,
        ILogger logger,
        Func<StageRunNode, bool> again
    )
    {
        (this.store, this.experiment, this.keys, this.keep) = (store, experiment, keys, keep);
        (this.logger, this.again) = (logger, again);
        leases = new StageLeases(store.Root, time, TellLost);
        heart = new LeaseHeart(leases);
        Try(leases.EndThoseOfEndedProcesses);
    }

    /// <summary>Who runs a stage run whose parent is complete.</summary>
    public Claim Of(StageRunNode node)
    {
        // A base model is made by every process: it is not kept, and children need it in memory.
        if (node.Stage.Body is Make)
            return new Claim.Ours(null);
        bool shares = !again(node);
        if (shares && There(node, store.Find) is { } done)
            return done;
        var answer = Take(keys.OfWork(node).Digest, new LeaseSubject(experiment, node.Id, keep.Keeps(node)));
        switch (answer)
        {
            case { Lease: null } when shares && answer.Holder?.Subject.Keeps != false:
                TellWaiting(node, answer.Holder);
                return new Claim.Elsewhere();
            // Whoever had the lease may have put the result just before this process came to have it.
            case { Lease: { } lease } when shares && Now(node) is { } put:
                lease.Dispose();
                return put;
            default:
                return new Claim.Ours(answer?.Lease);
        }
    }

    /// <summary>Ends the signs of life.</summary>
    public void Dispose() => heart.Dispose();

    Claim.Done? Now(StageRunNode node)
    {
        Claim.Done? found = null;
        Try(() => found = There(node, store.FindNow));
        return found;
    }

    /// <summary>All that a stage run has to give; null: something of it is not there.</summary>
    Claim.Done? There(StageRunNode node, Func<string, StoreEntry?> find)
    {
        if (Whole(() => find(keys.Results[node].Digest)) is not { } entry)
            return null;
        if (keys.Readings.GetValueOrDefault(node) is not { } key)
            return new Claim.Done(entry, null);
        return Whole(() => find(key.Digest)) is { } read ? new Claim.Done(entry, read) : null;
    }

    /// <summary>An entry that has the result, every byte of it as it was written; one that has not is set aside.</summary>
    StoreEntry? Whole(Func<StoreEntry?> find)
    {
        try
        {
            if (find() is not { Manifest.Keeps: true } entry)
                return null;
            return entry.Fault() is { } fault ? throw new DamagedEntryException(entry.Directory, fault) : entry;
        }
        catch (DamagedEntryException fault)
        {
            string? place = null;
            Try(() => place = store.SetAside(fault.Directory));
            if (place is not null)
                logger.LogWarning("{Fault}. It lies in {Place} now, and what it held is computed again.", fault.Message, place);
            return null;
        }
    }

    /// <summary>Leases save work only: where they cannot be written, each process does all of its own.</summary>
    LeaseAnswer? Take(string key, LeaseSubject subject)
    {
        try
        {
            return leases.Take(key, subject);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            lock (gate)
            {
                if (broken)
                    return null;
                broken = true;
            }
            logger.LogWarning(
                "Other processes cannot see what this one runs, as no lease can be written in {Store} ({Reason}); they may run the same.",
                store.Root,
                exception.Message.TrimEnd('.')
            );
            return null;
        }
    }

    /// <summary>What is done where it can be: whoever keeps the results tells of a store that cannot be written.</summary>
    static void Try(Action act)
    {
        try
        {
            act();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException) { }
    }

    /// <summary>Tells once of whom this process waits for, when it has for a second or two and nothing else can begin.</summary>
    void TellWaiting(StageRunNode node, LeaseRecord? holder)
    {
        if (holder is null)
            return;
        lock (gate)
            if (CollectionsMarshal.GetValueRefOrAddDefault(looks, node, out _)++ != LooksBeforeTelling)
                return;
        logger.LogInformation(
            "{StageRun} is run by process {Process} on {Host}; nothing else can begin until it is there.",
            node.Id,
            holder.Holder.Process,
            holder.Holder.Host
        );
    }

    void TellLost(LeaseSubject subject) =>
        logger.LogWarning(
            "This process was not heard of for too long, and another has begun {StageRun} as well; both come to the same result. If that "
                + "happens often, give more time with --lease.",
            subject.StageRun
        );
}
