using System.Text.Json;
using System.Text.Json.Nodes;
using DcrDsl.Models;
using DcrDsl.Models.Checkpoints;
using DcrDsl.Models.LowRank;
using DcrDsl.Models.SafeTensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Models.Lora;

public sealed class PeftDirectoryTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("dcrdsl").FullName;

    public static TheoryData<string> Cases => GoldenAdapter.All();

    public static IEnumerable<TheoryDataRow<string>> Errors()
    {
        if (Golden.TryFolder("peft") is not { } root || !Directory.Exists(Path.Combine(root, "refuse")))
            yield break;
        using var json = Golden.Json(Path.Combine(root, "refuse"), "errors.json");
        foreach (var row in json.RootElement.EnumerateArray())
            yield return new(row.GetProperty("name").GetString()!);
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Cases))]
    public void Reading_and_writing_keeps_every_byte_and_every_option(string name)
    {
        using var golden = GoldenAdapter.Open(name);
        using var original = SafeTensorsFile.Open(Path.Combine(golden.Directory, "adapter_model.safetensors"));
        var stored = original.Entries.Values.First().Type;
        string copy = Path.Combine(folder, "copy");
        using (var adapter = PeftDirectory.Open(golden.Directory, golden.Decoder))
        {
            PeftDirectory.Save(copy, adapter, "../base", stored);
        }

        Assert.Equal(File.ReadAllBytes(original.Path), File.ReadAllBytes(Path.Combine(copy, "adapter_model.safetensors")));
        var (before, after) = (Config(golden.Directory), Config(copy));
        Assert.All(after, entry => Assert.True(JsonNode.DeepEquals(before[entry.Key], entry.Value), entry.Key));
        Assert.All(
            before.Where(entry => !after.ContainsKey(entry.Key)),
            entry =>
                Assert.True(
                    entry.Value is null
                        || entry.Value.ToJsonString() is "false" or "{}"
                        || entry.Key is "megatron_core" or "peft_version" or "qalora_group_size",
                    entry.Key
                )
        );
        Assert.Equal(["adapter_config.json", "adapter_model.safetensors"], Directory.EnumerateFiles(copy).Select(Path.GetFileName).Order());
        using var again = PeftDirectory.Open(copy, golden.Decoder);
        Assert.True(again.IsAttached);
    }

    static JsonObject Config(string directory) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(directory, "adapter_config.json")))!.AsObject();

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Errors))]
    public void A_faulty_directory_is_refused_in_one_sentence_that_names_what_is_wrong(string name)
    {
        string root = Path.Combine(Golden.Folder("peft"), "refuse");
        using var json = Golden.Json(root, "errors.json");
        var row = json.RootElement.EnumerateArray().Single(r => r.GetProperty("name").GetString() == name);
        using var decoder = HuggingFaceDirectory.Open(Path.Combine(root, "..", "base"), CPU);
        string refusal = Assert.Throws<InputException>(() => PeftDirectory.Open(Path.Combine(root, name), decoder)).Message;
        foreach (var part in row.GetProperty("must_name").EnumerateArray())
            Assert.Contains(part.GetString()!, refusal, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal);
        Assert.EndsWith(".", refusal, StringComparison.Ordinal);
        Assert.All(decoder.Parameters, p => Assert.True(p.requires_grad));
    }

    [Theory]
    [InlineData("""{"target_modules": ["q_proj", "w1"]}""", "'w1'")]
    [InlineData("""{"target_modules": ["q_porj"]}""", "did you mean q_proj?")]
    [InlineData("""{"target_modules": "(["}""", "target_modules: '([' is not a regular expression")]
    [InlineData("""{"target_modules": []}""", "target_modules is empty")]
    [InlineData("""{"target_modules": ".*q_proj", "layers_to_transform": [0]}""", "layers_to_transform goes with a list")]
    [InlineData("""{"target_modules": ["embed_tokens"], "layers_to_transform": [0]}""", "leave no module")]
    [InlineData("""{"rank_pattern": {"up_porj": 2}}""", "rank_pattern has 'up_porj'")]
    [InlineData("""{"alpha_pattern": {"q_proj": -1}}""", "alpha_pattern.q_proj is '-1'")]
    [InlineData("""{"modules_to_save": ["norm"]}""", "modules_to_save has 'norm'")]
    [InlineData("""{"init_lora_weights": "pissa_niter_4"}""", "init_lora_weights is 'pissa_niter_4'")]
    [InlineData("""{"layers_pattern": "blocks"}""", "layers_pattern")]
    [InlineData("""{"exclude_modules": ["v_proj"]}""", "exclude_modules is not supported")]
    [InlineData("""{"lora_bias": true}""", "lora_bias is not supported")]
    [InlineData("""{"lora_dropout": 1}""", "lora_dropout is '1'")]
    [InlineData("""{"fan_in_fan_out": true}""", "fan_in_fan_out")]
    [InlineData("""{"target_modules": ["embed_tokens"], "use_dora": true}""", "use_dora is not supported for 'model.embed_tokens'")]
    [InlineData("""{"r": "8"}""", "r is ''")]
    public void A_mistaken_option_is_refused_by_name(string changes, string part)
    {
        var config = JsonNode.Parse("""{"peft_type": "LORA", "r": 2, "lora_alpha": 4, "target_modules": ["q_proj"]}""")!.AsObject();
        foreach (var (key, value) in JsonNode.Parse(changes)!.AsObject())
            config[key] = value?.DeepClone();
        File.WriteAllText(Path.Combine(folder, "adapter_config.json"), config.ToJsonString());
        File.WriteAllBytes(Path.Combine(folder, "adapter_model.safetensors"), []);
        using var decoder = TestDecoder.Initialise(LoraTests.Small, seed: 1);
        string refusal = Assert.Throws<InputException>(() => PeftDirectory.Open(folder, decoder)).Message;
        Assert.Contains("adapter_config.json", refusal, StringComparison.Ordinal);
        Assert.Contains(part.Replace("''", "'\"8\"'"), refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_head_that_shares_its_weights_is_no_target()
    {
        using var decoder = TestDecoder.Initialise(LoraTests.Small with { TieEmbeddings = true }, seed: 1);
        Assert.Contains(
            "tie_word_embeddings",
            Assert.Throws<InputException>(() => LoraAdapter.Attach(decoder, new LoraOptions { Targets = ["lm_head"] }, 0, "test")).Message
        );
        Assert.Contains(
            "tie_word_embeddings",
            Assert
                .Throws<InputException>(() => LoraAdapter.Attach(decoder, new LoraOptions { SavedModules = ["embed_tokens"] }, 0, "test"))
                .Message
        );
    }

    /// <summary>Saves an adapter and puts weights of the base beside its tensors, as PEFT does for embedding and head.</summary>
    string SavedWithBase(Decoder decoder, ScalarType stored, string ending, Func<Tensor, Tensor>? change = null)
    {
        string plain = Path.Combine(folder, "plain"),
            path = Path.Combine(folder, "with-base");
        var options = new LoraOptions
        {
            Rank = 2,
            Alpha = 4,
            Targets = ["q_proj", "lm_head", "embed_tokens"],
        };
        using (var adapter = LoraAdapter.Attach(decoder, options, 3, "test"))
        {
            using (no_grad())
                foreach (var parameter in adapter.Parameters)
                    parameter.add_(0.1f);
            PeftDirectory.Save(plain, adapter, dtype: stored);
        }
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        using var file = SafeTensorsFile.Open(Path.Combine(plain, "adapter_model.safetensors"));
        var own = file.Entries.Keys.Order(StringComparer.Ordinal).Select(name => (name, file.Load(name)));
        string[] modules = ["model.embed_tokens", "lm_head"];
        var weights = modules.Select(m => ($"base_model.model.{m}.{ending}", decoder.Parameters[m + ".weight"].detach().to(stored)));
        if (change is not null)
            weights = weights.Select((w, k) => k == 1 ? (w.Item1, change(w.Item2)) : w);
        Directory.CreateDirectory(path);
        File.Copy(Path.Combine(plain, "adapter_config.json"), Path.Combine(path, "adapter_config.json"));
        var metadata = new Dictionary<string, string> { ["format"] = "pt" };
        SafeTensorsWriter.Write(Path.Combine(path, "adapter_model.safetensors"), [.. own, .. weights], metadata);
        return path;
    }

    [Theory]
    [InlineData(ScalarType.Float32, ScalarType.Float32, "base_layer.weight")]
    [InlineData(ScalarType.Float32, ScalarType.BFloat16, "base_layer.weight")]
    [InlineData(ScalarType.BFloat16, ScalarType.Float32, "base_layer.weight")]
    [InlineData(ScalarType.Float32, ScalarType.Float16, "weight")]
    public void The_weights_of_embedding_and_head_that_PEFT_saves_along_are_the_bases_own(
        ScalarType decoding,
        ScalarType stored,
        string ending
    )
    {
        using var decoder = TestDecoder.Initialise(LoraTests.Small, seed: 1, decoding);
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var tokens = TestDecoder.Tokens(decoder.Config, rows: 1, length: 5);
        string path = SavedWithBase(decoder, stored, ending);
        Tensor expected;
        using (PeftDirectory.Open(Path.Combine(folder, "plain"), decoder))
            expected = decoder.Head(decoder.Forward(tokens));
        using (PeftDirectory.Open(path, decoder))
            Assert.True(expected.equal(decoder.Head(decoder.Forward(tokens))).all().item<bool>());
    }

    [Fact]
    public void Weights_of_another_base_are_refused()
    {
        using var decoder = TestDecoder.Initialise(LoraTests.Small, seed: 1);
        string path = SavedWithBase(decoder, ScalarType.Float32, "base_layer.weight", head => head * 1.0001);
        string refusal = Assert.Throws<InputException>(() => PeftDirectory.Open(path, decoder)).Message;
        Assert.Contains("tensor 'base_model.model.lm_head.base_layer.weight' is a weight of the base model and differs", refusal);
        Assert.Null(decoder.Adapter);
    }

    [Fact]
    public void Weights_of_a_base_with_another_vocabulary_are_refused()
    {
        using var decoder = TestDecoder.Initialise(LoraTests.Small, seed: 1);
        string path = SavedWithBase(decoder, ScalarType.Float32, "base_layer.weight", head => cat([head, head]));
        Assert.Contains("with its vocabulary", Assert.Throws<InputException>(() => PeftDirectory.Open(path, decoder)).Message);
    }

    [Theory]
    [InlineData("""{"target_modules": "model\\.layers\\.(?P<layer>\\d)\\.self_attn\\.(?P<which>[qv])_proj\\Z"}""", 4)]
    [InlineData("""{"target_modules": ["q_proj"], "rank_pattern": {"(?P<layer>layers\\.1)\\..*q_proj\\Z": 5}}""", 2)]
    public void Python_syntax_in_a_directorys_patterns_is_understood(string changes, int modules)
    {
        var config = JsonNode.Parse("""{"peft_type": "LORA", "r": 2, "lora_alpha": 4, "target_modules": ["q_proj"]}""")!.AsObject();
        foreach (var (key, value) in JsonNode.Parse(changes)!.AsObject())
            config[key] = value?.DeepClone();
        string file = Path.Combine(folder, "adapter_config.json");
        File.WriteAllText(file, config.ToJsonString());
        using var decoder = TestDecoder.Initialise(LoraTests.Small, seed: 1);
        var targets = LoraTargets.Of(PeftConfig.Read(file), decoder);
        Assert.Equal(modules, targets.LowRank.Count);
        Assert.Equal(config.ContainsKey("rank_pattern") ? [2, 5] : [2, 2, 2, 2], targets.LowRank.Select(t => t.Rank));
    }

    [Fact]
    public void A_pickle_file_is_refused_with_the_way_out()
    {
        File.WriteAllText(
            Path.Combine(folder, "adapter_config.json"),
            """{"peft_type": "LORA", "r": 2, "lora_alpha": 4, "target_modules": ["q_proj"]}"""
        );
        File.WriteAllText(Path.Combine(folder, "adapter_model.bin"), "");
        using var decoder = TestDecoder.Initialise(LoraTests.Small, seed: 1);
        string refusal = Assert.Throws<InputException>(() => PeftDirectory.Open(folder, decoder)).Message;
        Assert.Contains("pickle", refusal);
        Assert.Contains("adapter_model.safetensors", refusal);
    }

    [Fact]
    public void A_directory_with_files_is_not_written_over()
    {
        using var decoder = TestDecoder.Initialise(LoraTests.Small, seed: 1);
        using var adapter = LoraAdapter.Attach(decoder, new LoraOptions(), 0, "test");
        File.WriteAllText(Path.Combine(folder, "mine.txt"), "");
        Assert.Contains("not empty", Assert.Throws<InputException>(() => PeftDirectory.Save(folder, adapter)).Message);
        Assert.Single(Directory.EnumerateFileSystemEntries(folder));
    }

    [Fact]
    public void All_linear_is_written_as_the_names_it_stands_for_and_is_read_back()
    {
        using var decoder = TestDecoder.Initialise(LoraTests.Small with { FusedProjections = true }, seed: 1);
        string path = Path.Combine(folder, "adapter");
        using (var adapter = LoraAdapter.Attach(decoder, new LoraOptions { Rank = 2, Layers = [1] }, 0, "test"))
        {
            PeftDirectory.Save(path, adapter);
        }
        Assert.Equal(
            ["down_proj", "gate_up_proj", "o_proj", "qkv_proj"],
            Config(path)["target_modules"]!.AsArray().Select(t => t!.GetValue<string>())
        );
        using var again = PeftDirectory.Open(path, decoder);
        Assert.Equal(8, again.Parameters.Count);
        Assert.All(again.Parameters.Names, n => Assert.Contains("layers.1.", n));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
