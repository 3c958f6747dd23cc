using System.Text.Json;
using DcrDsl.Data.Files;
using static TorchSharp.torch;

namespace DcrDsl.Models.SafeTensors;

/// <summary>
/// The weights of a Hugging Face directory: one <c>model.safetensors</c>, or the shards that <c>model.safetensors.index.json</c>
/// lists. The index and its shards must agree exactly, and a shard is a file of the same directory.
/// </summary>
sealed class WeightFiles : IDisposable
{
    internal const string SingleFile = "model.safetensors";
    internal const string IndexFile = "model.safetensors.index.json";

    readonly List<SafeTensorsFile> files = [];
    readonly Dictionary<string, (SafeTensorsFile File, TensorEntry Entry)> tensors = new(StringComparer.Ordinal);

    WeightFiles(string source) => Source = source;

    /// <summary>The file that lists the tensors: the single file or the index. Name it when a tensor is missing.</summary>
    public string Source { get; }

    /// <summary>The names of all tensors.</summary>
    public IReadOnlyCollection<string> Names => tensors.Keys;

    /// <summary>Opens the weights of a model directory.</summary>
    /// <exception cref="InputException">There are none, a file is damaged, or the index and the shards disagree.</exception>
    public static WeightFiles Open(string directory)
    {
        string single = Path.Combine(directory, SingleFile),
            index = Path.Combine(directory, IndexFile);
        if (!File.Exists(single) && !File.Exists(index))
            throw new InputException(
                $"{directory} has neither {SingleFile} nor {IndexFile}; give the directory of a model whose weights are stored as "
                    + $"safetensors."
            );
        var weights = new WeightFiles(File.Exists(single) ? single : index);
        try
        {
            if (weights.Source == single)
                weights.AddFile(single);
            else
                weights.AddShards(directory, ReadIndex(index));
            return weights;
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>Whether there is a tensor of that name.</summary>
    public bool Contains(string name) => tensors.ContainsKey(name);

    /// <summary>Type and shape of a tensor.</summary>
    /// <exception cref="InputException">There is no tensor of that name.</exception>
    public TensorEntry Entry(string name) => Find(name).Entry;

    /// <summary>The path of the file that holds a tensor, for messages.</summary>
    /// <exception cref="InputException">There is no tensor of that name.</exception>
    public string FileOf(string name) => Find(name).File.Path;

    /// <inheritdoc cref="SafeTensorsFile.Bytes"/>
    public byte[] Bytes(string name) => Find(name).File.Bytes(name);

    /// <inheritdoc cref="SafeTensorsFile.Load"/>
    public Tensor Load(string name, ScalarType? dtype = null, Device? device = null) => Find(name).File.Load(name, dtype, device);

    /// <summary>Closes all files.</summary>
    public void Dispose()
    {
        foreach (var file in files)
            file.Dispose();
    }

    (SafeTensorsFile File, TensorEntry Entry) Find(string name) =>
        tensors.TryGetValue(name, out var found)
            ? found
            : throw new InputException(
                $"{Source} has no tensor {SafeTensorsHeader.Quote(name)}; check that the weights belong to this model."
            );

    SafeTensorsFile OpenFile(string path)
    {
        var file = SafeTensorsFile.Open(path);
        files.Add(file);
        return file;
    }

    void AddFile(string path)
    {
        var file = OpenFile(path);
        foreach (var (name, entry) in file.Entries)
            tensors.Add(name, (file, entry));
    }

    void AddShards(string directory, Dictionary<string, string> shardOf)
    {
        foreach (var shard in shardOf.GroupBy(s => s.Value, s => s.Key).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            string path = Path.Combine(directory, shard.Key);
            if (!File.Exists(path))
                throw new InputException(
                    $"{Source} names {SafeTensorsHeader.Quote(shard.Key)}, which is not there; fetch the missing file."
                );
            var file = OpenFile(path);
            foreach (string name in shard)
                tensors.Add(
                    name,
                    file.Entries.TryGetValue(name, out var entry)
                        ? (file, entry)
                        : throw Disagree(name, $"is in {SafeTensorsHeader.Quote(shard.Key)}, where it is not")
                );
            if (file.Entries.Keys.FirstOrDefault(name => shardOf.GetValueOrDefault(name) != shard.Key) is { } stray)
                throw Disagree(stray, $"is not in {SafeTensorsHeader.Quote(shard.Key)}, where it is");
        }
    }

    InputException Disagree(string name, string what) =>
        new(
            $"{Source} says that tensor {SafeTensorsHeader.Quote(name)} {what}; fetch the index and its files again, from one version "
                + $"of the model."
        );

    static Dictionary<string, string> ReadIndex(string index) =>
        JsonFile.Read(
            index,
            "the index of a model, whose weight_map gives the file of each tensor",
            json =>
            {
                if (!json.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object)
                    throw new InputException($"{index} has no object weight_map from tensor names to file names; fetch the file again.");
                var shardOf = new Dictionary<string, string>(StringComparer.Ordinal);
                foreach (var property in map.EnumerateObject())
                {
                    if (property.Value.ValueKind != JsonValueKind.String || property.Value.GetString() is not { } shard)
                        throw new InputException(
                            $"{index}: weight_map gives no file name for tensor {SafeTensorsHeader.Quote(property.Name)}; fetch the "
                                + $"file again."
                        );
                    if (!IsPlainFileName(shard))
                        throw new InputException(
                            $"{index}: weight_map names {SafeTensorsHeader.Quote(shard)}, which is not a file of the model's own "
                                + $"directory; write plain file names there."
                        );
                    if (!shardOf.TryAdd(property.Name, shard))
                        throw new InputException(
                            $"{index}: weight_map has tensor {SafeTensorsHeader.Quote(property.Name)} twice; fetch the file again."
                        );
                }
                return shardOf;
            }
        );

    // Both separators on every platform, so that a directory is sound everywhere or nowhere; ':' is a drive or a stream on Windows.
    static bool IsPlainFileName(string name) => name is not ("" or "." or "..") && name.IndexOfAny(['/', '\\', ':', '\0']) < 0;
}
