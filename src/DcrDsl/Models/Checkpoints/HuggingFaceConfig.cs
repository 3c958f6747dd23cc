using System.Text.Json;
using DcrDsl.Data.Files;
using DcrDsl.Models.SafeTensors;
using DcrDsl.Specs;

namespace DcrDsl.Models.Checkpoints;

/// <summary>
/// Reads Hugging Face's <c>config.json</c> of Llama, Mistral, Qwen2, Qwen3, Gemma and Phi-3 models, with the keys of transformers 4
/// (rope_theta, rope_scaling) and 5 (rope_parameters). Keys that a family does not know are passed over as transformers does; what would
/// change the outputs and is not supported is refused.
/// </summary>
static class HuggingFaceConfig
{
    const int MostLayers = 10_000;

    /// <summary>The decoder that the file describes.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">
    /// The file cannot be read, or a key is missing, mistaken or not supported; names the file and the key.
    /// </exception>
    public static DecoderConfig Read(string path) =>
        JsonFile.Read(path, "the config.json of a model in Hugging Face's layout", json => Read(path, json));

    /// <summary>The decoder that an object describes; the path is for messages.</summary>
    internal static DecoderConfig Read(string path, JsonElement json) => Read(new ConfigFields(path, "", json));

    static DecoderConfig Read(ConfigFields fields)
    {
        var family = Family(fields);
        RefuseUnsupported(fields);
        int vocabulary = fields.Integer("vocab_size"),
            hidden = fields.Integer("hidden_size"),
            layers = fields.Integer("num_hidden_layers", maximum: MostLayers);
        int heads = fields.Integer("num_attention_heads"),
            headDim = HeadDim(fields, family, hidden, heads);
        bool attentionBias = family.ReadsAttentionBias && fields.Flag("attention_bias", false);
        var rope = RopeFields.Read(fields, family, headDim);
        var (window, windowed) = Windows(fields, family, layers);
        return new DecoderConfig
        {
            VocabularySize = vocabulary,
            HiddenSize = hidden,
            Layers = layers,
            Heads = heads,
            KeyValueHeads = KeyValueHeads(fields, family, heads),
            HeadDim = headDim,
            IntermediateSize = fields.Integer("intermediate_size"),
            NormEpsilon = fields.OptionalNumber("rms_norm_eps") ?? family.NormEpsilon,
            RopeTheta = rope.Theta,
            RopeScaling = rope.Scaling,
            RotaryDim = rope.RotaryDim,
            QueryKeyValueBias = family.QueryKeyValueBias || attentionBias,
            OutputBias = attentionBias,
            FeedForwardBias = family.ReadsFeedForwardBias && fields.Flag("mlp_bias", false),
            QueryKeyNorm = family.QueryKeyNorm,
            FusedProjections = family.FusedProjections,
            NormAddsOne = family.NormAddsOne,
            ScaleEmbeddings = family.ScaleEmbeddings,
            Activation = Activation(fields, family),
            SlidingWindow = window,
            WindowedBlocks = windowed,
            TieEmbeddings = fields.Flag("tie_word_embeddings", family.TieEmbeddings),
            PaddingToken = PaddingToken(fields, family, vocabulary),
        };
    }

    static ModelFamily Family(ConfigFields fields)
    {
        string name = fields.OptionalText("model_type") ?? throw fields.Missing("model_type");
        return ModelFamily.All.FirstOrDefault(f => f.Name == name)
            ?? throw fields.Refusal(
                "model_type",
                $"is {SafeTensorsHeader.Quote(name)}, which is not supported; use a model of "
                    + $"{string.Join(", ", ModelFamily.All.Select(f => f.Name))}"
            );
    }

    static void RefuseUnsupported(ConfigFields fields)
    {
        if (fields.OptionalObject("quantization_config") is not null)
            throw fields.Refusal(
                "quantization_config",
                "says that the weights are quantized, which is not supported; use the model's unquantized weights"
            );
        foreach (string dropout in (string[])["attention_dropout", "embd_pdrop", "resid_pdrop"])
            fields.RequireOff(dropout, "asks for dropout in training, which is not supported; set it to 0");
        fields.RequireOff(
            "use_bidirectional_attention",
            "asks for attention to later tokens, which is not supported; use a model that looks back only"
        );
    }

    static int HeadDim(ConfigFields fields, ModelFamily family, int hidden, int heads)
    {
        if (fields.OptionalInteger("head_dim") is int given)
            return given;
        if (family.HeadDim is int usual && !fields.Has("head_dim"))
            return usual;
        if (hidden % heads != 0)
            throw fields.Refusal(
                "hidden_size",
                $"{hidden} is no multiple of num_attention_heads {heads}, and head_dim is not given; take the model's complete "
                    + $"configuration"
            );
        return hidden / heads;
    }

    static int KeyValueHeads(ConfigFields fields, ModelFamily family, int heads)
    {
        int? usual = fields.Has("num_key_value_heads") ? null : family.KeyValueHeads;
        int shared = fields.OptionalInteger("num_key_value_heads") ?? usual ?? heads;
        if (heads % shared != 0)
            throw fields.Refusal(
                "num_key_value_heads",
                $"{shared} does not divide num_attention_heads {heads}; take the model's complete configuration"
            );
        return shared;
    }

    static int? PaddingToken(ConfigFields fields, ModelFamily family, int vocabulary)
    {
        if (!fields.Has("pad_token_id") && family.PaddingToken is int usual)
        {
            return usual < vocabulary
                ? usual
                : throw fields.Refusal(
                    "pad_token_id",
                    $"is missing and stands for {usual}, which lies outside vocab_size {vocabulary}; write a token there, or null"
                );
        }
        return fields.OptionalInteger("pad_token_id", minimum: 0, maximum: vocabulary - 1);
    }

    static FeedForwardActivation Activation(ConfigFields fields, ModelFamily family)
    {
        string key = family.GeluMeansTanh && fields.OptionalText("hidden_activation") is not null ? "hidden_activation" : "hidden_act";
        return fields.OptionalText(key) switch
        {
            null or "gelu" when family.GeluMeansTanh && key == "hidden_act" => FeedForwardActivation.GeluTanh,
            null or "silu" or "swish" => FeedForwardActivation.Silu,
            "gelu" => FeedForwardActivation.Gelu,
            "gelu_pytorch_tanh" => FeedForwardActivation.GeluTanh,
            { } name => throw fields.Refusal(
                key,
                $"is {SafeTensorsHeader.Quote(name)}, which is not supported; use a model with silu, swish, gelu or gelu_pytorch_tanh"
            ),
        };
    }

    static (int? Window, ValueList<bool>? Windowed) Windows(ConfigFields fields, ModelFamily family, int layers)
    {
        int? window =
            family.Windows == WindowRule.None
                ? null
                : fields.OptionalInteger("sliding_window") ?? (fields.Has("sliding_window") ? null : family.Window);
        bool byBlock = family.Windows == WindowRule.ByBlock;
        int first = byBlock ? fields.Integer("max_window_layers", 28, minimum: 0) : 0;
        if (byBlock && !fields.Flag("use_sliding_window", false))
            window = null;
        bool[] windowed = [.. Enumerable.Range(0, layers).Select(i => window is not null && i >= first)];
        if (fields.OptionalTexts("layer_types") is { } types)
        {
            if (types.Count != layers)
                throw fields.Refusal("layer_types", $"lists {types.Count} layers, and num_hidden_layers is {layers}; make them agree");
            if (types.FirstOrDefault(t => t is not ("full_attention" or "sliding_attention")) is { } unknown)
                throw fields.Refusal(
                    "layer_types",
                    $"has {SafeTensorsHeader.Quote(unknown)}, which is not supported; use a model with full_attention and sliding_attention"
                );
            bool[] listed = [.. types.Select(t => t == "sliding_attention")];
            if (byBlock ? window is null && listed.Contains(true) : !listed.SequenceEqual(windowed))
                throw fields.Refusal(
                    "layer_types",
                    "does not agree with sliding_window and use_sliding_window as this model_type reads them; make them agree"
                );
            windowed = listed;
        }
        if (!windowed.Contains(true))
            return (null, null);
        return (window, windowed.Contains(false) ? [.. windowed] : null);
    }
}
