namespace DcrDsl.Cli;

/// <summary>An error that nobody foresaw, told in one sentence; its details are in a file.</summary>
static class UnexpectedError
{
    /// <summary>The sentence for an error whose details are in <paramref name="file"/>.</summary>
    public static InputException Of(Exception exception, string file) =>
        new($"Unexpected {exception.GetType().Name}: {exception.Message.Split('\n')[0].Trim()} The details are in {file}.", exception);

    /// <summary>Writes the details into a file beside no run.</summary>
    public static InputException Of(Exception exception)
    {
        string file = Path.Combine(Path.GetTempPath(), "dcrdsl-errors.log");
        File.AppendAllText(file, exception + "\n\n");
        return Of(exception, file);
    }
}
