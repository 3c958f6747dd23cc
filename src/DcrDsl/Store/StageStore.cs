using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using DcrDsl.Data.Files;
using DcrDsl.FileSystem;

namespace DcrDsl.Store;

/// <summary>
/// The results of stage runs by the key of what decides about them: a directory for each key under <c>entries</c>, written aside and
/// renamed, so that it is there whole or not at all. Many threads and processes may use one store.
/// </summary>
/// <param name="root">The folder of the store; it is made when the first entry is written.</param>
/// <param name="disk">The file system; null: the real one.</param>
sealed class StageStore(string root, Disk? disk = null)
{
    readonly Disk disk = disk ?? Disk.Real;

    const string Entries = "entries",
        Damaged = "damaged",
        Numerics = "numerics",
        ManifestFile = "manifest.json";

    /// <summary>The folder of the store.</summary>
    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>The entry of a key; null: there is none.</summary>
    /// <param name="key">The key as a digest.</param>
    /// <exception cref="InputException">The store was written by a later version.</exception>
    /// <exception cref="DamagedEntryException">There is one, and its manifest cannot be read.</exception>
    public StoreEntry? Find(string key)
    {
        string directory = PlaceOf(key);
        return Directory.Exists(directory) ? Read(directory) : null;
    }

    /// <summary>
    /// The same as it is now on a network file system too, where a machine remembers for a while that a name was not there (nfs(5),
    /// "Directory entry caching"): making a name in the folder brings back what is in it.
    /// </summary>
    /// <exception cref="IOException">Nothing can be written there.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public StoreEntry? FindNow(string key)
    {
        string probe = FormattableString.Invariant($"{PlaceOf(key)}.{Environment.ProcessId}-{Guid.NewGuid():N}{WholeFile.Aside}");
        Directory.CreateDirectory(probe);
        Directory.Delete(probe);
        return Find(key);
    }

    /// <summary>Whether there is an entry of a key; what is in it is not looked at.</summary>
    public bool Has(string key) => Directory.Exists(PlaceOf(key));

    /// <summary>All entries, in order of their keys; those that cannot be read are told to <paramref name="damaged"/>.</summary>
    /// <exception cref="InputException">The store was written by a later version.</exception>
    public IEnumerable<StoreEntry> All(Action<DamagedEntryException>? damaged = null)
    {
        string folder = Path.Combine(Root, Entries);
        if (!Directory.Exists(folder))
            yield break;
        foreach (
            string directory in Directory
                .EnumerateDirectories(folder)
                .SelectMany(Directory.EnumerateDirectories)
                .Where(d => !Path.GetFileName(d).Contains('.', StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        )
        {
            StoreEntry? entry = null;
            try
            {
                entry = Read(directory);
            }
            catch (DamagedEntryException fault)
            {
                damaged?.Invoke(fault);
            }
            if (entry is not null)
                yield return entry;
        }
    }

    /// <summary>Writes an entry; one of the same key that is there by then stays.</summary>
    /// <param name="manifest">What it says of itself; its files are found by what is written.</param>
    /// <param name="write">Writes the result into the directory that it is given.</param>
    /// <exception cref="IOException">It cannot be written; nothing is left of it.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Put(StoreManifest manifest, Action<string> write)
    {
        string place = PlaceOf(manifest.Key),
            aside = FormattableString.Invariant($"{place}.{Environment.ProcessId}-{Guid.NewGuid():N}{WholeFile.Aside}");
        try
        {
            disk.CreateFolder(aside);
            write(aside);
            var whole = manifest with { Files = FilesIn(aside) };
            disk.Write(Path.Combine(aside, ManifestFile), file => JsonSerializer.Serialize(file, whole, StoreJson.Default.StoreManifest));
            disk.Flush(aside);
            if (!Directory.Exists(place))
                disk.Rename(aside, place);
            disk.Flush(Path.GetDirectoryName(place)!);
        }
        catch (IOException) when (Directory.Exists(place))
        {
            // Another process was quicker with the same result.
        }
        finally
        {
            if (Directory.Exists(aside))
                disk.Remove(aside);
        }
    }

    /// <summary>Keeps what a version of the code is made of, once for all results that it has computed.</summary>
    /// <param name="version">The version as a digest.</param>
    /// <param name="methods">The digest of each method.</param>
    public void PutNumerics(string version, IReadOnlyDictionary<string, string> methods)
    {
        string path = Path.Combine(Root, Numerics, version + ".json");
        if (File.Exists(path))
            return;
        disk.CreateFolder(Path.GetDirectoryName(path)!);
        // Others may write the same at the same time.
        string aside = FormattableString.Invariant($"{path}.{Environment.ProcessId}-{Guid.NewGuid():N}{WholeFile.Aside}");
        disk.Write(
            aside,
            file => JsonSerializer.Serialize(file, new(methods.ToDictionary()), StoreJson.Default.SortedDictionaryStringString)
        );
        File.Move(aside, path, overwrite: true);
    }

    /// <summary>What a version of the code was made of; null: it is not known any more.</summary>
    public IReadOnlyDictionary<string, string>? NumericsOf(string version)
    {
        try
        {
            using var file = File.OpenRead(Path.Combine(Root, Numerics, version + ".json"));
            return JsonSerializer.Deserialize(file, StoreJson.Default.SortedDictionaryStringString);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Takes an entry out of the way that is not what was written, for a person to look at.</summary>
    /// <returns>Where it lies now; null: another process has done it.</returns>
    public string? SetAside(string directory)
    {
        string folder = Path.Combine(Root, Damaged);
        Directory.CreateDirectory(folder);
        string name = Path.GetFileName(directory);
        for (int i = 1; ; i++)
        {
            string to = Path.Combine(folder, FormattableString.Invariant($"{name}-{i}"));
            if (Path.Exists(to))
                continue;
            try
            {
                Directory.Move(directory, to);
                return to;
            }
            catch (DirectoryNotFoundException)
            {
                return null;
            }
            catch (IOException) when (Path.Exists(to))
            {
                // Another process has set something aside under this name.
            }
        }
    }

    /// <summary>Removes an entry.</summary>
    public void Remove(StoreEntry entry)
    {
        // Renamed first, so that nobody finds half an entry.
        string going = entry.Directory + ".going" + WholeFile.Aside;
        Directory.Move(entry.Directory, going);
        Directory.Delete(going, recursive: true);
    }

    /// <summary>Where the entry of a key lies, or would.</summary>
    string PlaceOf(string key) => Path.Combine(Root, Entries, key[..2], key);

    StoreEntry? Read(string directory)
    {
        string path = Path.Combine(directory, ManifestFile);
        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            JsonText.RequireWholeTexts(path, 1, bytes);
            // The format first: what else a later version has written is its own affair.
            using (var document = JsonDocument.Parse(bytes))
                if (document.RootElement.GetProperty("format").GetInt32() is > StoreManifest.CurrentFormat and var format)
                    throw new InputException(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{path} is of format {format}, and this version of DcrDsl reads {StoreManifest.CurrentFormat}: use the "
                                + $"version that wrote it, or another folder with --store."
                        )
                    );
            var manifest = JsonSerializer.Deserialize(bytes, StoreJson.Default.StoreManifest)!;
            return manifest.Key == Path.GetFileName(directory) && new Planning.StageKey(manifest.Parts).Digest == manifest.Key
                ? new StoreEntry(directory, manifest)
                : throw new DamagedEntryException(directory, "its manifest was changed: the key does not belong to its parts");
        }
        catch (DirectoryNotFoundException)
        {
            return null; // removed meanwhile
        }
        catch (Exception e)
            when (e is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException or KeyNotFoundException)
        {
            throw new DamagedEntryException(directory, $"{ManifestFile} cannot be read ({e.Message.TrimEnd('.')})");
        }
    }

    static IReadOnlyList<StoredFile> FilesIn(string directory)
    {
        var files = new List<StoredFile>();
        foreach (string path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
            string digest = Convert.ToHexStringLower(SHA256.HashData(stream));
            stream.Flush(flushToDisk: true);
            files.Add(new StoredFile(Path.GetRelativePath(directory, path).Replace('\\', '/'), stream.Length, digest));
        }
        return files;
    }
}

/// <summary>An entry of the store is not what was written.</summary>
/// <param name="directory">The entry.</param>
/// <param name="what">What is wrong with it, in words.</param>
sealed class DamagedEntryException(string directory, string what) : Exception($"{directory}: {what}")
{
    /// <summary>The entry.</summary>
    public string Directory => directory;
}
