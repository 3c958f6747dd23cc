namespace DcrDsl.Store.Leases;

/// <summary>
/// Gives signs of life for leases from a thread of its own, which no work of the process can hold up, until it is disposed.
/// </summary>
sealed class LeaseHeart : IDisposable
{
    readonly ManualResetEventSlim end = new();
    readonly Thread thread;

    public LeaseHeart(StageLeases leases)
    {
        thread = new Thread(() =>
        {
            while (!end.Wait(leases.Pace))
                leases.Beat();
        })
        {
            Name = "leases",
            IsBackground = true,
        };
        thread.Start();
    }

    public void Dispose()
    {
        end.Set();
        thread.Join();
        end.Dispose();
    }
}
