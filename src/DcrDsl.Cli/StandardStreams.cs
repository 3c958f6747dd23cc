using Microsoft.Win32.SafeHandles;
using Spectre.Console;

namespace DcrDsl.Cli;

/// <summary>The output streams that the process was started with, whatever state they are in.</summary>
static class StandardStreams
{
    // The numbers of input, output and errors; kept open to the end where they were closed.
    const int Last = 2;

    static readonly List<SafeFileHandle> Kept = [];

    /// <summary>
    /// Opens the streams that were closed, on nothing: else the next file that is opened gets such a number, and what a library writes to
    /// it as an error ends up in that file. Only where numbers mean this.
    /// </summary>
    public static void FillClosed()
    {
        if (OperatingSystem.IsWindows())
            return;
        try
        {
            for (int i = 0; i <= Last; i++)
            {
                var handle = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
                if (handle.DangerousGetHandle() > Last)
                {
                    handle.Dispose();
                    return;
                }
                Kept.Add(handle);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A system without this device.
        }
    }

    /// <summary>A stream, or none where it cannot be had.</summary>
    public static LastingWriter Open(Func<TextWriter> stream)
    {
        try
        {
            return new LastingWriter(stream());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return new LastingWriter(null);
        }
    }
}

/// <summary>Where a console writes, with the width and kind of the terminal behind it.</summary>
/// <param name="terminal">The terminal.</param>
/// <param name="writer">Writes to it.</param>
sealed class LastingOutput(IAnsiConsoleOutput terminal, LastingWriter writer) : IAnsiConsoleOutput
{
    public TextWriter Writer => writer;

    public bool IsTerminal => terminal.IsTerminal;

    public int Width => terminal.Width;

    public int Height => terminal.Height;

    public void SetEncoding(System.Text.Encoding encoding) => terminal.SetEncoding(encoding);
}
