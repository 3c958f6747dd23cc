using System.Formats.Tar;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace DcrDsl.FileSystem;

/// <summary>
/// Opens what a path names for reading, if it is a file or a link to one. Pipes and devices are refused before they are opened: opening a
/// pipe waits for somebody to write into it, and some devices never end. A path where nothing is passes, so that whoever opens it says what
/// is missing.
/// </summary>
static class RegularFile
{
    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="InputException">The path names something else than a file.</exception>
    public static byte[] Bytes(string path)
    {
        Require(path);
        return File.ReadAllBytes(path);
    }

    /// <summary>The text of a file in UTF-8, or as its byte-order mark says.</summary>
    /// <exception cref="InputException">The path names something else than a file, or the file is not text.</exception>
    public static string Text(string path)
    {
        Require(path);
        try
        {
            return File.ReadAllText(path, Strict);
        }
        catch (DecoderFallbackException e)
        {
            throw new InputException($"{path} is not UTF-8 text: fetch it again, or save it as UTF-8.", e);
        }
    }

    /// <exception cref="InputException">The path names something else than a file.</exception>
    public static IEnumerable<string> Lines(string path)
    {
        Require(path);
        return File.ReadLines(path);
    }

    /// <exception cref="InputException">The path names something else than a file.</exception>
    public static SafeFileHandle Handle(string path)
    {
        Require(path);
        return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
    }

    /// <summary>That a path can name something.</summary>
    /// <exception cref="InputException">It is empty, or holds a zero character.</exception>
    public static void RequirePath(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
            throw new InputException("A path is empty: name a file or folder.");
        if (path.Contains('\0'))
            throw new InputException($"The path {path} has a zero character in it, so it can name nothing: correct it.");
    }

    /// <exception cref="InputException">The path is empty, or names something else than a file.</exception>
    public static void Require(string path)
    {
        RequirePath(path);
        if (Directory.Exists(path))
            throw new InputException($"{path} is a folder: name a file in it.");
        if (File.Exists(path) && !IsRegular(path))
            throw new InputException(
                $"{path} is no file but a pipe, a device, a broken link or the like, which is not read: copy what it gives into a file."
            );
    }

    static bool IsRegular(string path)
    {
        if (OperatingSystem.IsWindows())
            return true;
        try
        {
            string target = RealPath.Of(path);
            if (new FileInfo(target).Length > 0)
                return true; // pipes, devices and sockets have no length
            // .NET tells the type of what lies at a path only to its writer of archives, which opens files alone.
            using var archive = new MemoryStream();
            using (var writer = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true))
                writer.WriteEntry(target, "entry");
            archive.Position = 0;
            using var reader = new TarReader(archive);
            return reader.GetNextEntry()?.EntryType == TarEntryType.RegularFile;
        }
        catch (UnauthorizedAccessException)
        {
            return true; // a file, and opening it says that it may not be read
        }
        catch (IOException)
        {
            return false;
        }
    }
}
