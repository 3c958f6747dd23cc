using DcrDsl.Execution;

namespace DcrDsl.Cli;

/// <summary>An error that nobody foresaw, told in one sentence; its details are in a file.</summary>
static class UnexpectedError
{
    /// <summary>Writes the details into a new file beside no run.</summary>
    public static InputException Of(Exception exception)
    {
        using var log = new ErrorLog(Path.Combine(Path.GetTempPath(), $"dcrdsl-errors-{Path.GetRandomFileName()}.log"));
        log.Add(exception.ToString());
        return new($"Unexpected {exception.GetType().Name}: {exception.Message.Split('\n')[0].Trim()} {log.Sentence}".TrimEnd(), exception);
    }
}
