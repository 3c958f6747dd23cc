using DcrDsl.FileSystem;
using DcrDsl.Planning;

namespace DcrDsl.Store;

/// <summary>
/// Copies entries of a store into another, each with the entries that it begins with, since a store uses no result whose beginning it does
/// not know. What is copied is what was written: digests are taken of the copy.
/// </summary>
/// <param name="from">The store that has them.</param>
/// <param name="to">The store that gets them.</param>
/// <param name="tell">Is told of entries that cannot be copied, in sentences.</param>
sealed class StoreCopy(StageStore from, StageStore to, Action<string> tell)
{
    /// <summary>A folder as a store to copy into: a store already, or new, or empty.</summary>
    /// <exception cref="InputException">It is something else.</exception>
    public static StageStore Into(string folder)
    {
        RegularFile.RequirePath(folder);
        if (File.Exists(folder))
            throw new InputException($"{folder} is a file: name a folder.");
        if (Directory.Exists(folder) && !IsStore(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new InputException($"{folder} has files and is no store: name a new or empty folder, or one that is a store.");
        return new StageStore(folder);
    }

    /// <summary>A folder as a store to copy from.</summary>
    /// <exception cref="InputException">It is none.</exception>
    public static StageStore From(string folder) =>
        IsStore(folder) ? new StageStore(folder) : throw new InputException($"{folder} is no store: it has no folder 'entries'.");

    /// <summary>Copies entries and what they begin with.</summary>
    /// <exception cref="InputException">The other store cannot be written; what was copied before is whole.</exception>
    public StoreCopied Copy(IEnumerable<StoreEntry> entries)
    {
        if (from.Root == to.Root)
            throw new InputException($"{to.Root} is the store itself: name another folder.");
        int copied = 0,
            present = 0,
            damaged = 0;
        long bytes = 0;
        foreach (var entry in WithBeginnings(entries))
            try
            {
                if (IsThere(entry))
                    present++;
                else if (Fault(entry) is { } fault)
                {
                    damaged++;
                    tell($"{entry.Directory} is not copied: {fault}. The next run that needs it sets it aside and computes it again.");
                }
                else
                    (copied, bytes) = (copied + 1, bytes + entry.Manifest.Bytes);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new InputException(
                    $"{to.Root} cannot be written: {exception.Message.TrimEnd('.')}. The results copied before are whole.",
                    exception
                );
            }
        return new StoreCopied(copied, present, damaged, bytes);
    }

    /// <summary>The entries, each behind what it begins with.</summary>
    IEnumerable<StoreEntry> WithBeginnings(IEnumerable<StoreEntry> entries)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return entries.SelectMany(Chain);

        IEnumerable<StoreEntry> Chain(StoreEntry entry)
        {
            if (!seen.Add(entry.Manifest.Key))
                return [];
            string? before = entry.Manifest.Parts.FirstOrDefault(p => p.Name == StageKeys.Before)?.Value;
            if (before is null)
                return [entry];
            if (Find(before) is { } parent)
                return [.. Chain(parent), entry];
            tell($"{entry.Manifest.Run.Id} begins with {before}, which is not in {from.Root}: a run uses it only where that is.");
            return [entry];
        }
    }

    StoreEntry? Find(string key)
    {
        try
        {
            return from.Find(key);
        }
        catch (DamagedEntryException)
        {
            return null;
        }
    }

    bool IsThere(StoreEntry entry)
    {
        try
        {
            if (to.Find(entry.Manifest.Key) is not { } there)
                return false;
            if (there.Fault() is not { } fault)
                return true;
            throw new DamagedEntryException(there.Directory, fault);
        }
        catch (DamagedEntryException fault)
        {
            tell($"{fault.Message}. It lies in {to.SetAside(fault.Directory)} now, and is copied again.");
            return false;
        }
    }

    /// <summary>Copies an entry; what is wrong with it, in words, where the copy is not what was written.</summary>
    string? Fault(StoreEntry entry)
    {
        if (entry.Manifest.Files.FirstOrDefault(f => !IsWithin(entry.Directory, f.Name)) is { } outside)
            return $"its manifest names the file {outside.Name}, which is not in it";
        // Every file has its length, so that what is read is a file and whole.
        if (
            entry.Manifest.Files.FirstOrDefault(f =>
                new FileInfo(entry.PathOf(f.Name)) is var file && !(file.Exists && file.Length == f.Bytes)
            ) is
            { }
        )
            return entry.Fault();
        if (
            entry.Manifest.Parts.FirstOrDefault(p => p.Name == StageKeys.Numerics)?.Value is { } version
            && from.NumericsOf(version) is { } code
        )
            to.PutNumerics(version, () => code);
        to.Put(entry.Manifest, folder => CopyFiles(entry, folder));
        if (to.Find(entry.Manifest.Key) is not { } copy || copy.Manifest.Files.SequenceEqual(entry.Manifest.Files))
            return null;
        to.Remove(copy);
        return entry.Fault() ?? "the copy has other bytes";
    }

    static void CopyFiles(StoreEntry entry, string folder)
    {
        foreach (var file in entry.Manifest.Files)
        {
            string path = Path.Combine(folder, file.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            RegularFile.Require(entry.PathOf(file.Name));
            File.Copy(entry.PathOf(file.Name), path);
        }
    }

    static bool IsWithin(string folder, string name) =>
        !Path.IsPathRooted(name)
        && Path.GetFullPath(Path.Combine(folder, name)).StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    static bool IsStore(string folder) => Directory.Exists(Path.Combine(folder, "entries"));
}

/// <summary>What was copied.</summary>
/// <param name="Copied">Entries that were copied.</param>
/// <param name="Present">Entries that were there already.</param>
/// <param name="Damaged">Entries that are not what was written, and were left.</param>
/// <param name="Bytes">The bytes of the results copied.</param>
sealed record StoreCopied(int Copied, int Present, int Damaged, long Bytes);
