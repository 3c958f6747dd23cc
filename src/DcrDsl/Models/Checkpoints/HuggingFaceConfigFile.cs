using System.Text.Json;
using System.Text.Json.Nodes;
using DcrDsl.Data.Files;
using static TorchSharp.torch;

namespace DcrDsl.Models.Checkpoints;

/// <summary>
/// Makes the <c>config.json</c> of a decoder that is written: that of the directory it was opened from with the new number format, or,
/// where there is none, one of the first family that can say what the decoder is.
/// </summary>
static class HuggingFaceConfigFile
{
    /// <exception cref="InputException">
    /// The directory the decoder was opened from has changed, or no family has the decoder's shape.
    /// </exception>
    public static JsonObject Of(Decoder decoder, int? endToken, ScalarType dtype)
    {
        var config = decoder.SourceDirectory is { } source
            ? OfSource(Path.Combine(source, HuggingFaceDirectory.ConfigFile), decoder.Config)
            : Written(decoder.Config, endToken);
        string name = dtype switch
        {
            ScalarType.Float16 => "float16",
            ScalarType.BFloat16 => "bfloat16",
            ScalarType.Float32 => "float32",
            ScalarType.Float64 => "float64",
            _ => throw new ArgumentException($"{dtype} is no number format for weights.", nameof(dtype)),
        };
        // transformers 5 writes dtype and reads both, older ones know torch_dtype only.
        bool newer = config.ContainsKey("dtype"),
            older = config.ContainsKey("torch_dtype");
        if (newer)
            config["dtype"] = name;
        if (older || !newer)
            config["torch_dtype"] = name;
        return config;
    }

    static JsonObject OfSource(string path, DecoderConfig config)
    {
        var json = JsonFile.Read(
            path,
            "the directory that the model was opened from, as it was",
            element => JsonObject.Create(element.Clone())!
        );
        // Merging can have given a tied head weights of its own.
        if (
            HuggingFaceConfig.Read(path) is { TieEmbeddings: true } tied
            && !config.TieEmbeddings
            && tied with { TieEmbeddings = false } == config
        )
            json["tie_word_embeddings"] = false;
        else if (HuggingFaceConfig.Read(path) != config)
            throw new InputException(
                $"{path} describes another model than the one that was opened from there, so it cannot be copied for the one that is "
                    + $"saved; put the former file back."
            );
        return json;
    }

    static JsonObject Written(DecoderConfig config, int? endToken) =>
        ModelFamily.All.Select(family => Written(config, family, endToken)).FirstOrDefault(json => Describes(json, config))
        ?? throw new InputException(
            "No Hugging Face family that is supported has all switches of this decoder, so it cannot be saved as such a directory; use "
                + "the configuration of one family."
        );

    /// <summary>Whether a reader would get the same decoder.</summary>
    static bool Describes(JsonObject json, DecoderConfig config)
    {
        try
        {
            return HuggingFaceConfig.Read(HuggingFaceDirectory.ConfigFile, JsonSerializer.SerializeToElement(json)) == config;
        }
        catch (InputException)
        {
            return false;
        }
    }

    static JsonObject Written(DecoderConfig config, ModelFamily family, int? endToken)
    {
        bool windows = config.SlidingWindow is not null;
        var json = new JsonObject
        {
            ["architectures"] = new JsonArray(family.Architecture),
            ["model_type"] = family.Name,
            ["attention_bias"] = config.OutputBias,
            ["attention_dropout"] = 0.0,
            ["bos_token_id"] = null,
            ["eos_token_id"] = endToken,
            ["pad_token_id"] = config.PaddingToken,
            ["head_dim"] = config.HeadDim,
            ["hidden_act"] = Activation(config.Activation),
            ["hidden_size"] = config.HiddenSize,
            ["initializer_range"] = 0.02,
            ["intermediate_size"] = config.IntermediateSize,
            ["max_position_embeddings"] = Positions(config.RopeScaling),
            ["mlp_bias"] = config.FeedForwardBias,
            ["num_attention_heads"] = config.Heads,
            ["num_hidden_layers"] = config.Layers,
            ["num_key_value_heads"] = config.KeyValueHeads,
            ["rms_norm_eps"] = config.NormEpsilon,
            ["rope_theta"] = config.RopeTheta,
            ["rope_scaling"] = Scaling(config.RopeScaling),
            ["sliding_window"] = config.SlidingWindow,
            ["tie_word_embeddings"] = config.TieEmbeddings,
            ["use_cache"] = true,
            ["vocab_size"] = config.VocabularySize,
        };
        if (family.GeluMeansTanh)
            json["hidden_activation"] = Activation(config.Activation);
        if (family.ReadsPartialRotary)
            json["partial_rotary_factor"] = (double)config.TurnedWidth / config.HeadDim;
        if (family.Windows != WindowRule.ByBlock)
            return json;
        json["use_sliding_window"] = windows;
        json["max_window_layers"] = 0;
        json["layer_types"] = new JsonArray([
            .. Enumerable
                .Range(0, config.Layers)
                .Select(i => JsonValue.Create(config.HasWindow(i) ? "sliding_attention" : "full_attention")),
        ]);
        return json;
    }

    static string Activation(FeedForwardActivation activation) =>
        activation switch
        {
            FeedForwardActivation.Gelu => "gelu",
            FeedForwardActivation.GeluTanh => "gelu_pytorch_tanh",
            _ => "silu",
        };

    /// <summary>The longest text, where the decoder says it; it limits nothing otherwise.</summary>
    static int Positions(RopeScaling? scaling) =>
        scaling switch
        {
            RopeScaling.Dynamic dynamic => dynamic.MaximumPositions,
            RopeScaling.Llama3 llama3 => (int)(llama3.OriginalPositions * llama3.Factor),
            _ => 2048,
        };

    static JsonObject? Scaling(RopeScaling? scaling) =>
        scaling switch
        {
            RopeScaling.Linear linear => new JsonObject { ["rope_type"] = "linear", ["factor"] = linear.Factor },
            RopeScaling.Dynamic dynamic => new JsonObject { ["rope_type"] = "dynamic", ["factor"] = dynamic.Factor },
            RopeScaling.Llama3 llama3 => new JsonObject
            {
                ["rope_type"] = "llama3",
                ["factor"] = llama3.Factor,
                ["low_freq_factor"] = llama3.LowFrequencyFactor,
                ["high_freq_factor"] = llama3.HighFrequencyFactor,
                ["original_max_position_embeddings"] = llama3.OriginalPositions,
            },
            _ => null,
        };
}
