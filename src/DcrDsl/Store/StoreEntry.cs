using System.Security.Cryptography;

namespace DcrDsl.Store;

/// <summary>A finished stage run in the store: a directory that is written once and not changed any more.</summary>
/// <param name="Directory">Where it lies.</param>
/// <param name="Manifest">What it says of itself.</param>
sealed record StoreEntry(string Directory, StoreManifest Manifest)
{
    /// <summary>A file of the entry.</summary>
    public string PathOf(string name) => Path.Combine(Directory, name);

    /// <summary>What is wrong with the files, in words; null: they are as they were written. Every byte is read.</summary>
    public string? Fault()
    {
        foreach (var file in Manifest.Files)
        {
            string path = PathOf(file.Name);
            if (!File.Exists(path))
                return $"{file.Name} is missing";
            long length = new FileInfo(path).Length;
            if (length != file.Bytes)
                return FormattableString.Invariant($"{file.Name} has {length} bytes instead of {file.Bytes}");
            using var stream = File.OpenRead(path);
            if (Convert.ToHexStringLower(SHA256.HashData(stream)) != file.Sha256)
                return $"{file.Name} is not what was written: its digest differs";
        }
        return null;
    }
}
