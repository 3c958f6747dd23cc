using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DcrDsl.Models.SafeTensors;

namespace DcrDsl.Models.Checkpoints;

/// <summary>
/// The keys of a JSON object, read with their type; what does not fit is refused by file and key. A null counts as a missing key.
/// </summary>
/// <param name="path">The file, for messages.</param>
/// <param name="prefix">Where the object stands in the file, for messages: empty, or <c>outer.</c>.</param>
/// <param name="json">The object.</param>
sealed class ConfigFields(string path, string prefix, JsonElement json)
{
    /// <summary>The names of all keys.</summary>
    public IEnumerable<string> Keys => json.EnumerateObject().Select(p => p.Name);

    /// <summary>Whether the key is written down, be it as null.</summary>
    public bool Has(string key) => json.TryGetProperty(key, out _);

    /// <summary>A whole number, or the fallback where the key is missing; refused where there is no fallback.</summary>
    public int Integer(string key, int? fallback = null, int minimum = 1, int maximum = int.MaxValue) =>
        OptionalInteger(key, minimum, maximum) ?? fallback ?? throw Missing(key);

    /// <summary>A whole number, or null where the key is missing.</summary>
    public int? OptionalInteger(string key, int minimum = 1, int maximum = int.MaxValue)
    {
        if (Find(key) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out int integer) || integer < minimum || integer > maximum)
        {
            string range = maximum == int.MaxValue ? $"of at least {minimum}" : $"from {minimum} to {maximum}";
            throw Mistyped(key, value, $"a whole number {range}");
        }
        return integer;
    }

    /// <summary>A number above 0, or null where the key is missing.</summary>
    public double? OptionalNumber(string key)
    {
        if (Find(key) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out double number) || !double.IsFinite(number) || number <= 0)
            throw Mistyped(key, value, "a number above 0");
        return number;
    }

    /// <summary>A number from 0 to below 1, or null where the key is missing.</summary>
    public double? OptionalShare(string key)
    {
        if (Find(key) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out double number) || !(number >= 0 && number < 1))
            throw Mistyped(key, value, "a number from 0 to below 1");
        return number;
    }

    /// <summary>Any finite number; refused where the key is missing.</summary>
    public double Finite(string key) => Find(key) is { } value ? Finite(key, value) : throw Missing(key);

    /// <summary>A list of finite numbers, or null where the key is missing.</summary>
    public IReadOnlyList<double>? OptionalFinites(string key)
    {
        if (Find(key) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Array)
            throw Mistyped(key, value, "a list of numbers");
        return [.. value.EnumerateArray().Select(e => Finite(key, e))];
    }

    double Finite(string key, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number)
            ? number
            : throw Mistyped(key, value, "a number");

    /// <summary>A number above 0; refused where the key is missing.</summary>
    public double Number(string key) => OptionalNumber(key) ?? throw Missing(key);

    /// <summary>true or false, or the fallback where the key is missing.</summary>
    public bool Flag(string key, bool fallback) =>
        Find(key) switch
        {
            null => fallback,
            { ValueKind: JsonValueKind.True } => true,
            { ValueKind: JsonValueKind.False } => false,
            { } value => throw Mistyped(key, value, "true or false"),
        };

    /// <summary>A list of whole numbers, or null where the key is missing.</summary>
    public IReadOnlyList<int>? OptionalIntegers(string key)
    {
        if (Find(key) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Array)
            throw Mistyped(key, value, "a list of whole numbers");
        return
        [
            .. value
                .EnumerateArray()
                .Select(e =>
                    e.ValueKind == JsonValueKind.Number && e.TryGetInt32(out int integer)
                        ? integer
                        : throw Mistyped(key, value, "a list of whole numbers")
                ),
        ];
    }

    /// <summary>Whether the key holds a text.</summary>
    public bool IsText(string key) => Find(key) is { ValueKind: JsonValueKind.String };

    /// <summary>Whether the key holds a number.</summary>
    public bool IsNumber(string key) => Find(key) is { ValueKind: JsonValueKind.Number };

    /// <summary>Whether the key says nothing: it is missing, null, false, or an empty list, object or text.</summary>
    public bool IsEmpty(string key) =>
        Find(key) switch
        {
            null or { ValueKind: JsonValueKind.False } => true,
            { ValueKind: JsonValueKind.Array } array => array.GetArrayLength() == 0,
            { ValueKind: JsonValueKind.Object } value => !value.EnumerateObject().Any(),
            { ValueKind: JsonValueKind.String } text => text.GetString()!.Length == 0,
            _ => false,
        };

    /// <summary>A text, or null where the key is missing.</summary>
    public string? OptionalText(string key) => Find(key) is { } value ? Text(key, value) : null;

    /// <summary>A list of texts, or null where the key is missing.</summary>
    public IReadOnlyList<string>? OptionalTexts(string key)
    {
        if (Find(key) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Array)
            throw Mistyped(key, value, "a list of texts");
        return [.. value.EnumerateArray().Select(e => Text(key, e))];
    }

    /// <summary>The keys of an object inside this one, or null where the key is missing.</summary>
    public ConfigFields? OptionalObject(string key)
    {
        if (Find(key) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Object)
            throw Mistyped(key, value, "an object");
        return new ConfigFields(path, $"{prefix}{key}.", value);
    }

    /// <summary>A record; refused where the key is missing or holds something else.</summary>
    public T Read<T>(string key, JsonTypeInfo<T> type)
    {
        var value = Find(key) ?? throw Missing(key);
        try
        {
            return value.Deserialize(type) ?? throw Missing(key);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw Refusal(key, "is not what DcrDsl wrote; take the files as they were written");
        }
    }

    /// <summary>Refuses a key that is there with any value but 0, false or null.</summary>
    public void RequireOff(string key, string because)
    {
        if (Find(key) is not { } value || value.ValueKind == JsonValueKind.False)
            return;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number == 0)
            return;
        throw Refusal(key, because);
    }

    /// <summary>A refusal that names file and key: "… config.json: key what."</summary>
    public InputException Refusal(string key, string what) => new($"{path}: {prefix}{key} {what}.");

    /// <summary>A refusal of a key that is not there.</summary>
    public InputException Missing(string key) => Refusal(key, "is missing; take the model's complete configuration");

    string Text(string key, JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Mistyped(key, value, "a text");

    InputException Mistyped(string key, JsonElement value, string wanted) =>
        Refusal(key, $"is {SafeTensorsHeader.Quote(value.GetRawText())}; it must be {wanted}");

    JsonElement? Find(string key) => json.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
