using System.Text.Json;
using DcrDsl.Models.SafeTensors;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Models;

public sealed class WeightFilesTests : IDisposable
{
    // Sound containers: what is wrong with them shows only against config.json.
    static readonly HashSet<string> FaultsOfTheModel =
    [
        "missing-tensor",
        "wrong-shape",
        "shape-transposed",
        "tied-but-other-lm-head",
        "untied-without-lm-head",
        "tensor-of-a-layer-too-many",
        "bias-without-flag",
        "integer-weights",
        "vocab-smaller",
        "index-without-tensor",
    ];

    readonly string folder = Directory.CreateTempSubdirectory("dcrdsl-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public static IEnumerable<TheoryDataRow<string, string, string[]>> Errors()
    {
        if (Golden.TryFolder("models") is not { } models || !Directory.Exists(Path.Combine(models, "errors")))
            yield break;
        using var json = Golden.Json(Path.Combine(models, "errors"), "errors.json");
        foreach (var row in json.RootElement.GetProperty("cases").EnumerateArray())
            yield return new(
                row.GetProperty("case").GetString()!,
                row.GetProperty("file").GetString()!,
                [.. row.GetProperty("sentence_must_name").EnumerateArray().Select(n => n.GetString()!)]
            );
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Errors))]
    public void A_faulty_directory_is_refused_or_its_container_is_sound(string name, string file, string[] named)
    {
        string directory = Path.Combine(Golden.Folder("models"), "errors", name);
        if (file == "config.json" || FaultsOfTheModel.Contains(name))
        {
            using var weights = WeightFiles.Open(directory);
            foreach (string absent in named.Where(n => n.EndsWith(".weight", StringComparison.Ordinal) && !weights.Contains(n)))
            {
                string message = Assert.Throws<InputException>(() => weights.Load(absent)).Message;
                Assert.Contains(file, message);
                Assert.Contains(absent, message);
            }
            return;
        }
        string refusal = Assert.Throws<InputException>(() => WeightFiles.Open(directory)).Message;
        foreach (string part in named)
            Assert.Contains(part, refusal);
        Assert.DoesNotContain('\n', refusal);
        Assert.EndsWith(".", refusal);
    }

    public static IEnumerable<TheoryDataRow<string>> Quirks() =>
        Golden.TryFolder("models") is { } models && Directory.Exists(Path.Combine(models, "quirks"))
            ? Directory
                .EnumerateDirectories(Path.Combine(models, "quirks"))
                .Order()
                .Select(d => new TheoryDataRow<string>(Path.GetFileName(d)))
            : [];

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Quirks))]
    public void An_unusual_directory_holds_the_values_of_the_plain_one(string name)
    {
        using var scope = NewDisposeScope();
        string quirks = Path.Combine(Golden.Folder("models"), "quirks");
        using var weights = WeightFiles.Open(Path.Combine(quirks, name));
        using var plain = WeightFiles.Open(Path.Combine(quirks, "plain"));
        Assert.NotEmpty(weights.Names);
        foreach (string tensor in weights.Names.Where(n => plain.Contains(n)))
        {
            // "tied" has weights of its own; "mixed" stores some of the same ones in bfloat16, which keeps 8 bits.
            var (value, expected) = (weights.Load(tensor, float32), plain.Load(tensor, float32));
            Assert.Equal(expected.shape, value.shape);
            if (!name.StartsWith("tied", StringComparison.Ordinal))
                Assert.True(allclose(value, expected, rtol: weights.Entry(tensor).Type == bfloat16 ? 1.0 / 256 : 0, atol: 0), tensor);
        }
    }

    [Fact]
    public void Shards_are_opened_as_one_set()
    {
        using var scope = NewDisposeScope();
        WriteShards();
        using var weights = WeightFiles.Open(folder);
        Assert.Equal(["a", "b"], weights.Names.Order());
        Assert.Equal(2f, weights.Load("b").item<float>());
        Assert.EndsWith("two.safetensors", weights.FileOf("b"));
        Assert.EndsWith("model.safetensors.index.json", weights.Source);
    }

    [Fact]
    public void The_single_file_wins_over_an_index_as_in_transformers()
    {
        using var scope = NewDisposeScope();
        WriteShards();
        SafeTensorsWriter.Write(Path.Combine(folder, "model.safetensors"), [("whole", ones(1))]);
        using var weights = WeightFiles.Open(folder);
        Assert.Equal(["whole"], weights.Names);
    }

    [Theory]
    [InlineData("""{"weight_map":{"a":"one.safetensors"}}""", "'b'", "index.json")] // one.safetensors gets "b" below
    [InlineData("""{"weight_map":{"a":"one.safetensors","a":"one.safetensors"}}""", "'a'", "twice")]
    [InlineData("""{"weight_map":{"a":1}}""", "'a'", "no file name")]
    [InlineData("""{"weight_map":{"a":"..\\one.safetensors"}}""", "..\\one.safetensors", "own directory")]
    [InlineData("""{"weight_map":{"a":"/etc/hosts"}}""", "/etc/hosts", "own directory")]
    [InlineData("""{"weight_map":{"a":"C:one.safetensors"}}""", "C:one.safetensors", "own directory")]
    [InlineData("""{"weight_map":{"a":".."}}""", "'..'", "own directory")]
    [InlineData("""{"weight_map":{"a":"one\u0000.safetensors"}}""", "index.json", "own directory")]
    [InlineData("""{"weight_map":{"a":"\ud800"}}""", "index.json", "half a character")]
    [InlineData("""{"weight_map":[]}""", "index.json", "weight_map")]
    [InlineData("""[]""", "index.json", "weight_map")]
    [InlineData("""{"weight_map":""", "index.json", "not valid JSON")]
    public void An_unsound_index_is_refused_by_name(string index, params string[] named)
    {
        using var scope = NewDisposeScope();
        SafeTensorsWriter.Write(Path.Combine(folder, "one.safetensors"), [("a", ones(1)), ("b", ones(1))]);
        File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"), index);
        string refusal = Assert.Throws<InputException>(() => WeightFiles.Open(folder)).Message;
        foreach (string part in named)
            Assert.Contains(part, refusal);
    }

    void WriteShards()
    {
        SafeTensorsWriter.Write(Path.Combine(folder, "one.safetensors"), [("a", ones(1))]);
        SafeTensorsWriter.Write(Path.Combine(folder, "two.safetensors"), [("b", full(1, 2f))]);
        File.WriteAllText(
            Path.Combine(folder, "model.safetensors.index.json"),
            """{"metadata":{},"weight_map":{"a":"one.safetensors","b":"two.safetensors"}}"""
        );
    }
}
