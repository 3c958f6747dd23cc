using System.Text.Json;
using System.Text.Json.Nodes;
using DcrDsl.Data.Files;
using DcrDsl.Models.Checkpoints;
using DcrDsl.Models.SafeTensors;
using DcrDsl.Specs;

namespace DcrDsl.Models.LowRank;

/// <summary>
/// Reads and writes PEFT's <c>adapter_config.json</c>. What would change the outputs and is not supported is refused by its key; keys that
/// say nothing are passed over.
/// </summary>
static class PeftConfig
{
    public const string File = "adapter_config.json";

    const string Gaussian = "gaussian";

    /// <summary>Keys that change no output of an adapter as it is stored.</summary>
    static readonly HashSet<string> WithoutEffect =
    [
        "auto_mapping",
        "base_model_name_or_path",
        "corda_config",
        "eva_config",
        "inference_mode",
        "loftq_config",
        "lora_ga_config",
        "megatron_core",
        "peft_version",
        "qalora_group_size",
        "revision",
        "task_type",
    ];

    static readonly HashSet<string> Understood =
    [
        "alpha_pattern",
        "bias",
        "fan_in_fan_out",
        "init_lora_weights",
        "layers_pattern",
        "layers_to_transform",
        "lora_alpha",
        "lora_dropout",
        "modules_to_save",
        "peft_type",
        "r",
        "rank_pattern",
        "target_modules",
        "use_dora",
        "use_rslora",
    ];

    /// <summary>
    /// Ways to begin that leave the base's weights alone; the others (PiSSA, OLoRA, …) change them, so their adapters belong to another
    /// base.
    /// </summary>
    static readonly string[] HarmlessBeginnings = [Gaussian, "orthogonal", "eva"];

    /// <exception cref="InputException">
    /// The file cannot be read, or says what is mistaken or not supported; names the file and the key.
    /// </exception>
    public static LoraOptions Read(string path) => JsonFile.Read(path, "the directory of a PEFT adapter", json => Read(path, json));

    static LoraOptions Read(string path, JsonElement json)
    {
        var fields = new ConfigFields(path, "", json);
        string type = fields.OptionalText("peft_type") ?? throw fields.Missing("peft_type");
        if (type != "LORA")
            throw fields.Refusal("peft_type", $"is {SafeTensorsHeader.Quote(type)}, which is not supported; use an adapter of type LORA");
        RefuseUnsupported(fields);
        bool pattern = fields.IsText("target_modules") && fields.OptionalText("target_modules") != LoraOptions.AllLinear;
        return new LoraOptions
        {
            Rank = fields.Integer("r"),
            Alpha = fields.OptionalNumber("lora_alpha") ?? throw fields.Missing("lora_alpha"),
            RankStabilised = fields.Flag("use_rslora", false),
            Dropout = fields.OptionalShare("lora_dropout") ?? 0,
            Targets =
                pattern ? []
                : fields.IsText("target_modules") ? [LoraOptions.AllLinear]
                : fields.OptionalTexts("target_modules") ?? throw fields.Missing("target_modules"),
            TargetPattern = pattern ? fields.OptionalText("target_modules") : null,
            Layers = Layers(fields),
            RankPattern = Patterns(fields, "rank_pattern", (inner, key) => inner.Integer(key)),
            AlphaPattern = Patterns(fields, "alpha_pattern", (inner, key) => inner.Number(key)),
            SavedModules = fields.OptionalTexts("modules_to_save") ?? [],
            WeightDecomposed = fields.Flag("use_dora", false),
            Initialisation = Begun(fields) == Gaussian ? LoraInitialisation.Gaussian : LoraInitialisation.Uniform,
        };
    }

    /// <summary>A list, or one number for a list of one.</summary>
    static IReadOnlyList<int>? Layers(ConfigFields fields)
    {
        const string Key = "layers_to_transform";
        if (fields.IsNumber(Key))
            return [fields.Integer(Key, minimum: 0)];
        return fields.IsEmpty(Key) ? null : fields.OptionalIntegers(Key);
    }

    static void RefuseUnsupported(ConfigFields fields)
    {
        if (fields.OptionalText("bias") is { } bias and not "none")
            throw fields.Refusal(
                "bias",
                $"is {SafeTensorsHeader.Quote(bias)}: the base's biases would have been trained too, which is not supported; use an "
                    + $"adapter with bias none"
            );
        if (fields.Flag("fan_in_fan_out", false))
            throw fields.Refusal(
                "fan_in_fan_out",
                "is true: the base would store its weights the other way round; use an adapter for a model with linear layers"
            );
        if (Begun(fields) is { } begun && !HarmlessBeginnings.Contains(begun))
            throw fields.Refusal(
                "init_lora_weights",
                $"is {SafeTensorsHeader.Quote(begun)}, which changes the base's weights and is not supported; convert the adapter to a "
                    + $"plain one when it is saved"
            );
        if (
            !fields.IsEmpty("layers_pattern")
            && (fields.IsText("layers_pattern") ? [fields.OptionalText("layers_pattern")!] : fields.OptionalTexts("layers_pattern")!).Any(
                p => p != "layers"
            )
        )
            throw fields.Refusal("layers_pattern", "names another list of modules than 'layers'; take it out");
        if (fields.Keys.FirstOrDefault(k => !Understood.Contains(k) && !WithoutEffect.Contains(k) && !fields.IsEmpty(k)) is { } unknown)
            throw fields.Refusal(unknown, "is not supported; use an adapter of plain LoRA, rsLoRA or DoRA");
    }

    /// <summary>The way to begin by its name; null: the usual one, or none that has a name.</summary>
    static string? Begun(ConfigFields fields) => fields.IsText("init_lora_weights") ? fields.OptionalText("init_lora_weights") : null;

    static IReadOnlyList<(string, T)> Patterns<T>(ConfigFields fields, string key, Func<ConfigFields, string, T> value) =>
        fields.OptionalObject(key) is { } inner ? [.. inner.Keys.Select(k => (k, value(inner, k)))] : [];

    /// <summary>Writes the file with the keys that PEFT 0.21 and its forerunners read.</summary>
    public static void Write(string path, LoraAdapter adapter, string? baseModel)
    {
        var options = adapter.Options;
        string[] targets =
        [
            .. options
                .Targets.SelectMany(t => t == LoraOptions.AllLinear ? adapter.AllLinear : [t])
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
        JsonFile.Write(
            path,
            new JsonObject
            {
                ["alpha_pattern"] = Object(options.AlphaPattern.Select(p => (p.Pattern, Number(p.Alpha)))),
                ["auto_mapping"] = null,
                ["base_model_name_or_path"] = baseModel,
                ["bias"] = "none",
                ["fan_in_fan_out"] = false,
                ["inference_mode"] = true,
                ["init_lora_weights"] = options.Initialisation == LoraInitialisation.Gaussian ? Gaussian : true,
                ["layers_pattern"] = null,
                ["layers_to_transform"] = options.Layers is { } layers ? new JsonArray([.. layers.Select(l => JsonValue.Create(l))]) : null,
                ["lora_alpha"] = Number(options.Alpha),
                ["lora_dropout"] = JsonValue.Create(options.Dropout),
                ["modules_to_save"] =
                    options.SavedModules.Count > 0 ? new JsonArray([.. options.SavedModules.Select(m => JsonValue.Create(m))]) : null,
                ["peft_type"] = "LORA",
                ["r"] = options.Rank,
                ["rank_pattern"] = Object(options.RankPattern.Select(p => (p.Pattern, JsonValue.Create(p.Rank)))),
                ["revision"] = null,
                ["target_modules"] = options.TargetPattern is { } pattern
                    ? JsonValue.Create(pattern)
                    : new JsonArray([.. targets.Select(t => JsonValue.Create(t))]),
                ["task_type"] = "CAUSAL_LM",
                ["use_dora"] = options.WeightDecomposed,
                ["use_rslora"] = options.RankStabilised,
            }
        );
    }

    static JsonObject Object(IEnumerable<(string Key, JsonValue Value)> entries) =>
        new(entries.Select(e => KeyValuePair.Create(e.Key, (JsonNode?)e.Value)));

    /// <summary>A whole number without a fraction, as PEFT's type for alpha is an integer.</summary>
    static JsonValue Number(double value) => value == (int)value ? JsonValue.Create((int)value) : JsonValue.Create(value);
}
