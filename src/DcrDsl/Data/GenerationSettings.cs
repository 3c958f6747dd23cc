using System.Text.Json;
using DcrDsl.Data.Files;

namespace DcrDsl.Data;

/// <summary>What a Hugging Face directory says about the ends of texts, in generation_config.json or else in config.json.</summary>
/// <param name="EndTokens">Tokens that end a text (eos_token_id: one, or a list).</param>
/// <param name="PadToken">Fills shorter rows; null where none is named.</param>
/// <param name="LongestText">Tokens that the model was made for (max_position_embeddings); null where it is not said.</param>
sealed record GenerationSettings(IReadOnlyList<int> EndTokens, int? PadToken, int? LongestText)
{
    public static GenerationSettings Read(string directory)
    {
        string generation = Path.Combine(directory, "generation_config.json"),
            config = Path.Combine(directory, "config.json");
        var own = Read(generation, "the generation_config.json of a model");
        var model = Read(config, "the config.json of a model");
        var ends = Ids(own, generation, "eos_token_id") is { Count: > 0 } given ? given : Ids(model, config, "eos_token_id");
        var pads = Ids(own, generation, "pad_token_id") is { Count: > 0 } pad ? pad : Ids(model, config, "pad_token_id");
        return new(
            ends,
            pads.Count > 0 ? pads[0] : null,
            Ids(model, config, "max_position_embeddings") is [var longest, ..] ? longest : null
        );
    }

    static JsonElement? Read(string file, string wanted) => File.Exists(file) ? JsonFile.Read(file, wanted, json => json.Clone()) : null;

    static List<int> Ids(JsonElement? json, string file, string key)
    {
        if (json is not { } fields || !fields.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null)
            return [];
        JsonElement[] ids = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        return
        [
            .. ids.Select(id =>
                id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out int number) && number >= 0
                    ? number
                    : throw new InputException(
                        $"{file}: {key} is {value.GetRawText()}; it must be a whole number of at least "
                            + $"0{(key == "eos_token_id" ? ", or a list of such" : "")}."
                    )
            ),
        ];
    }
}
