using System.Text;

namespace DcrDsl;

/// <summary>
/// Writes a file aside and renames it, so that a reader sees the old one or the whole new one; what cannot be written whole is removed.
/// </summary>
static class WholeFile
{
    /// <summary>What the name of a file has behind it while it is written.</summary>
    public const string Aside = ".part";

    /// <summary>Writes lines, each with its end.</summary>
    public static void WriteLines(string path, IEnumerable<string> lines) =>
        Write(
            path,
            writer =>
            {
                foreach (string line in lines)
                {
                    writer.Write(line);
                    writer.Write('\n');
                }
            }
        );

    /// <summary>Writes a text.</summary>
    public static void WriteText(string path, string text) => Write(path, writer => writer.Write(text));

    static void Write(string path, Action<TextWriter> write)
    {
        string aside = path + Aside;
        try
        {
            FileSizeLimit.Observe(
                path,
                () =>
                {
                    using var writer = new StreamWriter(aside, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
                    write(writer);
                }
            );
            File.Move(aside, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Remove(aside);
            throw;
        }
    }

    static void Remove(string aside)
    {
        try
        {
            File.Delete(aside);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What keeps it from being written is told; this changes nothing about it.
        }
    }
}
