using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Unicode;

namespace DcrDsl.Models.SafeTensors;

/// <summary>
/// Reads the JSON header of a safetensors file and makes the checks of the reference implementation
/// (huggingface/safetensors, tensor.rs): the tensors' ranges tile the data without overlap, hole or rest, and each range has the
/// size of its shape. Stricter than it in one point: a name may occur once only.
/// </summary>
sealed class SafeTensorsHeader
{
    public const string MetadataKey = "__metadata__";
    readonly string path;

    SafeTensorsHeader(string path) => this.path = path;

    public Dictionary<string, TensorEntry> Entries { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <param name="json">The header without its length field.</param>
    /// <param name="dataStart">Where the data begins in the file.</param>
    /// <param name="dataLength">How many bytes of data the file has.</param>
    /// <param name="path">The file, for messages.</param>
    public static SafeTensorsHeader Parse(ReadOnlyMemory<byte> json, long dataStart, long dataLength, string path)
    {
        var header = new SafeTensorsHeader(path);
        if (!Utf8.IsValid(json.Span))
            throw header.Broken("the header is not valid UTF-8");
        if (json.IsEmpty || json.Span[0] != (byte)'{')
            throw header.Broken("the header is not a JSON object");
        try
        {
            using var document = JsonDocument.Parse(json);
            foreach (var property in document.RootElement.EnumerateObject())
                if (property.NameEquals(MetadataKey))
                    header.AddMetadata(property.Value);
                else
                    header.AddTensor(property.Name, property.Value, dataStart);
        }
        catch (JsonException e)
        {
            throw header.Broken("the header is not valid JSON", e);
        }
        catch (InvalidOperationException e)
        {
            throw header.Broken("the header has a string that is not valid Unicode", e); // an escaped lone surrogate
        }
        header.CheckTiling(dataStart, dataLength);
        return header;
    }

    void AddMetadata(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return;
        if (value.ValueKind != JsonValueKind.Object)
            throw Broken($"{MetadataKey} is not an object of strings");
        foreach (var property in value.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String)
                throw Broken($"{MetadataKey} has a value that is not a string: {Quote(property.Name)}");
            if (!Metadata.TryAdd(property.Name, property.Value.GetString()!))
                throw Broken($"{MetadataKey} has {Quote(property.Name)} twice");
        }
    }

    void AddTensor(string name, JsonElement value, long dataStart)
    {
        string tensor = $"tensor {Quote(name)}";
        if (value.ValueKind != JsonValueKind.Object)
            throw Broken($"{tensor} is not described by an object");
        JsonElement? dtype = null,
            shape = null,
            offsets = null;
        foreach (var property in value.EnumerateObject())
        {
            ref var field = ref dtype;
            if (property.NameEquals("shape"))
                field = ref shape;
            else if (property.NameEquals("data_offsets"))
                field = ref offsets;
            else if (!property.NameEquals("dtype"))
                continue;
            if (field is not null)
                throw Broken($"{tensor} has {property.Name} twice");
            field = property.Value;
        }

        if (dtype is not { ValueKind: JsonValueKind.String } named)
            throw Broken($"{tensor} has no dtype");
        if (!ElementTypes.TryParse(named.GetString()!, out var type, out int size))
            throw new InputException(
                $"{path}: {tensor} has dtype {Quote(named.GetString()!)}, which is not supported; convert it to one of "
                    + $"{ElementTypes.Names}."
            );
        var dimensions = Integers(shape, $"{tensor}: shape");
        if (dimensions.Any(d => d < 0))
            throw Broken($"{tensor} has a negative dimension");
        if (Integers(offsets, $"{tensor}: data_offsets") is not [long begin, long end] || begin < 0 || end < begin)
            throw Broken($"{tensor}: data_offsets are not a begin and an end of at least the begin");

        // A zero dimension must not hide an overflow of the others: torch multiplies them as well.
        long length = size;
        foreach (long d in dimensions)
            if (Math.BigMul(length, Math.Max(d, 1), out length) != 0 || length < 0)
                throw Broken($"{tensor}: the size of its shape overflows 64 bits");
        if (dimensions.Contains(0))
            length = 0;
        if (end - begin != length)
            throw Broken($"{tensor} takes {end - begin} bytes, but its shape and dtype need {length}");
        if (begin > long.MaxValue - dataStart)
            throw Broken($"{tensor} lies beyond the end of the file");

        if (!Entries.TryAdd(name, new TensorEntry(name, type, dimensions, dataStart + begin, length)))
            throw Broken($"{tensor} is there twice");
    }

    ImmutableArray<long> Integers(JsonElement? value, string what)
    {
        if (value is not { ValueKind: JsonValueKind.Array } array)
            throw Broken($"{what} is not an array of integers");
        var integers = ImmutableArray.CreateBuilder<long>(array.GetArrayLength());
        foreach (var element in array.EnumerateArray())
            integers.Add(
                element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out long integer)
                    ? integer
                    : throw Broken($"{what} is not an array of 64-bit integers")
            );
        return integers.MoveToImmutable();
    }

    void CheckTiling(long dataStart, long dataLength)
    {
        long place = dataStart;
        string previous = "the header";
        foreach (var entry in Entries.Values.OrderBy(e => e.Offset).ThenBy(e => e.Length))
        {
            string tensor = $"tensor {Quote(entry.Name)}";
            if (entry.Offset < place)
                throw Broken($"{tensor} overlaps {previous}");
            if (entry.Offset > place)
                throw Broken($"{entry.Offset - place} bytes before {tensor} belong to no tensor");
            if (entry.Length > dataStart + dataLength - place)
                throw Broken($"{tensor} ends beyond the end of the file");
            place += entry.Length;
            previous = tensor;
        }
        if (place != dataStart + dataLength)
            throw Broken($"{dataStart + dataLength - place} bytes at the end belong to no tensor");
    }

    InputException Broken(string what, Exception? inner = null) => new($"{path}: {what}; fetch or write the file again.", inner);

    /// <summary>A name from the file in quotes, cut where it is absurdly long.</summary>
    public static string Quote(string name) => name.Length <= 200 ? $"'{name}'" : $"'{name[..200]}…'";
}
