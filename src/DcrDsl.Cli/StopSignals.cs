using System.Runtime.InteropServices;

namespace DcrDsl.Cli;

/// <summary>
/// The signals that ask a program to end. A terminal that is closed and a batch system that needs the machine want the same as Ctrl-C: the
/// step under way is finished and written down.
/// </summary>
sealed class StopSignals : IDisposable
{
    readonly CancellationTokenSource stop = new();
    readonly PosixSignalRegistration[] registrations;
    readonly Terminal terminal;

    public StopSignals(Terminal terminal)
    {
        this.terminal = terminal;
        registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, Cli.ExitCode.Stopped)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, Cli.ExitCode.Terminated)),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Stop(context, Cli.ExitCode.HungUp)),
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => stop.Token;

    /// <summary>What a run that was stopped says to the shell: 128 and the signal's number.</summary>
    public int ExitCode { get; private set; } = Cli.ExitCode.Stopped;

    // The second signal is left to the system, which ends the program.
    void Stop(PosixSignalContext context, int code)
    {
        if (stop.IsCancellationRequested)
            return;
        context.Cancel = true;
        ExitCode = code;
        terminal.Tell("Stopping at the next step; press Ctrl-C again to end at once.");
        stop.Cancel();
    }

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
        stop.Dispose();
    }
}
