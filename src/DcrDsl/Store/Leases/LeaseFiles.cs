using System.Globalization;

namespace DcrDsl.Store.Leases;

/// <summary>
/// The files of leases: <c>leases/KEY.GENERATION</c> under a store. The highest generation is the lease that counts. A new one is made by
/// creating the next file exclusively, which one of any number of processes can do, on NFS (version 3 or later) and Lustre too. So nobody
/// ever has to remove another's file before there is an own one, which is where two could come to believe that they hold it.
/// </summary>
/// <param name="root">The folder of the store.</param>
sealed class LeaseFiles(string root)
{
    /// <summary>Their folder.</summary>
    public string Folder { get; } = Path.Combine(Path.GetFullPath(root), "leases");

    /// <summary>The path of a generation.</summary>
    public string PathOf(string key, int generation) =>
        Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"{key}.{generation}"));

    /// <summary>The generations that there are of a key, the highest last.</summary>
    public IReadOnlyList<int> GenerationsOf(string key) => [.. All(key + ".*").Select(f => f.Generation).Order()];

    /// <summary>The lease that counts, of every key that has one.</summary>
    public IEnumerable<(string Key, int Generation)> Current() =>
        All("*").GroupBy(f => f.Key).Select(g => (g.Key, g.Max(f => f.Generation)));

    /// <summary>The bytes of a lease; null: it is not there any more.</summary>
    public byte[]? Read(string key, int generation)
    {
        try
        {
            using var file = Open(PathOf(key, generation), FileMode.Open, FileAccess.Read);
            using var bytes = new MemoryStream();
            file.CopyTo(bytes);
            return bytes.ToArray();
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Makes a lease; false: it is there.</summary>
    public bool TryCreate(string key, int generation, byte[] bytes)
    {
        Directory.CreateDirectory(Folder);
        string path = PathOf(key, generation);
        FileStream file;
        try
        {
            file = Open(path, FileMode.CreateNew, FileAccess.Write);
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
        // A reader that comes between finds an empty file: a holder who is not known yet.
        try
        {
            using (file)
                file.Write(bytes);
            return true;
        }
        catch
        {
            Remove(key, generation);
            throw;
        }
    }

    /// <summary>Writes over a lease that is there.</summary>
    /// <exception cref="FileNotFoundException">It is not.</exception>
    public void Overwrite(string key, int generation, byte[] bytes)
    {
        using var file = Open(PathOf(key, generation), FileMode.Open, FileAccess.Write);
        file.Write(bytes);
    }

    /// <summary>Removes a generation; one that is not there or cannot be removed is none of the caller's concern.</summary>
    public void Remove(string key, int generation)
    {
        try
        {
            File.Delete(PathOf(key, generation));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It gives no more signs of life, so it ends by itself.
        }
    }

    IEnumerable<(string Key, int Generation)> All(string pattern)
    {
        if (!Directory.Exists(Folder))
            yield break;
        foreach (string path in Directory.EnumerateFiles(Folder, pattern))
            // NFS leaves files of other names for a while where one was removed that somebody reads.
            if (
                Path.GetFileName(path).Split('.') is [{ Length: > 0 } key, var number]
                && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int generation)
            )
                yield return (key, generation);
    }

    static FileStream Open(string path, FileMode mode, FileAccess access) =>
        new(path, mode, access, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
}
