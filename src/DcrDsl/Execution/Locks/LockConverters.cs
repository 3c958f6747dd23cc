using System.Text.Json;
using System.Text.Json.Serialization;
using DcrDsl.Planning;
using DcrDsl.Results;
using DcrDsl.Specs;

namespace DcrDsl.Execution.Locks;

/// <summary>
/// Parts of a key, a line for each: <c>"Layer": "2"</c>; where people call the value something else, both: <c>["xstest.csv", "9f3c…"]</c>.
/// </summary>
sealed class KeyPartsConverter : JsonConverter<IReadOnlyList<KeyPart>>
{
    /// <inheritdoc/>
    public override IReadOnlyList<KeyPart> Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        var parts = new List<KeyPart>();
        using var document = JsonDocument.ParseValue(ref reader);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw new JsonException();
        foreach (var part in document.RootElement.EnumerateObject())
            parts.Add(
                part.Value.ValueKind == JsonValueKind.String ? new KeyPart(part.Name, part.Value.GetString()!)
                : part.Value.ValueKind == JsonValueKind.Array
                && part.Value.EnumerateArray().ToArray()
                    is [{ ValueKind: JsonValueKind.String } shown, { ValueKind: JsonValueKind.String } value]
                    ? new KeyPart(part.Name, value.GetString()!, shown.GetString())
                : throw new JsonException()
            );
        return parts;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IReadOnlyList<KeyPart> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var part in value)
            if (part.Shown is null)
                writer.WriteString(part.Name, part.Value);
            else
            {
                writer.WritePropertyName(part.Name);
                writer.WriteRawValue($"[{Text(part.Shown)}, {Text(part.Value)}]");
            }
        writer.WriteEndObject();

        string Text(string text) => $"\"{JsonEncodedText.Encode(text, options.Encoder)}\"";
    }
}

/// <summary>Metrics of arms as a snapshot writes them: a line for each metric of an arm.</summary>
sealed class SnapshotArmsConverter : JsonConverter<IReadOnlyDictionary<string, IReadOnlyDictionary<Metric, SeedEstimate>>>
{
    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, IReadOnlyDictionary<Metric, SeedEstimate>> Read(
        ref Utf8JsonReader reader,
        Type type,
        JsonSerializerOptions options
    )
    {
        using var document = JsonDocument.ParseValue(ref reader);
        try
        {
            return SnapshotText.ReadArms(document.RootElement);
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException or ArgumentException)
        {
            throw new JsonException(null, exception);
        }
    }

    /// <inheritdoc/>
    public override void Write(
        Utf8JsonWriter writer,
        IReadOnlyDictionary<string, IReadOnlyDictionary<Metric, SeedEstimate>> value,
        JsonSerializerOptions options
    ) => SnapshotText.WriteArms(writer, value);
}
