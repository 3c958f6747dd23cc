using System.Buffers;
using System.Text.Json;

namespace DcrDsl.Data.Files;

/// <summary>Makes the values of rows whose container is not JSON.</summary>
sealed class RowWriter
{
    readonly ArrayBufferWriter<byte> buffer = new();

    /// <summary>The bytes of the last object.</summary>
    public int Length => buffer.WrittenCount;

    /// <summary>The object that <paramref name="write"/> fills with properties.</summary>
    public JsonElement Object(Action<Utf8JsonWriter> write)
    {
        buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        var reader = new Utf8JsonReader(buffer.WrittenSpan);
        return JsonElement.ParseValue(ref reader);
    }
}
