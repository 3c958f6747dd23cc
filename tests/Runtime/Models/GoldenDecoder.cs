using System.Text.Json;
using DcrDsl.Models;
using DcrDsl.Models.Checkpoints;
using DcrDsl.Models.SafeTensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Models;

/// <summary>One folder of golden/models: a tiny Hugging Face model with the reference's outputs.</summary>
sealed class GoldenDecoder : IDisposable
{
    readonly SafeTensorsFile expected;
    readonly JsonDocument cases;

    GoldenDecoder(string folder, string configFile, ScalarType dtype)
    {
        expected = SafeTensorsFile.Open(Path.Combine(folder, "expected.safetensors"));
        cases = Golden.Json(folder, "cases.json");
        Decoder = HuggingFaceDirectory.Open(folder, configFile, CPU, dtype);
    }

    public Decoder Decoder { get; }

    public JsonElement Cases => cases.RootElement;

    /// <summary>The model directories of golden/models, with each configuration file they have.</summary>
    public static TheoryData<string, string> All() => Where(_ => true);

    /// <summary>Those of them whose reference has a section.</summary>
    public static TheoryData<string, string> With(string section) =>
        Where(folder =>
        {
            using var cases = Golden.Json(folder, "cases.json");
            return cases.RootElement.TryGetProperty(section, out var found) && found.ValueKind == JsonValueKind.Object;
        });

    static TheoryData<string, string> Where(Predicate<string> wanted)
    {
        var data = new TheoryData<string, string>();
        if (Golden.TryFolder("models") is not { } models)
            return data;
        foreach (string folder in Directory.EnumerateDirectories(models).Order(StringComparer.Ordinal))
        {
            if (!File.Exists(Path.Combine(folder, "cases.json")) || !wanted(folder))
                continue;
            foreach (string file in Directory.EnumerateFiles(folder, "config*.json").Order(StringComparer.Ordinal))
                data.Add(Path.GetFileName(folder), Path.GetFileName(file));
        }
        return data;
    }

    public static GoldenDecoder Open(string name, string configFile, ScalarType dtype = ScalarType.Float32) =>
        new(Path.Combine(Golden.Folder("models"), name), configFile, dtype);

    public Tensor Array(string name) => expected.Load(name);

    public bool Has(string name) => expected.Entries.ContainsKey(name);

    public void Dispose()
    {
        Decoder.Dispose();
        cases.Dispose();
        expected.Dispose();
    }
}
