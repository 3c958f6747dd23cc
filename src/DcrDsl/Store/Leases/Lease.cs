namespace DcrDsl.Store.Leases;

/// <summary>
/// The right of this process to run a stage run, until it is disposed. Safe to use from many threads.
/// </summary>
sealed class Lease : IDisposable
{
    readonly Lock gate = new();
    readonly StageLeases leases;
    readonly LeaseFiles files;
    readonly TimeProvider clock;
    readonly string key;
    readonly int generation;
    readonly long begun;
    LeaseRecord record;
    (int Done, int Total) progress;
    bool isLost,
        isOver;

    internal Lease(StageLeases leases, LeaseFiles files, TimeProvider clock, string key, int generation, LeaseRecord record)
    {
        (this.leases, this.files, this.clock) = (leases, files, clock);
        (this.key, this.generation, this.record) = (key, generation, record);
        begun = clock.GetTimestamp();
    }

    /// <summary>What is run under it.</summary>
    public LeaseSubject Subject => record.Subject;

    /// <summary>
    /// Whether another process has taken it meanwhile, as this one gave no sign of life. What this one does is then no longer needed, and
    /// right all the same.
    /// </summary>
    public bool IsLost
    {
        get
        {
            lock (gate)
                return isLost;
        }
    }

    /// <summary>How far the stage run is, for the next sign of life.</summary>
    public void Report(int done, int total)
    {
        lock (gate)
            progress = (done, total);
    }

    /// <summary>Gives a sign of life.</summary>
    /// <returns>Whether it was found just now that the lease is another's.</returns>
    internal bool Beat()
    {
        lock (gate)
        {
            if (isOver || isLost)
                return false;
            try
            {
                isLost = !IsOwn();
                if (!isLost)
                {
                    record = record with
                    {
                        Beat = record.Beat + 1,
                        Held = clock.GetElapsedTime(begun).TotalSeconds,
                        Done = progress.Done,
                        Total = progress.Total,
                    };
                    files.Overwrite(key, generation, record.Bytes());
                }
            }
            catch (FileNotFoundException)
            {
                isLost = true;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // A disk that is full for a moment; the next sign may reach it in time.
            }
            return isLost;
        }
    }

    /// <summary>Gives the lease back.</summary>
    public void Dispose()
    {
        leases.Forget(this);
        lock (gate)
        {
            if (isOver)
                return;
            isOver = true;
            if (isLost)
                return;
            try
            {
                if (isLost = !IsOwn())
                    leases.TellLost(this);
                else
                    GiveBack();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It gives no more signs of life, so it ends by itself.
            }
        }
    }

    // The own one last: until then nobody takes those below it for the lease.
    void GiveBack()
    {
        foreach (int own in files.GenerationsOf(key).Where(g => g <= generation))
            files.Remove(key, own);
    }

    // A generation that was removed and made again by others has another token.
    bool IsOwn() =>
        files.GenerationsOf(key) is [.., var last]
        && last == generation
        && files.Read(key, generation) is { } bytes
        && LeaseRecord.Read(bytes)?.Token == record.Token;
}
