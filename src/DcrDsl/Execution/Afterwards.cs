namespace DcrDsl.Execution;

/// <summary>
/// Does what has to be done behind a stage run and keeps no other from beginning, one after the other and beside them. Safe to use from
/// many threads.
/// </summary>
/// <param name="fail">Is told of what cannot be done.</param>
sealed class Afterwards(Action<Exception> fail)
{
    readonly Lock gate = new();
    Task last = Task.CompletedTask;

    /// <param name="act">What is to be done.</param>
    /// <param name="end">What follows in any case.</param>
    public void Do(Action act, Action end)
    {
        lock (gate)
            last = last.ContinueWith(_ => Go(act, end), TaskScheduler.Default);
    }

    /// <summary>Waits until everything is done that was to be done by now.</summary>
    public void Wait()
    {
        Task until;
        lock (gate)
            until = last;
        until.Wait();
    }

    void Go(Action act, Action end)
    {
        try
        {
            try
            {
                act();
            }
            finally
            {
                end();
            }
        }
        catch (Exception exception)
        {
            fail(exception);
        }
    }
}
