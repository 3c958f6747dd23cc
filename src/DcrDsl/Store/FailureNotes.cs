using System.Text.Json;
using System.Text.Json.Serialization;
using DcrDsl.FileSystem;

namespace DcrDsl.Store;

/// <summary>
/// Notes of stage runs that failed, <c>failures/KEY.json</c>, for whoever asks how a plan stands. They keep nobody from trying again.
/// </summary>
/// <param name="root">The folder of the store.</param>
sealed class FailureNotes(string root)
{
    readonly string folder = Path.Combine(Path.GetFullPath(root), "failures");

    /// <summary>Writes a note; one that was there is replaced.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Put(string key, FailureNote note)
    {
        Directory.CreateDirectory(folder);
        string path = PathOf(key),
            aside = FormattableString.Invariant($"{path}.{Guid.NewGuid():N}{WholeFile.Aside}");
        File.WriteAllBytes(aside, JsonSerializer.SerializeToUtf8Bytes(note, FailureNoteJson.Default.FailureNote));
        File.Move(aside, path, overwrite: true);
    }

    /// <summary>Removes the note of a stage run that has come to its end.</summary>
    public void Remove(string key)
    {
        try
        {
            File.Delete(PathOf(key));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Nobody reads the note of a result that is there.
        }
    }

    /// <summary>The note of a stage run; null: there is none.</summary>
    public FailureNote? Find(string key)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(PathOf(key)), FailureNoteJson.Default.FailureNote);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return new FailureNote($"{PathOf(key)} cannot be read", "?", default);
        }
    }

    string PathOf(string key) => Path.Combine(folder, key + ".json");
}

/// <summary>Why a stage run failed.</summary>
/// <param name="Reason">What went wrong and what to do, in a sentence.</param>
/// <param name="Host">The machine.</param>
/// <param name="When">When, in UTC by that machine's clock; for people.</param>
sealed record FailureNote(string Reason, string Host, DateTime When);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    WriteIndented = true,
    NewLine = "\n"
)]
[JsonSerializable(typeof(FailureNote))]
sealed partial class FailureNoteJson : JsonSerializerContext;
