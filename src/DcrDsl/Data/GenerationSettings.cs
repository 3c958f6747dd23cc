using System.Text.Json;

namespace DcrDsl.Data;

/// <summary>What a Hugging Face directory says about the ends of texts, in generation_config.json or else in config.json.</summary>
/// <param name="EndTokens">Tokens that end a text (eos_token_id: one, or a list).</param>
/// <param name="PadToken">Fills shorter rows; null where none is named.</param>
/// <param name="LongestText">Tokens that the model was made for (max_position_embeddings); null where it is not said.</param>
sealed record GenerationSettings(IReadOnlyList<int> EndTokens, int? PadToken, int? LongestText)
{
    public static GenerationSettings Read(string directory)
    {
        string generationFile = Path.Combine(directory, "generation_config.json"), configFile = Path.Combine(directory, "config.json");
        using var generation = Open(generationFile);
        using var config = Open(configFile);
        var ends = Ids(generation, generationFile, "eos_token_id") is { Count: > 0 } given ? given : Ids(config, configFile, "eos_token_id");
        var pads = Ids(generation, generationFile, "pad_token_id") is { Count: > 0 } pad ? pad : Ids(config, configFile, "pad_token_id");
        return new(ends, pads.Count > 0 ? pads[0] : null, Ids(config, configFile, "max_position_embeddings") is [var longest, ..] ? longest : null);
    }

    static JsonDocument? Open(string file)
    {
        if (!File.Exists(file)) return null;
        try
        {
            var document = JsonDocument.Parse(File.ReadAllBytes(file));
            return document.RootElement.ValueKind == JsonValueKind.Object ? document : throw new InputException($"{file} is not a JSON object; fetch the file again.");
        }
        catch (JsonException e)
        {
            throw new InputException($"{file}, line {e.LineNumber + 1}: not JSON; fetch the file again.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file} cannot be read: {e.Message}", e);
        }
    }

    static List<int> Ids(JsonDocument? document, string file, string key)
    {
        if (document is null || !document.RootElement.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null) return [];
        JsonElement[] ids = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        return [.. ids.Select(id => id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out int number) && number >= 0 ? number
            : throw new InputException($"{file}: {key} is {value.GetRawText()}; it must be a whole number of at least 0{(key == "eos_token_id" ? ", or a list of such" : "")}."))];
    }
}
