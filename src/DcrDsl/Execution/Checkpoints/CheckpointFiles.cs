using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DcrDsl.FileSystem;

namespace DcrDsl.Execution.Checkpoints;

/// <summary>The files of one checkpoint: those of its kind, and the record that has the checksums of them.</summary>
static class CheckpointFiles
{
    /// <summary>The version of the format.</summary>
    public const int Format = 1;

    /// <summary>The file that is written last.</summary>
    public const string Record = "checkpoint.json";

    /// <summary>Writes them into a new folder.</summary>
    public static void Write(string folder, string identity, IReadOnlyList<CheckpointFile> files, Disk disk)
    {
        CheckpointFileRecord[] written = [.. files.Select(f => Written(f.Name, f.Write))];
        Written(Record, Json(new CheckpointRecord(Format, identity, written), CheckpointJson.Default.CheckpointRecord));

        CheckpointFileRecord Written(string name, Action<Stream> write)
        {
            CheckpointFileRecord? written = null;
            disk.Write(
                Path.Combine(folder, name),
                stream =>
                {
                    using var digesting = new DigestingStream(stream);
                    write(digesting);
                    written = new CheckpointFileRecord(name, digesting.Length, digesting.Digest);
                }
            );
            return written!;
        }
    }

    /// <summary>What writes a value as JSON.</summary>
    public static Action<Stream> Json<T>(T value, JsonTypeInfo<T> type) =>
        stream => stream.Write(JsonSerializer.SerializeToUtf8Bytes(value, type));

    /// <summary>Holds a checkpoint against its record.</summary>
    /// <param name="folder">The checkpoint.</param>
    /// <param name="identity">The identity of the stage run.</param>
    /// <param name="names">The files that its kind has.</param>
    /// <exception cref="UnusableCheckpointException">It is not whole, or not this stage run's.</exception>
    public static void Check(string folder, string identity, params string[] names)
    {
        var record = Parse(Path.Combine(folder, Record), CheckpointJson.Default.CheckpointRecord);
        if (record.Format > Format)
            throw new UnusableCheckpointException(
                FormattableString.Invariant($"a newer DcrDsl wrote it, in format {record.Format}, and this one reads {Format}")
            );
        if (record.Format < Format)
            throw new UnusableCheckpointException(
                FormattableString.Invariant($"it is in format {record.Format}, and this DcrDsl reads {Format}")
            );
        if (record.Identity != identity)
            throw new UnusableCheckpointException("it is of another stage run");
        if (!record.Files.Select(f => f.Name).Order(StringComparer.Ordinal).SequenceEqual(names.Order(StringComparer.Ordinal)))
            throw new UnusableCheckpointException($"{Record} does not name its files");
        foreach (var file in record.Files)
        {
            using var stream = Stream(Path.Combine(folder, file.Name));
            if (stream.Length != file.Bytes)
                throw new UnusableCheckpointException(
                    FormattableString.Invariant($"{file.Name} has {stream.Length} bytes instead of {file.Bytes}")
                );
            if (Convert.ToHexStringLower(Reading(file.Name, () => SHA256.HashData(stream))) != file.Sha256)
                throw new UnusableCheckpointException($"{file.Name} is damaged: its checksum is another");
        }
    }

    /// <summary>What a file of a checkpoint says.</summary>
    /// <exception cref="UnusableCheckpointException">It cannot be read.</exception>
    public static T Parse<T>(string path, JsonTypeInfo<T> type)
    {
        using var stream = Stream(path);
        try
        {
            return Reading(Path.GetFileName(path), () => JsonSerializer.Deserialize(stream, type))
                ?? throw new UnusableCheckpointException($"{Path.GetFileName(path)} is empty");
        }
        catch (JsonException e)
        {
            throw new UnusableCheckpointException($"{Path.GetFileName(path)} is damaged", e);
        }
    }

    static FileStream Stream(string path) =>
        Reading(
            Path.GetFileName(path),
            () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16)
        );

    static T Reading<T>(string name, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UnusableCheckpointException($"{name} is missing", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UnusableCheckpointException($"{name} cannot be read ({e.Message.TrimEnd('.')})", e);
        }
    }
}

/// <summary>A file of a checkpoint, to be written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Write">Writes its bytes.</param>
sealed record CheckpointFile(string Name, Action<Stream> Write);

/// <summary>A checkpoint that must not be used, and why, as the end of a sentence.</summary>
sealed class UnusableCheckpointException(string reason, Exception? inner = null) : Exception(reason, inner);
