using System.Text.Json;
using DcrDsl.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Models;

/// <summary>One folder of golden/models: a tiny Hugging Face model with the reference's outputs.</summary>
sealed class GoldenDecoder : IDisposable
{
    readonly SafeTensorsFile expected;
    readonly JsonDocument cases;

    GoldenDecoder(string folder, DecoderConfig config, ScalarType dtype)
    {
        expected = SafeTensorsFile.Open(Path.Combine(folder, "expected.safetensors"));
        cases = Golden.Json(folder, "cases.json");
        using var weights = WeightFiles.Open(folder);
        Decoder = Decoder.FromWeights(config, (name, _) => weights.Load(name), CPU, dtype);
    }

    public Decoder Decoder { get; }

    public JsonElement Cases => cases.RootElement;

    /// <summary>The model directories of golden/models, with each configuration file they have.</summary>
    public static TheoryData<string, string> All()
    {
        var data = new TheoryData<string, string>();
        if (Golden.TryFolder("models") is not { } models) return data;
        foreach (string folder in Directory.EnumerateDirectories(models).Order(StringComparer.Ordinal))
        {
            if (!File.Exists(Path.Combine(folder, "cases.json"))) continue;
            foreach (string file in Directory.EnumerateFiles(folder, "config*.json").Order(StringComparer.Ordinal))
                data.Add(Path.GetFileName(folder), Path.GetFileName(file));
        }
        return data;
    }

    /// <summary>Opens a case; skips the test where the decoder does not know the family yet.</summary>
    public static GoldenDecoder Open(string name, string configFile, ScalarType dtype = ScalarType.Float32)
    {
        string folder = Path.Combine(Golden.Folder("models"), name);
        using var json = Golden.Json(folder, configFile);
        var config = Read(json.RootElement, out string? missing);
        Assert.SkipWhen(config is null, $"{name}: the decoder does not have {missing} yet");
        return new GoldenDecoder(folder, config!, dtype);
    }

    public Tensor Array(string name) => expected.Load(name);

    public bool Has(string name) => expected.Entries.ContainsKey(name);

    static DecoderConfig? Read(JsonElement json, out string? missing)
    {
        missing = null;
        if (json.GetProperty("model_type").GetString() is not "llama" and var family) missing = $"the family '{family}'";
        else if (Flag("attention_bias") || Flag("mlp_bias")) missing = "biases";
        else if (Object("rope_scaling") is not null) missing = "rotary scaling";
        else if (Object("rope_parameters") is { } rope && rope.GetProperty("rope_type").GetString() is not "default" and var kind) missing = $"rotary scaling '{kind}'";
        if (missing is not null) return null;

        int heads = Integer("num_attention_heads")!.Value, hidden = Integer("hidden_size")!.Value;
        return new DecoderConfig
        {
            VocabularySize = Integer("vocab_size")!.Value,
            HiddenSize = hidden,
            Layers = Integer("num_hidden_layers")!.Value,
            Heads = heads,
            KeyValueHeads = Integer("num_key_value_heads") ?? heads,
            HeadDim = Integer("head_dim") ?? hidden / heads,
            IntermediateSize = Integer("intermediate_size")!.Value,
            NormEpsilon = json.GetProperty("rms_norm_eps").GetDouble(),
            RopeTheta = (Object("rope_parameters") ?? json).TryGetProperty("rope_theta", out var theta) ? theta.GetDouble() : 10_000,
            TieEmbeddings = Flag("tie_word_embeddings"),
            PaddingToken = Integer("pad_token_id"),
        };

        int? Integer(string key) => json.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;
        bool Flag(string key) => json.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.True;
        JsonElement? Object(string key) => json.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;
    }

    public void Dispose()
    {
        Decoder.Dispose();
        cases.Dispose();
        expected.Dispose();
    }
}
