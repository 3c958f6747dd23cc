using System.Runtime.InteropServices;

namespace DcrDsl.FileSystem;

/// <summary>What keeping results and checkpoints does to the file system, a step a member: tests let each of them fail.</summary>
partial class Disk
{
    // Of errno.h: file systems that cannot do it for folders.
    const int InvalidArgument = 22;

    /// <summary>The file system.</summary>
    public static Disk Real { get; } = new();

    /// <summary>Makes a folder and those above it that are not there.</summary>
    public virtual void CreateFolder(string path) => Directory.CreateDirectory(path);

    /// <summary>Writes a new file; its bytes are on the disk when this returns.</summary>
    public virtual void Write(string path, Action<Stream> write)
    {
        using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        FileSizeLimit.Observe(path, () => write(stream));
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Writes files into a folder, new ones; they are on the disk once each of them is flushed.</summary>
    public virtual void Fill(string folder, Action<string> write) => write(folder);

    /// <summary>Gives a file another name; one of that name is replaced.</summary>
    public virtual void Replace(string from, string to) => File.Move(from, to, overwrite: true);

    /// <summary>Gives a folder another name; there is none of that name.</summary>
    public virtual void Rename(string from, string to) => Directory.Move(from, to);

    /// <summary>Removes a folder with its files.</summary>
    public virtual void Remove(string folder) => Directory.Delete(folder, recursive: true);

    /// <summary>Removes a folder under another name, so that nobody finds half of it.</summary>
    public void Drop(string folder)
    {
        string going = AsideName.Of(folder);
        Rename(folder, going);
        Remove(going);
    }

    /// <summary>Brings what was written to a file to the disk.</summary>
    public virtual void FlushFile(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Makes a folder and those above it, and brings the names of new ones to the disk.</summary>
    public void Make(string folder)
    {
        var missing = new List<string>();
        for (string at = folder; !Directory.Exists(at); at = missing[^1])
            missing.Add(Path.GetDirectoryName(at)!);
        CreateFolder(folder);
        missing.ForEach(Flush);
    }

    /// <summary>Brings the names in a folder to the disk: what was made or renamed there survives a power cut.</summary>
    public virtual void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
            return; // NTFS keeps names by its journal
        int handle = Open(folder, 0);
        int code = handle < 0 || Synchronise(handle) < 0 ? Marshal.GetLastPInvokeError() : 0;
        if (handle >= 0)
            _ = Close(handle);
        if (code is not 0 and not InvalidArgument)
            throw new IOException($"{Marshal.GetPInvokeErrorMessage(code)} : '{folder}'");
    }

    // .NET opens no folders.
    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronise(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
