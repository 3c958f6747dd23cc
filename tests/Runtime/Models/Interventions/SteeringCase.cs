using System.Text.Json;
using DcrDsl.Models;
using DcrDsl.Models.Checkpoints;
using DcrDsl.Models.Interventions;
using DcrDsl.Models.SafeTensors;
using DcrDsl.Runtime.Tests.RealModel;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Models.Interventions;

/// <summary>One case of golden/steering: token ids of three classes, and what the reference made of them with hooks in a model.</summary>
sealed class SteeringCase : IDisposable
{
    readonly SafeTensorsFile arrays;
    readonly JsonDocument json;

    SteeringCase(string name)
    {
        string folder = Golden.Folder("steering");
        arrays = SafeTensorsFile.Open(Path.Combine(folder, name + ".safetensors"));
        json = Golden.Json(folder, name + ".json");
        IsReal = name == "smollm2";
        Decoder = HuggingFaceDirectory.Open(IsReal ? SmolLM2.Folder() : Path.Combine(Golden.Folder("models"), name), CPU);
    }

    public static IEnumerable<TheoryDataRow<string>> Names() =>
        Golden.TryFolder("steering") is not { } folder
            ? []
            : Directory
                .EnumerateFiles(folder, "*.json")
                .Order(StringComparer.Ordinal)
                .Select(f => new TheoryDataRow<string>(Path.GetFileNameWithoutExtension(f)));

    public static SteeringCase Open(string name) => new(name);

    /// <summary>Whether it is the real model, whose noise is larger.</summary>
    public bool IsReal { get; }

    public Decoder Decoder { get; }

    public JsonElement Json => json.RootElement;

    public Tensor Array(string name) => arrays.Load(name);

    /// <summary>Token ids [n, T], padded on the left, and their mask.</summary>
    public (Tensor Tokens, Tensor Mask) Prompts(string set) => (Array(set + ".ids"), Array(set + ".mask"));

    /// <summary>The same without padding.</summary>
    public IReadOnlyList<int[]> Rows(string set)
    {
        var (tokens, mask) = Prompts(set);
        return
        [
            .. tokens
                .unbind(0)
                .Zip(mask.unbind(0), (row, seen) => row.masked_select(seen.to(@bool)).data<long>().ToArray())
                .Select(row => row.Select(t => (int)t).ToArray()),
        ];
    }

    /// <summary>The logits after the last prompt token, [n, V].</summary>
    public Tensor Logits(Decoder decoder, string set)
    {
        var (tokens, mask) = Prompts(set);
        return decoder.Head(decoder.Forward(tokens, mask).select(1, -1));
    }

    /// <summary>States of the last tokens of a set by block, [n, last, H].</summary>
    public IReadOnlyDictionary<int, Tensor> Read(string set, StreamSite site, int last)
    {
        var (tokens, mask) = Prompts(set);
        return Read(tokens, mask, site, last);
    }

    public IReadOnlyDictionary<int, Tensor> Read(Tensor tokens, Tensor mask, StreamSite site, int last)
    {
        using var reading = new StreamReading(site, last);
        using (Decoder.Intervene(reading))
            Decoder.Forward(tokens, mask);
        return reading.States.ToDictionary(s => s.Key, s => s.Value.clone());
    }

    /// <summary>The largest length of a difference of rows, as a share of the row's own.</summary>
    public static double RowError(Tensor expected, Tensor actual) =>
        ((actual.to(float64) - expected.to(float64)).norm(-1) / expected.to(float64).norm(-1)).max().item<double>();

    public void Dispose()
    {
        Decoder.Dispose();
        json.Dispose();
        arrays.Dispose();
    }
}
