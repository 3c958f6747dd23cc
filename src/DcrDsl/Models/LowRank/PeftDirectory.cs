using System.Globalization;
using DcrDsl.Models.SafeTensors;
using static TorchSharp.torch;

namespace DcrDsl.Models.LowRank;

/// <summary>
/// Reads and writes the directories in which PEFT keeps an adapter: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.
/// </summary>
public static class PeftDirectory
{
    const string Weights = "adapter_model.safetensors",
        Pickle = "adapter_model.bin";

    /// <summary>
    /// Attaches the adapter of a directory. Names, shapes and types of all tensors are checked before anything is changed; F16 and BF16 are
    /// read as float32.
    /// </summary>
    /// <param name="directory">The directory.</param>
    /// <param name="decoder">The model that the adapter was made for. It must have no adapter.</param>
    /// <param name="seed">For dropout, should it be trained on.</param>
    /// <param name="purpose">For dropout: see <see cref="LoraAdapter.Attach(Decoder, LoraOptions, ulong, string, FrozenFormat?)"/>.</param>
    /// <param name="frozen">The number format of the frozen matrices; null: they stay as they are.</param>
    /// <exception cref="InputException">
    /// A file is missing, damaged or not supported, or does not fit the other or the decoder; names the file and the key or tensor.
    /// </exception>
    /// <exception cref="InvalidOperationException">The decoder has an adapter.</exception>
    public static LoraAdapter Open(
        string directory,
        Decoder decoder,
        ulong seed = 0,
        string purpose = "adapter",
        FrozenFormat? frozen = null
    )
    {
        string path = Path.Combine(directory, PeftConfig.File),
            weights = Path.Combine(directory, Weights),
            pickle = Path.Combine(directory, Pickle);
        var options = PeftConfig.Read(path);
        if (!File.Exists(weights) && File.Exists(pickle))
            throw new InputException(
                $"{pickle} is a pickle file, which can run any program when it is read, so it is not; convert it to {Weights} with "
                    + $"PEFT's save_pretrained."
            );
        var targets = Targets(path, options, decoder);
        using var file = SafeTensorsFile.Open(weights);
        Check(file, LoraAdapter.Shapes(decoder, options, targets), decoder);
        return LoraAdapter.Attach(decoder, options, targets, seed, purpose, frozen, name => file.Load(name));
    }

    /// <summary>Writes an adapter, attached or not, as PEFT does.</summary>
    /// <param name="directory">A directory that is not there, or is empty; it is written aside and renamed.</param>
    /// <param name="adapter">The adapter.</param>
    /// <param name="baseModel">
    /// The directory, or the name on the Hugging Face hub, of the model it belongs to; null: it is left open.
    /// </param>
    /// <param name="dtype">The number format of the tensors; null: the adapter's own, float32.</param>
    /// <exception cref="InputException">The directory has files, or cannot be written.</exception>
    public static void Save(string directory, LoraAdapter adapter, string? baseModel = null, ScalarType? dtype = null) =>
        NewDirectory.Write(
            directory,
            aside =>
            {
                PeftConfig.Write(Path.Combine(aside, PeftConfig.File), adapter, baseModel);
                var tensors = adapter.Parameters.Names.Select(name => (name, adapter.Parameters[name]));
                SafeTensorsWriter.Write(Path.Combine(aside, Weights), tensors, new Dictionary<string, string> { ["format"] = "pt" }, dtype);
            }
        );

    static LoraTargets Targets(string path, LoraOptions options, Decoder decoder)
    {
        try
        {
            return LoraTargets.Of(options, decoder);
        }
        catch (InputException mistake)
        {
            throw new InputException($"{path}: {mistake.Message}", mistake);
        }
    }

    static void Check(SafeTensorsFile file, IReadOnlyList<(string Name, long[] Shape)> expected, Decoder decoder)
    {
        foreach (var (name, shape) in expected)
        {
            if (!file.Entries.TryGetValue(name, out var entry))
                throw new InputException(
                    $"{file.Path} has no tensor '{name}', which {PeftConfig.File} asks for; check that the two belong together."
                );
            if (!entry.Shape.AsSpan().SequenceEqual(shape))
            {
                throw new InputException(
                    $"{file.Path}: tensor '{name}' has shape [{string.Join(", ", entry.Shape)}], and by the r of {PeftConfig.File} and "
                        + $"the model it is [{string.Join(", ", shape)}]; check that the three belong together."
                );
            }
            if (entry.Type is not (ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64))
            {
                ElementTypes.TryFormat(entry.Type, out _, out string stored, out _);
                throw new InputException(
                    $"{file.Path}: tensor '{name}' is stored as {stored}; give an adapter stored as F16, BF16, F32 or F64."
                );
            }
        }
        foreach (string surplus in file.Entries.Keys.Except(expected.Select(e => e.Name)).Order(StringComparer.Ordinal))
        {
            if (BaseWeight(surplus, decoder) is { } weight)
                RequireEqual(file, surplus, weight);
            else
                throw new InputException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{file.Path} has tensor {SafeTensorsHeader.Quote(surplus)}, which {PeftConfig.File} does not ask for in this "
                            + $"model of {decoder.Config.Layers} layers; check that the three belong together."
                    )
                );
        }
    }

    /// <summary>
    /// The decoder's own weight of that name in a PEFT file. PEFT saves those of embedding and head along with an adapter on either
    /// (<c>….base_layer.weight</c>), or when it is told to (<c>….weight</c>).
    /// </summary>
    static Tensor? BaseWeight(string name, Decoder decoder)
    {
        var modules = decoder.LinearLayers.Select(l => (l.Name, l.Weight)).Append((decoder.Embedding.Name, decoder.Embedding.Weight));
        return modules.FirstOrDefault(m => Named(m.Name, ".base_layer.weight") || Named(m.Name, ".weight")).Weight;

        bool Named(string module, string ending) => name == LoraAdapter.Prefix + module + ending;
    }

    /// <summary>
    /// PEFT would put the stored weights in place of the base's; where they are the same, to the precision of the coarser, there is nothing
    /// to do.
    /// </summary>
    static void RequireEqual(SafeTensorsFile file, string name, Tensor weight)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var stored = file.Load(name, device: weight.device);
        if (!stored.shape.AsSpan().SequenceEqual(weight.shape))
        {
            throw new InputException(
                $"{file.Path}: tensor '{name}' has shape [{string.Join(", ", stored.shape)}], and in the model it is "
                    + $"[{string.Join(", ", weight.shape)}]; give the model that the adapter was trained on, with its vocabulary."
            );
        }
        if (!Same(stored, weight.to(stored.dtype)) && !Same(stored.to(weight.dtype), weight))
            throw new InputException(
                $"{file.Path}: tensor '{name}' is a weight of the base model and differs from this "
                    + $"model's; give the model that the adapter was trained on, or merge the two with PEFT."
            );
    }

    static bool Same(Tensor a, Tensor b) => a.eq(b).all().item<bool>();
}
