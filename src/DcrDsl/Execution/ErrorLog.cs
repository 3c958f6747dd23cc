using DcrDsl.FileSystem;

namespace DcrDsl.Execution;

/// <summary>
/// The details of unexpected errors, in a file that is made with the first of them: always a new one, so that no link which somebody put
/// there is followed.
/// A log that cannot be written stops nothing.
/// </summary>
sealed class ErrorLog(string path) : IDisposable
{
    readonly Lock gate = new();
    StreamWriter? file;
    string? trouble;
    bool any;

    /// <summary>Where the details are, or why they are nowhere, in a sentence; null while there have been no errors.</summary>
    public string? Sentence
    {
        get
        {
            lock (gate)
            {
                return !any ? null
                    : trouble is null ? $"The details are in {path}."
                    : $"The details could not be kept: {trouble}";
            }
        }
    }

    /// <summary>Adds the details of one error.</summary>
    public void Add(string details)
    {
        lock (gate)
        {
            any = true;
            if (trouble is not null)
                return;
            try
            {
                file ??= new StreamWriter(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0))
                {
                    AutoFlush = true,
                };
                FileSizeLimit.Observe(path, () => file.Write(details + "\n\n"));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                trouble = exception.Message.TrimEnd('.') + ".";
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            try
            {
                file?.Dispose();
            }
            catch (Exception exception) when (exception is IOException || FileSizeLimit.Is(exception))
            {
                // Told when it was written.
            }
        }
    }
}
