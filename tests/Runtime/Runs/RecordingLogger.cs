using Microsoft.Extensions.Logging;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>Keeps what it is told.</summary>
sealed class RecordingLogger : ILogger
{
    readonly List<(LogLevel, string)> lines = [];

    public IReadOnlyList<(LogLevel Level, string Line)> All
    {
        get
        {
            lock (lines)
                return [.. lines];
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (lines)
            lines.Add((level, formatter(state, exception)));
    }
}
