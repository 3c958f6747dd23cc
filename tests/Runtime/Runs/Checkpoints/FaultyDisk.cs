using DcrDsl.Execution.Checkpoints;
using DcrDsl.FileSystem;

namespace DcrDsl.Runtime.Tests.Runs.Checkpoints;

/// <summary>A disk of which one operation fails, counted from 1, or during which the process ends.</summary>
sealed class FaultyDisk(int at, bool ends) : Disk
{
    int count;

    /// <summary>Whether it came to the operation.</summary>
    public bool Failed { get; private set; }

    /// <summary>Whether it was one that removes what is not needed any more.</summary>
    public bool Tidied { get; private set; }

    bool IsNow => ++count == at && (Failed = true);

    public override void CreateFolder(string path)
    {
        if (IsNow)
            Fail();
        base.CreateFolder(path);
    }

    /// <summary>Leaves half of the file.</summary>
    public override void Write(string path, Action<Stream> write)
    {
        if (!IsNow)
        {
            base.Write(path, write);
            return;
        }
        using var all = new MemoryStream();
        write(all);
        File.WriteAllBytes(path, all.ToArray()[..(int)(all.Length / 2)]);
        Fail();
    }

    /// <summary>Leaves half of the last file.</summary>
    public override void Fill(string folder, Action<string> write)
    {
        bool fails = IsNow;
        base.Fill(folder, write);
        if (!fails)
            return;
        if (Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).LastOrDefault() is { } last)
            File.WriteAllBytes(last, File.ReadAllBytes(last)[..(int)(new FileInfo(last).Length / 2)]);
        Fail();
    }

    public override void Replace(string from, string to)
    {
        if (IsNow)
            Fail();
        base.Replace(from, to);
    }

    public override void FlushFile(string path)
    {
        if (IsNow)
            Fail();
        base.FlushFile(path);
    }

    public override void Rename(string from, string to)
    {
        if (IsNow)
        {
            Tidied = !from.EndsWith(".part", StringComparison.Ordinal);
            Fail();
        }
        base.Rename(from, to);
    }

    public override void Flush(string folder)
    {
        if (IsNow)
            Fail();
        base.Flush(folder);
    }

    /// <summary>Removes one file of several.</summary>
    public override void Remove(string folder)
    {
        if (IsNow)
        {
            Tidied = true;
            if (Directory.EnumerateFiles(folder).FirstOrDefault() is { } file)
                File.Delete(file);
            Fail();
        }
        base.Remove(folder);
    }

    void Fail()
    {
        if (ends)
            throw new KilledException();
        throw new IOException("No space left on device");
    }
}
