using System.Text.Json;
using DcrDsl.Evaluation.Coupling;
using DcrDsl.Models;
using DcrDsl.Models.Checkpoints;
using DcrDsl.Models.LowRank;
using DcrDsl.Models.SafeTensors;
using DcrDsl.Specs;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Coupling;

/// <summary>One case of golden/ntk: a tiny model, prompts, and the kernel of their largest logits by one backward pass each.</summary>
sealed class CouplingCase : IDisposable
{
    readonly SafeTensorsFile arrays;
    readonly JsonDocument json;
    readonly JsonElement settings;
    readonly LoraAdapter? adapter;

    CouplingCase(string name, ScalarType dtype)
    {
        string folder = Golden.Folder("ntk");
        (Name, json) = (name, Golden.Json(folder, "cases.json"));
        settings = json.RootElement.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        arrays = SafeTensorsFile.Open(Path.Combine(folder, "expected.safetensors"));
        Decoder = HuggingFaceDirectory.Open(Path.Combine(folder, settings.GetProperty("model").GetString()!), CPU, dtype);
        if (settings.GetProperty("adapter").GetString() is { } directory)
            adapter = PeftDirectory.Open(Path.Combine(folder, directory), Decoder);
    }

    public static IEnumerable<TheoryDataRow<string, ScalarType>> All()
    {
        if (Golden.TryFolder("ntk") is not { } folder)
            yield break;
        using var json = Golden.Json(folder, "cases.json");
        foreach (var settings in json.RootElement.GetProperty("cases").EnumerateArray())
        foreach (var dtype in new[] { ScalarType.Float64, ScalarType.Float32 })
            yield return new(settings.GetProperty("name").GetString()!, dtype);
    }

    public static CouplingCase Open(string name, ScalarType dtype) => new(name, dtype);

    public string Name { get; }

    public Decoder Decoder { get; }

    public JsonElement Settings => settings;

    public int Top => json.RootElement.GetProperty("k").GetInt32();

    public IReadOnlyList<int[]> Prompts =>
        [.. json.RootElement.GetProperty("prompts").EnumerateArray().Select(p => Numbers(p.GetProperty("ids")))];

    /// <summary>The prompts of each class, in the reference's order of classes.</summary>
    public IReadOnlyList<int[]> Classes =>
        [
            .. json
                .RootElement.GetProperty("prompts")
                .EnumerateArray()
                .Index()
                .GroupBy(p => p.Item.GetProperty("class").GetString(), p => p.Index)
                .Select(g => g.ToArray()),
        ];

    public TangentParameters Parameters =>
        settings.GetProperty("mode").GetString() switch
        {
            "all" => TangentParameters.All,
            "lora" => TangentParameters.Lora,
            "last2head" => TangentParameters.LastTwoBlocks,
            var other => throw new NotSupportedException($"golden/ntk has a mode {other} that is not known here"),
        };

    public static int[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(e => e.GetInt32())];

    public bool Has(string array) => arrays.Entries.ContainsKey($"{Name}.{array}");

    public double[] Array(string array) => TensorAssert.Doubles(arrays.Load($"{Name}.{array}"));

    public IEnumerable<string> Parts =>
        arrays.Entries.Keys.Where(k => k.StartsWith(Name + ".part.", StringComparison.Ordinal)).Select(k => k[(Name.Length + 6)..]);

    public (double[] Kernel, int[][] Tokens) Kernel(Action<string, Tensor>? part = null, IReadOnlyList<int[]>? prompts = null) =>
        TangentKernel.Of(
            Decoder,
            prompts ?? Prompts,
            Top,
            ChosenParameters.Of(Decoder, Parameters),
            TestContext.Current.CancellationToken,
            part
        );

    public void Dispose()
    {
        adapter?.Dispose();
        Decoder.Dispose();
        json.Dispose();
        arrays.Dispose();
    }
}
