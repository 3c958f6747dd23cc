using System.Text;

namespace DcrDsl.Cli;

/// <summary>
/// Writes to a stream of the process for as long as that is possible, and nowhere once it has failed: nobody reads a stream that is closed
/// or full, and what the program does beside writing there goes on.
/// </summary>
/// <param name="inner">The stream; null if there is none.</param>
sealed class LastingWriter(TextWriter? inner) : TextWriter
{
    readonly Lock gate = new();
    TextWriter? inner = inner;

    /// <summary>What made the stream fail; null: nothing has, or it was closed from the start.</summary>
    public IOException? Failure { get; private set; }

    public override Encoding Encoding { get; } = inner?.Encoding ?? Encoding.UTF8;

    public override void Write(char value) => Try(writer => writer.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(writer => writer.Write(buffer, index, count));

    public override void Write(string? value) => Try(writer => writer.Write(value));

    public override void WriteLine(string? value) => Try(writer => writer.WriteLine(value));

    public override void Flush() => Try(writer => writer.Flush());

    // The last of these is .NET's word for a limit on the size of files.
    void Try(Action<TextWriter> write)
    {
        lock (gate)
        {
            if (inner is null)
                return;
            try
            {
                write(inner);
            }
            catch (Exception exception)
                when (exception
                        is IOException
                            or ObjectDisposedException
                            or UnauthorizedAccessException
                            or ArgumentOutOfRangeException { ParamName: "value" }
                )
            {
                Failure = exception as IOException ?? new IOException(exception.Message, exception);
                inner = null;
            }
        }
    }
}
