using System.Text.Json.Nodes;
using DcrDsl.Data.Files;
using DcrDsl.Tensors;
using static TorchSharp.torch;

namespace DcrDsl.Models.SafeTensors;

/// <summary>
/// Writes the weights of a Hugging Face directory as <see cref="WeightFiles"/> reads them, cut into shards where transformers would cut.
/// </summary>
static class WeightFilesWriter
{
    static readonly Dictionary<string, string> Metadata = new() { ["format"] = "pt" };

    /// <summary>Writes one file, or shards and their index.</summary>
    /// <param name="directory">Where to.</param>
    /// <param name="parameters">The tensors.</param>
    /// <param name="dtype">The element type they are stored in.</param>
    /// <param name="shardSize">The most bytes of tensors in a file; a larger tensor has a file of its own.</param>
    public static void Write(string directory, ParameterList parameters, ScalarType dtype, long shardSize)
    {
        if (!ElementTypes.TryFormat(dtype, out _, out _, out int size))
            throw new ArgumentException($"The safetensors format has no name for {dtype}.", nameof(dtype));
        var shards = Shards(parameters, size, shardSize);
        string[] files =
        [
            .. Enumerable
                .Range(1, shards.Count)
                .Select(i =>
                    shards.Count == 1
                        ? WeightFiles.SingleFile
                        : FormattableString.Invariant($"model-{i:00000}-of-{shards.Count:00000}.safetensors")
                ),
        ];
        foreach (var (file, names) in files.Zip(shards))
            SafeTensorsWriter.Write(Path.Combine(directory, file), names.Select(n => (n, parameters[n])), Metadata, dtype);
        if (shards.Count == 1)
            return;

        long numbers = parameters.Sum(p => p.numel());
        JsonFile.Write(
            Path.Combine(directory, WeightFiles.IndexFile),
            new JsonObject
            {
                ["metadata"] = new JsonObject { ["total_parameters"] = numbers, ["total_size"] = numbers * size },
                ["weight_map"] = new JsonObject(
                    files
                        .Zip(shards)
                        .SelectMany(s => s.Second.Select(name => (Name: name, File: s.First)))
                        .OrderBy(t => t.Name, StringComparer.Ordinal)
                        .Select(t => KeyValuePair.Create(t.Name, (JsonNode?)t.File))
                ),
            }
        );
    }

    /// <summary>In the parameters' order: a shard is closed when the next tensor would make it too large.</summary>
    static IReadOnlyList<IReadOnlyList<string>> Shards(ParameterList parameters, int size, long shardSize)
    {
        var shards = new List<List<string>> { new() };
        long filled = 0;
        foreach (string name in parameters.Names)
        {
            long length = parameters[name].numel() * size;
            if (shards[^1].Count > 0 && length > shardSize - filled)
            {
                shards.Add([]);
                filled = 0;
            }
            shards[^1].Add(name);
            filled += length;
        }
        return shards;
    }
}
