using DcrDsl.Models.SafeTensors;

namespace DcrDsl.Models.Checkpoints;

/// <summary>
/// Reads the rotary positions of a configuration: <c>rope_parameters</c>, or the older <c>rope_theta</c>, <c>rope_scaling</c> and
/// <c>partial_rotary_factor</c>.
/// </summary>
/// <param name="Theta">Base of the frequencies.</param>
/// <param name="Scaling">How they are stretched, or null.</param>
/// <param name="RotaryDim">The turned part of each head; null: all.</param>
sealed record RopeFields(double Theta, RopeScaling? Scaling, int? RotaryDim)
{
    static readonly string[] WithoutType = ["rope_theta", "partial_rotary_factor"];

    public static RopeFields Read(ConfigFields fields, ModelFamily family, int headDim)
    {
        var (parameters, scaling) = (fields.OptionalObject("rope_parameters"), fields.OptionalObject("rope_scaling"));
        if (parameters is not null && scaling is not null)
            throw fields.Refusal("rope_scaling", "is there beside rope_parameters, its newer name; keep one of the two");
        var rope = parameters ?? scaling;
        double theta = Either(fields, rope, "rope_theta") ?? 10_000;
        int? turned = Turned(fields, rope, family, headDim);
        return new RopeFields(theta, rope is null ? null : Stretched(fields, rope, turned ?? headDim), turned);
    }

    /// <summary>A number that newer files have inside the rotary object and older ones beside it.</summary>
    static double? Either(ConfigFields fields, ConfigFields? rope, string key)
    {
        double? inside = rope?.OptionalNumber(key),
            outside = fields.OptionalNumber(key);
        if (inside is not null && outside is not null && inside != outside)
            throw rope!.Refusal(key, $"differs from {key} at the top of the file; keep one of the two");
        return inside ?? outside;
    }

    static int? Turned(ConfigFields fields, ConfigFields? rope, ModelFamily family, int headDim)
    {
        const string Key = "partial_rotary_factor";
        double part = Either(fields, rope, Key) ?? 1;
        if (part == 1)
            return headDim % 2 == 0
                ? null
                : throw fields.Refusal(
                    "head_dim",
                    $"(or hidden_size / num_attention_heads) is {headDim}, which is odd: rotary positions turn pairs; take the model's "
                        + $"complete configuration"
                );
        var owner = rope?.OptionalNumber(Key) is null ? fields : rope;
        if (!family.ReadsPartialRotary)
            throw owner.Refusal(Key, $"is not 1, which is not supported for model_type {family.Name}; use a model that turns whole heads");
        int width = part < 1 ? (int)(headDim * part) : 0;
        return width >= 2 && width % 2 == 0
            ? width
            : throw owner.Refusal(
                Key,
                FormattableString.Invariant(
                    $"{part} does not give an even part of head_dim {headDim}; take the model's complete configuration"
                )
            );
    }

    static RopeScaling? Stretched(ConfigFields fields, ConfigFields rope, int width)
    {
        string? newer = rope.OptionalText("rope_type"),
            older = rope.OptionalText("type");
        if (newer is not null && older is not null && newer != older)
            throw rope.Refusal("rope_type", $"differs from type, its older name ({SafeTensorsHeader.Quote(older)}); keep one of the two");
        string key = newer is null && older is not null ? "type" : "rope_type";
        switch (newer ?? older)
        {
            case null when rope.Keys.Except(WithoutType).Any():
                throw rope.Missing(key);
            case null or "default":
                return null;
            case "linear":
                return new RopeScaling.Linear(rope.Number("factor"));
            case "dynamic":
                if (width == 2)
                    throw rope.Refusal(
                        key,
                        "is 'dynamic', which is not defined where two numbers of a head are turned; take the model's complete configuration"
                    );
                return new RopeScaling.Dynamic(rope.Number("factor"), fields.Integer("max_position_embeddings"));
            case "llama3":
                var llama3 = new RopeScaling.Llama3(
                    rope.Number("factor"),
                    rope.Number("low_freq_factor"),
                    rope.Number("high_freq_factor"),
                    rope.Integer("original_max_position_embeddings")
                );
                if (llama3.HighFrequencyFactor > llama3.LowFrequencyFactor)
                    return llama3;
                throw rope.Refusal("high_freq_factor", "must be above low_freq_factor; take the model's complete configuration");
            case { } name:
                throw rope.Refusal(
                    key,
                    $"is {SafeTensorsHeader.Quote(name)}, which is not supported; use a model with default, linear, dynamic or llama3"
                );
        }
    }
}
