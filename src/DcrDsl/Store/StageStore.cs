using System.Globalization;
using System.Security.Cryptography;
using System.Text;
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
        ManifestFile = "manifest.json",
        CheckFile = "manifest.sha256";

    /// <summary>The folder of the store.</summary>
    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>The entry of a key; null: there is none.</summary>
    /// <param name="key">The key as a digest.</param>
    /// <exception cref="InputException">The store was written by a later version.</exception>
    /// <exception cref="DamagedEntryException">There is one, and its manifest cannot be read.</exception>
    public StoreEntry? Find(string key)
    {
        string place = PlaceOf(key);
        if (Directory.Exists(place))
            return Read(place);
        return Path.Exists(place) ? throw new DamagedEntryException(place, "it is no folder") : null;
    }

    /// <summary>
    /// The same as it is now on a network file system too, where a machine remembers for a while that a name was not there (nfs(5),
    /// "Directory entry caching"): making a name in the folder brings back what is in it.
    /// </summary>
    /// <exception cref="IOException">Nothing can be written there.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public StoreEntry? FindNow(string key)
    {
        string probe = AsideName.Of(PlaceOf(key));
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
        foreach (
            string directory in Shelves()
                .SelectMany(Directory.EnumerateDirectories)
                .Where(d => !AsideName.Is(d))
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

    /// <summary>Writes an entry and gives it its name.</summary>
    /// <inheritdoc cref="Begin"/>
    public void Put(StoreManifest manifest, Action<string> write) => Begin(manifest, write)();

    /// <summary>
    /// Writes the files of an entry, which nobody finds until it is committed. One of the same key that is there by then stays, unless it
    /// does not hold the result and this one does.
    /// </summary>
    /// <param name="manifest">What it says of itself; its files are found by what is written.</param>
    /// <param name="write">Writes the result into the directory that it is given.</param>
    /// <returns>Commits it: brings it to the disk and gives it its name; on any thread, with the same exceptions.</returns>
    /// <exception cref="IOException">It cannot be written; no result is lost that was there before.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    /// <exception cref="InputException">The same.</exception>
    public Action Begin(StoreManifest manifest, Action<string> write)
    {
        string place = PlaceOf(manifest.Key),
            aside = AsideName.Of(place);
        bool begun = Try(
            manifest,
            aside,
            () =>
            {
                disk.Make(Path.GetDirectoryName(place)!);
                disk.CreateFolder(aside);
                disk.Fill(aside, write);
            }
        );
        return () =>
        {
            if (begun)
                Try(manifest, aside, () => Commit(manifest, aside, place));
        };
    }

    void Commit(StoreManifest manifest, string aside, string place)
    {
        var whole = manifest with { Files = FilesIn(aside) };
        byte[] said = JsonSerializer.SerializeToUtf8Bytes(whole, StoreJson.Default.StoreManifest);
        disk.Write(Path.Combine(aside, ManifestFile), file => file.Write(said));
        disk.Write(Path.Combine(aside, CheckFile), file => file.Write(Encoding.ASCII.GetBytes(CheckOf(said))));
        foreach (string inner in Directory.EnumerateDirectories(aside, "*", SearchOption.AllDirectories).Append(aside))
            disk.Flush(inner);
        if (manifest.Keeps && Directory.Exists(place) && Keeps(place) is false)
            disk.Drop(place);
        if (Directory.Exists(place))
            disk.Remove(aside);
        else
            disk.Rename(aside, place);
        disk.Flush(Path.GetDirectoryName(place)!);
    }

    /// <returns>Whether it was done; otherwise another process was quicker with the same result.</returns>
    bool Try(StoreManifest manifest, string aside, Action act)
    {
        try
        {
            act();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InputException)
        {
            TryRemove(aside);
            string place = PlaceOf(manifest.Key);
            if (!Directory.Exists(place) || (manifest.Keeps && Keeps(place) is false))
                throw;
            return false;
        }
    }

    /// <summary>
    /// Removes what processes have left that ended while they wrote or removed an entry, as their names say; nothing of it was ever used.
    /// </summary>
    /// <returns>How many there were.</returns>
    public int RemoveLeftovers()
    {
        string[] left =
        [
            .. Shelves().Concat([Path.Combine(Root, Numerics), Root]).Where(Directory.Exists).SelectMany(Asides).Where(AsideName.IsLeft),
        ];
        foreach (string path in left)
            TryRemove(path);
        return left.Length;

        static IEnumerable<string> Asides(string folder) => Directory.EnumerateFileSystemEntries(folder, "*" + WholeFile.Aside);
    }

    /// <summary>
    /// Keeps what a version of the code is made of, once for all results that it has computed; a file that cannot be read is replaced.
    /// </summary>
    /// <param name="version">The version as a digest.</param>
    /// <param name="methods">The digest of each method.</param>
    public void PutNumerics(string version, Func<IReadOnlyDictionary<string, string>> methods)
    {
        string path = Path.Combine(Root, Numerics, version + ".json");
        if (NumericsOf(version) is not null)
            return;
        disk.Make(Path.GetDirectoryName(path)!);
        string aside = AsideName.Of(path);
        try
        {
            disk.Write(
                aside,
                file => JsonSerializer.Serialize(file, new(methods().ToDictionary()), StoreJson.Default.SortedDictionaryStringString)
            );
            disk.Replace(aside, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryRemove(aside);
            throw;
        }
    }

    /// <summary>What a version of the code was made of; null: it is not known any more.</summary>
    public IReadOnlyDictionary<string, string>? NumericsOf(string version)
    {
        try
        {
            using var file = File.OpenRead(Path.Combine(Root, Numerics, version + ".json"));
            return
                JsonSerializer.Deserialize(file, StoreJson.Default.SortedDictionaryStringString) is { } methods
                && methods.Values.All(m => m is not null)
                ? methods
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Takes an entry out of the way that is not what was written, for a person to look at.</summary>
    /// <returns>Where it lies now; null: another process has done it, or it cannot be moved and stays where it is.</returns>
    public string? SetAside(string directory)
    {
        string folder = Path.Combine(Root, Damaged),
            name = Path.GetFileName(directory);
        try
        {
            disk.Make(folder);
            for (int i = 1; ; i++)
            {
                string to = Path.Combine(folder, FormattableString.Invariant($"{name}-{i}"));
                if (Path.Exists(to))
                    continue;
                try
                {
                    disk.Rename(directory, to);
                    return to;
                }
                catch (IOException) when (Path.Exists(to) && Path.Exists(directory))
                {
                    // Another process has set something aside under this name.
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Removes an entry.</summary>
    public void Remove(StoreEntry entry) => disk.Drop(entry.Directory);

    void TryRemove(string aside)
    {
        try
        {
            if (Directory.Exists(aside))
                disk.Remove(aside);
            else
                File.Delete(aside);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its name says that it is not whole, and a later run removes it.
        }
    }

    /// <summary>Whether an entry holds the result; null: its manifest cannot be read.</summary>
    bool? Keeps(string directory)
    {
        try
        {
            return Read(directory)?.Manifest.Keeps;
        }
        catch (DamagedEntryException)
        {
            return null;
        }
    }

    /// <summary>The folders in which entries lie.</summary>
    IEnumerable<string> Shelves()
    {
        string folder = Path.Combine(Root, Entries);
        return Directory.Exists(folder) ? Directory.EnumerateDirectories(folder) : [];
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
            if (manifest.Key != Path.GetFileName(directory) || new Planning.StageKey(manifest.Parts).Digest != manifest.Key)
                throw new DamagedEntryException(directory, "its manifest was changed: the key does not belong to its parts");
            if (manifest.Format > 1 && File.ReadAllText(Path.Combine(directory, CheckFile)) != CheckOf(bytes))
                throw new DamagedEntryException(directory, $"its manifest was changed: {CheckFile} has another digest");
            return new StoreEntry(directory, manifest);
        }
        catch (DirectoryNotFoundException) when (!Directory.Exists(directory))
        {
            return null; // removed meanwhile
        }
        catch (Exception e)
            when (e is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException or KeyNotFoundException)
        {
            throw new DamagedEntryException(directory, $"{ManifestFile} cannot be read ({e.Message.TrimEnd('.')})");
        }
    }

    /// <summary>As sha256sum writes it, and checks it with -c.</summary>
    static string CheckOf(byte[] manifest) => $"{Convert.ToHexStringLower(SHA256.HashData(manifest))}  {ManifestFile}\n";

    IReadOnlyList<StoredFile> FilesIn(string directory)
    {
        var files = new List<StoredFile>();
        foreach (string path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            using (var stream = File.OpenRead(path))
                files.Add(
                    new StoredFile(
                        Path.GetRelativePath(directory, path).Replace('\\', '/'),
                        stream.Length,
                        Convert.ToHexStringLower(SHA256.HashData(stream))
                    )
                );
            disk.FlushFile(path);
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
