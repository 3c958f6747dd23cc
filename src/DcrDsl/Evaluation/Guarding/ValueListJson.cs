using System.Text.Json;
using System.Text.Json.Serialization;
using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Guarding;

/// <summary>Writes and reads a list that is compared by its items as a JSON array.</summary>
sealed class ValueListJson<T> : JsonConverter<ValueList<T>>
{
    public override ValueList<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ValueList.Of(JsonSerializer.Deserialize<T[]>(ref reader, options)!);

    public override void Write(Utf8JsonWriter writer, ValueList<T> value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize<IReadOnlyList<T>>(writer, value, options);
}
