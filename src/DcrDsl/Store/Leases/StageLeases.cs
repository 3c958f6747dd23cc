using DcrDsl.FileSystem;

namespace DcrDsl.Store.Leases;

/// <summary>
/// Who of any number of processes, on any number of machines, runs which stage run. A holder counts up in its file; one whose count stands
/// still for the lease's time is taken over. That time is measured by the clock of whoever waits, which only has to go forward: clocks of
/// two machines, and times of files, are never compared. On the holder's own machine it is seen at once that its process has ended. Safe to
/// use from many threads.
/// </summary>
/// <remarks>
/// Leases save work, and nothing hangs on them: a result is put whole and under a key of what decides about it, so that where two have run
/// the same, because one was hung and came back, they have put the same.
/// </remarks>
/// <param name="root">The folder of the store.</param>
/// <param name="time">For how long a lease stands without a sign of life.</param>
/// <param name="lost">Is told of leases that another process has taken while this one gave no sign of life.</param>
/// <param name="clock">The clock; null: the system's.</param>
sealed class StageLeases(string root, TimeSpan time, Action<LeaseSubject> lost, TimeProvider? clock = null)
{
    readonly Lock gate = new();
    readonly LeaseFiles files = new(root);
    readonly TimeProvider clock = clock ?? TimeProvider.System;
    readonly HashSet<Lease> held = [];
    readonly Dictionary<string, Silence> silences = [];
    long lastBeat = (clock ?? TimeProvider.System).GetTimestamp();

    static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>How often signs of life are given: a few may be late, and people want to see how far a stage run is.</summary>
    public TimeSpan Pace { get; } = time / 6 < Longest ? time / 6 : Longest;

    /// <summary>Takes the lease of a key if nobody else has it.</summary>
    /// <param name="key">The key as a digest.</param>
    /// <param name="subject">What is to be run.</param>
    /// <exception cref="IOException">The lease cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public LeaseAnswer Take(string key, LeaseSubject subject)
    {
        int current = files.GenerationsOf(key).LastOrDefault();
        if (current > 0 && !IsOver(key, current, out var holder))
            return new(null, holder);
        var record = new LeaseRecord(Guid.NewGuid().ToString("N"), ProcessIdentity.Own, time.TotalSeconds, subject, 0, 0, 0, 0);
        int own = current + 1;
        if (!files.TryCreate(key, own, record.Bytes()))
            return new(null, null);
        // Somebody may have gone further while this process held a list of before.
        if (files.GenerationsOf(key).LastOrDefault() != own)
        {
            files.Remove(key, own);
            return new(null, null);
        }
        var lease = new Lease(this, files, clock, key, own, record);
        lock (gate)
        {
            silences.Remove(key);
            held.Add(lease);
        }
        return new(lease, null);
    }

    /// <summary>
    /// Ends leases of processes of this machine that have ended: of stage runs that nobody may want any more, so that nobody takes them.
    /// </summary>
    public void EndThoseOfEndedProcesses()
    {
        foreach (var (key, generation) in files.Current().ToList())
            if (Read(files, key, generation) is { Holder.HasEnded: true } left)
                Take(key, left.Subject).Lease?.Dispose();
    }

    /// <summary>The leases there are by their keys, with what they say of themselves; nothing is changed.</summary>
    public static IReadOnlyDictionary<string, LeaseRecord> In(string root)
    {
        var files = new LeaseFiles(root);
        var all = new Dictionary<string, LeaseRecord>();
        foreach (var (key, generation) in files.Current())
            if (Read(files, key, generation) is { } record)
                all.Add(key, record);
        return all;
    }

    /// <summary>Gives a sign of life for every lease that is held.</summary>
    internal void Beat()
    {
        Lease[] all;
        lock (gate)
        {
            // Whoever was hung has seen nobody's signs meanwhile.
            if (WasHung)
                silences.Clear();
            lastBeat = clock.GetTimestamp();
            all = [.. held];
        }
        foreach (var lease in all)
            if (lease.Beat())
                lost(lease.Subject);
    }

    /// <summary>A lease is held no more.</summary>
    internal void Forget(Lease lease)
    {
        lock (gate)
            held.Remove(lease);
    }

    /// <summary>A lease was found to be another's when it was to be given back.</summary>
    internal void TellLost(Lease lease) => lost(lease.Subject);

    bool WasHung => clock.GetElapsedTime(lastBeat) > time / 2;

    /// <summary>Whether a lease stands no more: its holder has ended, or was silent for its time as long as this process looked.</summary>
    bool IsOver(string key, int generation, out LeaseRecord? holder)
    {
        holder = null;
        if (Bytes(files, key, generation) is not { } bytes)
            return false; // given back just now; the next look sees it
        holder = LeaseRecord.Read(bytes);
        if (holder?.Holder.HasEnded == true)
            return true;
        lock (gate)
        {
            if (WasHung)
                silences.Clear();
            if (!silences.TryGetValue(key, out var silence) || silence.Generation != generation || !silence.Bytes.SequenceEqual(bytes))
            {
                silences[key] = new Silence(generation, bytes, clock.GetTimestamp());
                return false;
            }
            return clock.GetElapsedTime(silence.Since) >= (holder is null ? time : TimeSpan.FromSeconds(holder.Seconds));
        }
    }

    static LeaseRecord? Read(LeaseFiles files, string key, int generation) =>
        Bytes(files, key, generation) is { } bytes ? LeaseRecord.Read(bytes) : null;

    /// <summary>What a lease says; null: it is not there, or cannot be read at this moment, as over a network may happen.</summary>
    static byte[]? Bytes(LeaseFiles files, string key, int generation)
    {
        try
        {
            return files.Read(key, generation);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>What a lease said when it was first seen so, and when that was by this process's clock.</summary>
    sealed record Silence(int Generation, byte[] Bytes, long Since);
}

/// <summary>What came of asking for a lease.</summary>
/// <param name="Lease">The lease; null: another process has it.</param>
/// <param name="Holder">Who has it; null: this process, or one that is not known yet.</param>
sealed record LeaseAnswer(Lease? Lease, LeaseRecord? Holder);
