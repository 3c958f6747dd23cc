using DcrDsl.Models.SafeTensors;
using static TorchSharp.torch;

namespace DcrDsl.Models.Checkpoints;

/// <summary>
/// Opens and writes model directories in Hugging Face's layout: <c>config.json</c> and the weights as safetensors, in one file or in
/// shards.
/// </summary>
public static partial class HuggingFaceDirectory
{
    internal const string ConfigFile = "config.json";

    const string HeadName = "lm_head.weight";

    /// <summary>
    /// The decoder of the directory. Names, shapes and types of all tensors are checked before the first one is read; each is then read,
    /// converted and handed over by itself, so that beside the decoder no more than one stored tensor is in memory.
    /// </summary>
    /// <param name="directory">The directory.</param>
    /// <param name="device">Where the parameters shall be.</param>
    /// <param name="dtype">The number format they are converted to, whatever they are stored in.</param>
    /// <exception cref="InputException">
    /// The configuration is mistaken or not supported, or the weights are damaged or not those of the configuration; names the file and the
    /// key or tensor.
    /// </exception>
    public static Decoder Open(string directory, Device device, ScalarType dtype = ScalarType.Float32) =>
        Open(directory, ConfigFile, device, dtype);

    internal static Decoder Open(string directory, string configFile, Device device, ScalarType dtype)
    {
        var config = HuggingFaceConfig.Read(Path.Combine(directory, configFile));
        using var weights = WeightFiles.Open(directory);
        Check(config, weights);
        // On the meta device a model is its shapes, which have been checked: a model of any size can be looked at before a run.
        bool shapesOnly = device.type == TorchSharp.DeviceType.META;
        var decoder = Decoder.Make(config, (name, shape) => shapesOnly ? empty(shape, dtype, device) : weights.Load(name, dtype, device));
        decoder.SourceDirectory = directory;
        try
        {
            if (config.TieEmbeddings && weights.Contains(HeadName) && !shapesOnly)
                RequireTied(decoder, weights);
            return decoder;
        }
        catch
        {
            decoder.Dispose();
            throw;
        }
    }

    static void Check(DecoderConfig config, WeightFiles weights)
    {
        var expected = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, shape) in config.Shapes())
        {
            if (!weights.Contains(name) && name == HeadName)
                throw new InputException(
                    $"{weights.Source} has no tensor '{name}', although tie_word_embeddings of config.json is false; check that the "
                        + $"weights belong to this model."
                );
            var entry = weights.Entry(name);
            if (!entry.Shape.AsSpan().SequenceEqual(shape))
            {
                throw new InputException(
                    $"{weights.FileOf(name)}: tensor '{name}' has shape [{string.Join(", ", entry.Shape)}], and by config.json it is "
                        + $"[{string.Join(", ", shape)}]; check that the two belong together."
                );
            }
            if (entry.Type is not (ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64))
            {
                ElementTypes.TryFormat(entry.Type, out _, out string stored, out _);
                throw new InputException(
                    $"{weights.FileOf(name)}: tensor '{name}' is stored as {stored}; give weights stored as F16, BF16, F32 or F64."
                );
            }
            expected.Add(name);
        }
        foreach (string name in weights.Names.Order(StringComparer.Ordinal))
        {
            bool harmless =
                expected.Contains(name)
                || name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal)
                || (config.TieEmbeddings && name == HeadName);
            if (!harmless)
                throw Surplus(config, weights, name);
        }
    }

    static InputException Surplus(DecoderConfig config, WeightFiles weights, string name)
    {
        string[] parts = name.Split('.');
        string why = parts switch
        {
            ["model", "layers", var layer, ..] when int.TryParse(layer, out int index) && index >= config.Layers =>
                FormattableString.Invariant($"num_hidden_layers of config.json is {config.Layers}"),
            [.., "self_attn", _, "bias"] => "by config.json (model_type, attention_bias) there is no such bias",
            [.., "mlp", _, "bias"] => "by config.json (model_type, mlp_bias) there is no such bias",
            _ => "a model of config.json's model_type has no such tensor",
        };
        return new InputException(
            $"{weights.FileOf(name)} has tensor {SafeTensorsHeader.Quote(name)}, but {why}; check that the two belong together."
        );
    }

    static void RequireTied(Decoder decoder, WeightFiles weights)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var embedding = decoder.Parameters[0];
        var head = weights.Load(HeadName, decoder.Dtype, decoder.Device);
        if (!head.shape.AsSpan().SequenceEqual(embedding.shape) || !head.eq(embedding).all().item<bool>())
        {
            throw new InputException(
                $"{weights.FileOf(HeadName)}: tensor '{HeadName}' differs from the embedding, although tie_word_embeddings of "
                    + $"config.json is true; set that to false, or take the weights that belong to it."
            );
        }
    }
}
