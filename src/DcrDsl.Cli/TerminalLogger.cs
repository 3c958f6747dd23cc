using Microsoft.Extensions.Logging;

namespace DcrDsl.Cli;

/// <summary>Tells on the error stream what a user should know of a run; what goes on in stage runs the progress shows.</summary>
sealed class TerminalLogger(Terminal terminal) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (IsEnabled(logLevel))
            terminal.Tell(formatter(state, exception));
    }
}
