using System.Security.Cryptography;
using System.Text;

namespace DcrDsl.Store;

/// <summary>
/// The digests of what lies at paths: of a file, or of all files of a directory that belong to a model. A file is read again only when its
/// length or time of change is another; what is known is kept in the store's <c>digests.json</c>.
/// </summary>
sealed class ContentDigests
{
    // Times of change have steps; a file that was changed just now may change again within one.
    static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    readonly string? file;
    readonly int threads;
    readonly Dictionary<string, KnownDigest> known;
    readonly Dictionary<string, string> asked = new(StringComparer.Ordinal);
    bool changed;

    /// <param name="root">The folder of the store that keeps what is known; null: nothing is kept.</param>
    /// <param name="threads">How many files are read at a time.</param>
    public ContentDigests(string? root, int threads)
    {
        file = root is null ? null : Path.Combine(root, "digests.json");
        this.threads = threads;
        known = file is null ? [] : CheckedFile.Read(file, StoreJson.Default.DictionaryStringKnownDigest) ?? [];
    }

    /// <summary>The digest of what lies at a path now; of nothing where nothing lies there.</summary>
    public string Of(string path, CancellationToken cancellation)
    {
        path = Path.GetFullPath(path);
        if (asked.TryGetValue(path, out string? digest))
            return digest;
        bool directory = Directory.Exists(path);
        string[] files = [.. FileDigests.FilesOf([path]).Where(File.Exists)];
        string[] unknown = [.. files.Where(f => !IsKnown(f))];
        foreach (var read in FileDigests.Of(unknown, threads, cancellation))
            if (read.Sha256 is { } own)
                Add(read.Path, own);
        var parts = files.Select(f =>
            (Name: directory ? Path.GetRelativePath(path, f) : "", Sha: known.GetValueOrDefault(f)?.Sha256 ?? "")
        );
        digest = parts.ToList() is [("", var only)]
            ? only
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts.Select(p => $"{p.Sha} {p.Name}")))));
        asked.Add(path, digest);
        return digest;
    }

    /// <summary>Keeps what is known for the next run; that it cannot be kept costs time only.</summary>
    public void Keep()
    {
        if (changed && file is not null)
            CheckedFile.Write(file, known, StoreJson.Default.DictionaryStringKnownDigest);
    }

    bool IsKnown(string path) =>
        known.TryGetValue(path, out var digest)
        && new FileInfo(path) is { Exists: true } now
        && (now.Length, now.LastWriteTimeUtc) == (digest.Bytes, digest.Changed);

    void Add(string path, string sha256)
    {
        var now = new FileInfo(path);
        known[path] = new KnownDigest(now.Length, now.LastWriteTimeUtc, sha256);
        changed |= DateTime.UtcNow - now.LastWriteTimeUtc > Settled;
        if (DateTime.UtcNow - now.LastWriteTimeUtc <= Settled)
            known[path] = known[path] with { Changed = DateTime.MinValue }; // read again the next time
    }
}

/// <summary>The digest that a file had when it was read.</summary>
/// <param name="Bytes">Its length then.</param>
/// <param name="Changed">When it had been changed, in UTC.</param>
/// <param name="Sha256">Its digest.</param>
sealed record KnownDigest(long Bytes, DateTime Changed, string Sha256);
