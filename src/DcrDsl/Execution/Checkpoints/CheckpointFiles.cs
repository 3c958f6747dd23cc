using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DcrDsl.Definition;
using DcrDsl.FileSystem;
using DcrDsl.Models;
using DcrDsl.Models.SafeTensors;
using DcrDsl.Tensors;
using DcrDsl.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Execution.Checkpoints;

/// <summary>
/// The files of one checkpoint: the trained tensors and the optimiser's state, how far training has come, and the checksums of both.
/// </summary>
static class CheckpointFiles
{
    /// <summary>The version of the format.</summary>
    public const int Format = 1;

    /// <summary>The names of the files, in the order in which they are written.</summary>
    public const string Tensors = "tensors.safetensors",
        State = "state.json",
        Record = "checkpoint.json";

    const string Weights = "weights.",
        Optimiser = "optimiser.";

    /// <summary>Writes them into a new folder.</summary>
    public static void Write(string folder, string identity, TrainingState state, ParameterList weights, IOptimiser optimiser, Disk disk)
    {
        var tensors = weights
            .Names.Select(n => (Weights + n, weights[n]))
            .Concat(optimiser.ExportState().Select(s => (Optimiser + s.Name, s.Value)));
        var files = new[]
        {
            Written(Tensors, SafeTensorsWriter.Writing(tensors)),
            Written(State, Json(state, CheckpointJson.Default.TrainingState)),
        };
        Written(Record, Json(new CheckpointRecord(Format, identity, files), CheckpointJson.Default.CheckpointRecord));

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

        static Action<Stream> Json<T>(T value, JsonTypeInfo<T> type) =>
            stream => stream.Write(JsonSerializer.SerializeToUtf8Bytes(value, type));
    }

    /// <summary>Puts a checkpoint back into weights and optimiser.</summary>
    /// <exception cref="UnusableCheckpointException">It is not whole or not this stage run's; nothing was changed.</exception>
    /// <exception cref="InputException">It cannot be read any more, and what was changed is not whole.</exception>
    public static TrainingState Restore(string folder, string identity, ParameterList weights, IOptimiser optimiser)
    {
        Check(folder, identity);
        var state = Parse(Path.Combine(folder, State), CheckpointJson.Default.TrainingState);
        using var file = Opened(Path.Combine(folder, Tensors));
        foreach (string name in weights.Names)
            if (
                !file.Entries.TryGetValue(Weights + name, out var entry)
                || entry.Type != weights[name].dtype
                || !entry.Shape.SequenceEqual(weights[name].shape)
            )
                throw new UnusableCheckpointException($"it has no {name} of the shape and type that is trained now");
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        try
        {
            optimiser.ImportState(
                file.Entries.Keys.Where(n => n.StartsWith(Optimiser, StringComparison.Ordinal))
                    .ToDictionary(n => n[Optimiser.Length..], n => file.Load(n))
            );
        }
        catch (InputException other)
        {
            throw new UnusableCheckpointException("it is of another optimiser", other);
        }
        foreach (string name in weights.Names)
            using (var value = file.Load(Weights + name))
                weights[name].copy_(value);
        return state;
    }

    static void Check(string folder, string identity)
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
        if (!record.Files.Select(f => f.Name).Order(StringComparer.Ordinal).SequenceEqual([State, Tensors]))
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

    static T Parse<T>(string path, JsonTypeInfo<T> type)
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

    static SafeTensorsFile Opened(string path)
    {
        try
        {
            return SafeTensorsFile.Open(path);
        }
        catch (InputException e)
        {
            throw new UnusableCheckpointException($"{Path.GetFileName(path)} cannot be read", e);
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

/// <summary>A checkpoint that must not be used, and why, as the end of a sentence.</summary>
sealed class UnusableCheckpointException(string reason, Exception? inner = null) : Exception(reason, inner);
