using System.Text.Json;
using System.Text.Json.Serialization;
using DcrDsl.FileSystem;

namespace DcrDsl.Store.Leases;

/// <summary>What a lease says of who holds it and of how far they are.</summary>
/// <param name="Token">Tells this holding of the lease from every other.</param>
/// <param name="Holder">Who holds it.</param>
/// <param name="Seconds">For how long it stands without a sign of life.</param>
/// <param name="Subject">What is being run.</param>
/// <param name="Beat">Counts the signs of life.</param>
/// <param name="Held">For how many seconds it had been held then, by the holder's own clock.</param>
/// <param name="Done">Steps, or prompts, done by then.</param>
/// <param name="Total">Steps, or prompts, in all; 0: not known yet.</param>
sealed record LeaseRecord(
    string Token,
    ProcessIdentity Holder,
    double Seconds,
    LeaseSubject Subject,
    long Beat,
    double Held,
    int Done,
    int Total
)
{
    // A file keeps its length from sign to sign, so that it can be written in place.
    const int Block = 1024;

    /// <summary>The bytes of the file.</summary>
    public byte[] Bytes()
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(this, LeaseJson.Default.LeaseRecord);
        byte[] bytes = new byte[(json.Length + Block - 1) / Block * Block];
        bytes.AsSpan().Fill((byte)' ');
        json.CopyTo(bytes, 0);
        return bytes;
    }

    /// <summary>What a file says; null: its holder has not written it yet, or is writing, or it is not a lease's.</summary>
    public static LeaseRecord? Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return
                JsonSerializer.Deserialize(bytes, LeaseJson.Default.LeaseRecord) is { Seconds: > 0 and < 1e8, Held: >= 0 and < 1e9 } record
                ? record
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What a lease is about.</summary>
/// <param name="Experiment">The experiment.</param>
/// <param name="StageRun">The stage run, as the holder's plan calls it.</param>
/// <param name="Keeps">Whether the holder will put the result into the store, so that it is worth waiting for.</param>
sealed record LeaseSubject(string Experiment, string StageRun, bool Keeps);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    WriteIndented = false
)]
[JsonSerializable(typeof(LeaseRecord))]
sealed partial class LeaseJson : JsonSerializerContext;
