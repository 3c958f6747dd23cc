using System.Text.Json.Nodes;
using DcrDsl.Models;
using DcrDsl.Models.Checkpoints;

namespace DcrDsl.Runtime.Tests.Models;

public sealed class HuggingFaceConfigTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("dcrdsl-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>The sizes alone, as the oldest files have them, with some keys set; a key set to "absent" is taken away.</summary>
    DecoderConfig Read(string family, string changes)
    {
        var json = JsonNode
            .Parse(
                """{"vocab_size": 40000, "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 3,"""
                    + """ "num_attention_heads": 32, "max_position_embeddings": 128}"""
            )!
            .AsObject();
        json["model_type"] = family;
        foreach (var (key, value) in JsonNode.Parse(changes)!.AsObject())
        {
            json.Remove(key);
            if (value?.ToString() != "absent")
                json[key] = value?.DeepClone();
        }
        string path = Path.Combine(folder, "config.json");
        File.WriteAllText(path, json.ToJsonString());
        return HuggingFaceConfig.Read(path);
    }

    [Fact]
    public void Missing_keys_stand_for_the_defaults_of_the_family()
    {
        var sizes = new DecoderConfig
        {
            VocabularySize = 40000,
            HiddenSize = 64,
            IntermediateSize = 96,
            Layers = 3,
            Heads = 32,
            KeyValueHeads = 32,
            HeadDim = 2,
            NormEpsilon = 1e-6,
        };
        var families = new Dictionary<string, DecoderConfig>
        {
            ["llama"] = sizes,
            ["mistral"] = sizes with { KeyValueHeads = 8, SlidingWindow = 4096 },
            ["qwen2"] = sizes with { QueryKeyValueBias = true },
            ["qwen3"] = sizes with { HeadDim = 128, QueryKeyNorm = true },
            ["gemma"] = sizes with
            {
                KeyValueHeads = 16,
                HeadDim = 256,
                TieEmbeddings = true,
                PaddingToken = 0,
                NormAddsOne = true,
                ScaleEmbeddings = true,
                Activation = FeedForwardActivation.GeluTanh,
            },
            ["phi3"] = sizes with { NormEpsilon = 1e-5, PaddingToken = 32000, FusedProjections = true },
        };
        Assert.Equal(ModelFamily.All.Select(f => f.Name), families.Keys);
        Assert.All(families, f => Assert.Equal(f.Value, Read(f.Key, "{}")));
    }

    [Fact]
    public void A_null_means_what_it_means_to_transformers()
    {
        Assert.Null(Read("mistral", """{"sliding_window": null}""").SlidingWindow);
        Assert.Null(Read("gemma", """{"pad_token_id": null}""").PaddingToken);
        Assert.Equal(32, Read("mistral", """{"num_key_value_heads": null}""").KeyValueHeads);
        Assert.Equal(2, Read("qwen3", """{"head_dim": null}""").HeadDim);
    }

    [Fact]
    public void Windows_are_given_by_flag_first_layer_or_list()
    {
        Assert.Null(Read("qwen2", """{"sliding_window": 4, "max_window_layers": 1}""").SlidingWindow);
        var some = Read("qwen2", """{"use_sliding_window": true, "sliding_window": 4, "max_window_layers": 1}""");
        Assert.Equal(4, some.SlidingWindow);
        Assert.Equal([false, true, true], some.WindowedBlocks!);
        Assert.Equal(
            some,
            Read(
                "qwen2",
                """{"use_sliding_window": true, "sliding_window": 4,"""
                    + """ "layer_types": ["full_attention", "sliding_attention", "sliding_attention"]}"""
            )
        );
        Assert.Null(Read("qwen3", """{"use_sliding_window": true, "sliding_window": 4, "max_window_layers": 0}""").WindowedBlocks);
        Assert.Null(Read("qwen3", """{"use_sliding_window": true, "sliding_window": 4, "max_window_layers": 3}""").SlidingWindow);
    }

    [Theory]
    [InlineData("silu", FeedForwardActivation.Silu)]
    [InlineData("swish", FeedForwardActivation.Silu)]
    [InlineData("gelu", FeedForwardActivation.Gelu)]
    [InlineData("gelu_pytorch_tanh", FeedForwardActivation.GeluTanh)]
    public void Activations_have_the_names_of_transformers(string name, FeedForwardActivation activation)
    {
        Assert.Equal(activation, Read("llama", $$"""{"hidden_act": "{{name}}"}""").Activation);
        Assert.Equal(activation, Read("gemma", $$"""{"hidden_act": "relu", "hidden_activation": "{{name}}"}""").Activation);
        Assert.Equal(
            name == "gelu" ? FeedForwardActivation.GeluTanh : activation,
            Read("gemma", $$"""{"hidden_act": "{{name}}", "hidden_activation": null}""").Activation
        );
    }

    [Fact]
    public void Rotary_keys_are_read_from_either_place()
    {
        var dynamic = new RopeScaling.Dynamic(2, 128);
        Assert.Equal(
            dynamic,
            Read("mistral", """{"head_dim": 8, "rope_scaling": {"type": "dynamic", "rope_type": "dynamic", "factor": 2.0}}""").RopeScaling
        );
        Assert.Equal(dynamic, Read("mistral", """{"head_dim": 8, "rope_parameters": {"rope_type": "dynamic", "factor": 2}}""").RopeScaling);
        Assert.Null(Read("llama", """{"rope_scaling": {}, "rope_theta": 5e5}""").RopeScaling);
        Assert.Equal(5e5, Read("llama", """{"rope_theta": 500000}""").RopeTheta);
        Assert.Equal(5e5, Read("llama", """{"rope_parameters": {"rope_theta": 5e5}, "rope_theta": 500000}""").RopeTheta);
        Assert.Equal(24, Read("phi3", """{"head_dim": 32, "partial_rotary_factor": 0.75}""").RotaryDim);
        Assert.Null(Read("phi3", """{"head_dim": 32, "partial_rotary_factor": 1.0}""").RotaryDim);
    }

    [Theory]
    [InlineData("llama", """{"num_hidden_layers": 1000000000}""", "num_hidden_layers is '1000000000'", "from 1 to 10000")]
    [InlineData("llama", """{"num_hidden_layers": 2.0}""", "num_hidden_layers is '2.0'")]
    [InlineData("llama", """{"vocab_size": true}""", "vocab_size is 'true'")]
    [InlineData("llama", """{"vocab_size": 99999999999}""", "vocab_size is '99999999999'")]
    [InlineData("llama", """{"intermediate_size": null}""", "intermediate_size is missing")]
    [InlineData("llama", """{"hidden_size": 65}""", "hidden_size 65", "num_attention_heads 32")]
    [InlineData("llama", """{"head_dim": 5}""", "head_dim", "odd")]
    [InlineData("llama", """{"num_key_value_heads": -2}""", "num_key_value_heads is '-2'")]
    [InlineData("llama", """{"rms_norm_eps": "1e-5"}""", "rms_norm_eps")]
    [InlineData("llama", """{"rms_norm_eps": -1e-5}""", "rms_norm_eps is '-1e-5'", "above 0")]
    [InlineData("llama", """{"tie_word_embeddings": "yes"}""", "tie_word_embeddings", "true or false")]
    [InlineData("llama", """{"attention_bias": 1}""", "attention_bias is '1'")]
    [InlineData("llama", """{"pad_token_id": 40000}""", "pad_token_id is '40000'")]
    [InlineData("llama", """{"pad_token_id": -1}""", "pad_token_id is '-1'")]
    [InlineData("phi3", """{"vocab_size": 100}""", "pad_token_id is missing and stands for 32000", "vocab_size 100")]
    [InlineData("llama", """{"hidden_act": 3}""", "hidden_act is '3'")]
    [InlineData("gemma", """{"hidden_activation": "relu"}""", "hidden_activation is 'relu'")]
    [InlineData("llama", """{"model_type": 7}""", "model_type is '7'")]
    [InlineData("Llama", "{}", "model_type is 'Llama'", "gemma", "llama")]
    [InlineData("llama", """{"quantization_config": {}}""", "quantization_config")]
    [InlineData("llama", """{"attention_dropout": 0.1}""", "attention_dropout")]
    [InlineData("gemma", """{"use_bidirectional_attention": true}""", "use_bidirectional_attention")]
    [InlineData("llama", """{"rope_theta": 0}""", "rope_theta is '0'")]
    [InlineData("llama", """{"rope_theta": 1e4, "rope_parameters": {"rope_theta": 5e5}}""", "rope_parameters.rope_theta differs")]
    [InlineData(
        "llama",
        """{"rope_scaling": {"type": "linear", "factor": 2}, "rope_parameters": {"rope_theta": 5e5}}""",
        "rope_scaling",
        "rope_parameters"
    )]
    [InlineData("llama", """{"rope_scaling": [2]}""", "rope_scaling is '[2]'", "an object")]
    [InlineData("llama", """{"rope_scaling": {"factor": 2}}""", "rope_scaling.rope_type is missing")]
    [InlineData("llama", """{"rope_parameters": {"full_attention": {"rope_type": "default"}}}""", "rope_parameters.rope_type is missing")]
    [InlineData("llama", """{"rope_scaling": {"rope_type": "default", "type": "mrope"}}""", "rope_scaling.rope_type", "'mrope'")]
    [InlineData("llama", """{"rope_scaling": {"type": "linear"}}""", "rope_scaling.factor is missing")]
    [InlineData("llama", """{"rope_scaling": {"type": "linear", "factor": 0}}""", "rope_scaling.factor is '0'")]
    [InlineData("llama", """{"rope_scaling": {"type": "dynamic", "factor": 2}}""", "rope_scaling.type is 'dynamic'")]
    [InlineData(
        "mistral",
        """{"head_dim": 4, "max_position_embeddings": "absent", "rope_scaling": {"type": "dynamic", "factor": 2}}""",
        "max_position_embeddings is missing"
    )]
    [InlineData(
        "llama",
        """{"rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 4,"""
            + """ "high_freq_factor": 4, "original_max_position_embeddings": 8}}""",
        "rope_scaling.high_freq_factor"
    )]
    [InlineData("phi3", """{"partial_rotary_factor": 1.5}""", "partial_rotary_factor")]
    [InlineData("phi3", """{"head_dim": 8, "rope_parameters": {"partial_rotary_factor": 0.4}}""", "rope_parameters.partial_rotary_factor")]
    [InlineData("llama", """{"partial_rotary_factor": 0.5}""", "partial_rotary_factor", "llama")]
    [InlineData("mistral", """{"sliding_window": 0}""", "sliding_window is '0'")]
    [InlineData("qwen2", """{"layer_types": ["full_attention"]}""", "layer_types", "num_hidden_layers is 3")]
    [InlineData(
        "qwen2",
        """{"layer_types": ["full_attention", "full_attention", "chunked_attention"]}""",
        "layer_types",
        "'chunked_attention'"
    )]
    [InlineData(
        "qwen2",
        """{"layer_types": ["full_attention", "full_attention", "sliding_attention"]}""",
        "layer_types",
        "use_sliding_window"
    )]
    [InlineData(
        "mistral",
        """{"layer_types": ["full_attention", "full_attention", "sliding_attention"]}""",
        "layer_types",
        "sliding_window"
    )]
    public void What_is_mistaken_or_not_supported_is_refused_by_key(string family, string changes, params string[] named)
    {
        string refusal = Assert.Throws<InputException>(() => Read(family, changes)).Message;
        Assert.Contains("config.json: ", refusal, StringComparison.Ordinal);
        foreach (string part in named)
            Assert.Contains(part, refusal, StringComparison.Ordinal);
        Assert.EndsWith(".", refusal, StringComparison.Ordinal);
    }

    [
        Theory,
        InlineData("[]", " is not a JSON object"),
        InlineData("""{"model_type": "\ud800"}""", ", line 1: a string with half a character"),
        InlineData("", " is not valid JSON")
    ]
    public void A_file_of_something_else_is_refused(string text, string because)
    {
        string path = Path.Combine(folder, "config.json");
        File.WriteAllText(path, text);
        string refusal = Assert.Throws<InputException>(() => HuggingFaceConfig.Read(path)).Message;
        Assert.Contains("config.json" + because, refusal, StringComparison.Ordinal);
        Assert.Contains(
            "is a folder",
            Assert.Throws<InputException>(() => HuggingFaceConfig.Read(folder)).Message,
            StringComparison.Ordinal
        );
    }
}
