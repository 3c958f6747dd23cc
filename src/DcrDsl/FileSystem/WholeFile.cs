using System.Text;

namespace DcrDsl.FileSystem;

/// <summary>
/// Writes a file aside and renames it, so that a reader sees the old one or the whole new one; what cannot be written whole is removed.
/// </summary>
static class WholeFile
{
    /// <summary>What the name of a file has behind it while it is written.</summary>
    public const string Aside = ".part";

    /// <summary>Writes lines, each with its end.</summary>
    public static void WriteLines(string path, IEnumerable<string> lines) => Write((path, writer => Write(writer, lines)));

    /// <summary>Writes a text.</summary>
    public static void WriteText(string path, string text) => Write((path, writer => writer.Write(text)));

    /// <summary>
    /// Writes several files of lines, all of them aside before the first is renamed: what cannot be written changes none.
    /// </summary>
    public static void WriteAll(IReadOnlyList<(string Path, IEnumerable<string> Lines)> files) =>
        Write([.. files.Select(f => (f.Path, (Action<TextWriter>)(writer => Write(writer, f.Lines))))]);

    static void Write(TextWriter writer, IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            writer.Write(line);
            writer.Write('\n');
        }
    }

    static void Write(params (string Path, Action<TextWriter> Write)[] files)
    {
        try
        {
            foreach (var (path, write) in files)
                FileSizeLimit.Observe(
                    path,
                    () =>
                    {
                        using var writer = new StreamWriter(
                            path + Aside,
                            append: false,
                            new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)
                        );
                        write(writer);
                    }
                );
            foreach (var (path, _) in files)
                File.Move(path + Aside, path, overwrite: true);
        }
        catch
        {
            foreach (var (path, _) in files)
                Remove(path + Aside);
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
