using System.Text.Json.Nodes;
using DcrDsl.Models;
using DcrDsl.Models.Checkpoints;
using DcrDsl.Models.LowRank;
using DcrDsl.Models.SafeTensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Models;

/// <summary>Model directories that are written: read back they are the same model, and what belongs to it goes with it.</summary>
public sealed class HuggingFaceSaveTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("dcrdsl").FullName;

    string Target => Path.Combine(folder, "saved");

    public static TheoryData<string, string> Cases => GoldenDecoder.All();

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Cases))]
    public void Saved_in_its_own_format_every_tensor_keeps_its_bytes_and_every_key_of_the_configuration_its_value(
        string name,
        string configFile
    )
    {
        if (configFile != "config.json")
            Assert.Skip("another description of the same weights");
        string source = Path.Combine(Golden.Folder("models"), name);
        using var before = WeightFiles.Open(source);
        var stored = before.Entry("model.embed_tokens.weight").Type;
        using (var decoder = HuggingFaceDirectory.Open(source, CPU, stored))
            HuggingFaceDirectory.Save(Target, decoder);

        using (var after = WeightFiles.Open(Target))
        {
            Assert.Equal(before.Names.Where(n => after.Names.Contains(n)).Order(), after.Names.Order());
            foreach (string tensor in after.Names)
                Assert.Equal(before.Bytes(tensor), after.Bytes(tensor));
            Assert.All(
                before.Names.Except(after.Names),
                n => Assert.True(n.EndsWith("inv_freq", StringComparison.Ordinal) || n == "lm_head.weight", n)
            );
        }
        JsonObject old = Json(Path.Combine(source, "config.json")),
            now = Json(Path.Combine(Target, "config.json"));
        string dtype = stored switch
        {
            ScalarType.BFloat16 => "bfloat16",
            ScalarType.Float16 => "float16",
            _ => "float32",
        };
        Assert.Contains(dtype, new[] { now["dtype"]?.GetValue<string>(), now["torch_dtype"]?.GetValue<string>() });
        foreach (string key in (string[])["dtype", "torch_dtype"])
        foreach (var json in new[] { old, now })
            json.Remove(key);
        Assert.True(JsonNode.DeepEquals(old, now));
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Cases))]
    public void Opened_again_it_gives_the_same_logits_with_and_without_a_source(string name, string configFile)
    {
        using var golden = GoldenDecoder.Open(name, configFile);
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var tokens = TestDecoder.Tokens(golden.Decoder.Config, 2, 9);
        var expected = golden.Decoder.Head(golden.Decoder.Forward(tokens));
        foreach (bool known in (bool[])[true, false])
        {
            string target = Path.Combine(folder, known ? "with" : "without");
            golden.Decoder.SourceDirectory = known ? golden.Decoder.SourceDirectory : null;
            HuggingFaceDirectory.Save(target, golden.Decoder);
            using var again = HuggingFaceDirectory.Open(target, CPU);
            Assert.Equal(golden.Decoder.Config, again.Config);
            Assert.Equal(expected.bytes.ToArray(), again.Head(again.Forward(tokens)).bytes.ToArray());
        }
        string family = Json(Path.Combine(folder, "with", "config.json"))["model_type"]!.GetValue<string>();
        if (
            golden.Decoder.Config is
            { QueryKeyNorm: false, FusedProjections: false, NormAddsOne: false, SlidingWindow: null, QueryKeyValueBias: false }
        )
            family = "llama";
        Assert.Equal(family, Json(Path.Combine(folder, "without", "config.json"))["model_type"]!.GetValue<string>());
    }

    [Fact]
    public void Large_weights_are_cut_into_shards_in_order_with_an_index()
    {
        using var decoder = TestDecoder.Initialise(Lora.LoraTests.Small, seed: 1);
        long limit = decoder.Parameters["lm_head.weight"].numel() * 2; // in bfloat16 the embedding fills a shard
        HuggingFaceDirectory.Save(Target, decoder, ScalarType.BFloat16, limit);

        string[] files =
        [
            .. Directory.EnumerateFiles(Target, "*.safetensors").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal),
        ];
        Assert.True(files.Length > 3);
        Assert.Equal(Enumerable.Range(1, files.Length).Select(i => $"model-{i:00000}-of-{files.Length:00000}.safetensors"), files);
        var index = Json(Path.Combine(Target, "model.safetensors.index.json"));
        long numbers = decoder.Parameters.Sum(p => p.numel());
        Assert.Equal(
            (numbers, 2 * numbers),
            (index["metadata"]!["total_parameters"]!.GetValue<long>(), index["metadata"]!["total_size"]!.GetValue<long>())
        );
        foreach (string file in files)
        {
            using var shard = SafeTensorsFile.Open(Path.Combine(Target, file));
            Assert.Equal("pt", shard.Metadata["format"]);
            Assert.True(shard.Entries.Count == 1 || shard.Entries.Values.Sum(e => e.Length) <= limit);
        }
        string[] order = [.. decoder.Parameters.Names.Select(n => index["weight_map"]![n]!.GetValue<string>())];
        Assert.Equal(order.Order(StringComparer.Ordinal), order);
        using var again = HuggingFaceDirectory.Open(Target, CPU);
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        foreach (var (expected, actual) in decoder.Parameters.Zip(again.Parameters))
            Assert.True(expected.bfloat16().to(ScalarType.Float32).equal(actual).all().item<bool>());
    }

    [Fact]
    public void A_tensor_beyond_the_limit_has_a_file_of_its_own()
    {
        using var decoder = TestDecoder.Initialise(Lora.LoraTests.Small, seed: 1);
        HuggingFaceDirectory.Save(Target, decoder, shardSize: 1);
        Assert.Equal(decoder.Parameters.Count, Directory.EnumerateFiles(Target, "*.safetensors").Count());
        HuggingFaceDirectory.Open(Target, CPU).Dispose();
    }

    [Fact]
    public void Tokenizer_templates_and_generation_settings_go_with_it()
    {
        using (var decoder = TestDecoder.Initialise(Lora.LoraTests.Small, seed: 1))
            HuggingFaceDirectory.Save(Target, decoder);
        string[] wanted =
        [
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "generation_config.json",
            "chat_template.jinja",
            "additional_chat_templates/tool_use.jinja",
        ];
        Directory.CreateDirectory(Path.Combine(Target, "additional_chat_templates"));
        foreach (string file in wanted)
            File.WriteAllText(Path.Combine(Target, file), file);
        foreach (string file in (string[])["optimizer.pt", "model.safetensors.bak", "README.md"])
            File.WriteAllText(Path.Combine(Target, file), "");
        using var opened = HuggingFaceDirectory.Open(Target, CPU);
        using var trained = opened.Clone();
        string copy = Path.Combine(folder, "copy");

        HuggingFaceDirectory.Save(copy, trained);

        Assert.All(wanted, file => Assert.Equal(file, File.ReadAllText(Path.Combine(copy, file))));
        string[] all =
        [
            .. Directory
                .EnumerateFiles(copy, "*", SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(copy, f).Replace('\\', '/')),
        ];
        Assert.Equal(wanted.Append("config.json").Append("model.safetensors").Order(), all.Order());
    }

    /// <summary>A model's directory whose files are links into another one beside it.</summary>
    string Linked(string blobs, params string[] files)
    {
        string directory = Path.Combine(folder, "models--owner--name", "snapshots", "1a2b");
        using (var decoder = TestDecoder.Initialise(Lora.LoraTests.Small, seed: 1))
            HuggingFaceDirectory.Save(directory, decoder);
        string store = Directory.CreateDirectory(Path.Combine(folder, blobs)).FullName;
        foreach (string file in files)
        {
            string blob = Path.Combine(store, "0123abcd" + files.IndexOf(file)),
                link = Path.Combine(directory, file);
            File.WriteAllText(blob, file);
            Directory.CreateDirectory(Path.GetDirectoryName(link)!);
            File.CreateSymbolicLink(link, Path.GetRelativePath(Path.GetDirectoryName(link)!, blob));
        }
        return directory;
    }

    [Theory]
    [InlineData("models--owner--name/blobs")] // the cache of huggingface_hub
    [InlineData("other/hub/models--owner--name/blobs")] // its local_dir with links into the cache
    [InlineData("models--owner--name/snapshots/1a2b/own")]
    public void Links_within_the_directory_and_into_the_Hugging_Face_cache_are_followed(string blobs)
    {
        string[] files = ["tokenizer.json", "added_tokens.json", "additional_chat_templates/tool_use.jinja"];
        string copy = Path.Combine(folder, "copy"),
            alias = Path.Combine(folder, "alias");
        Directory.CreateSymbolicLink(alias, Linked(blobs, files));
        using var opened = HuggingFaceDirectory.Open(alias, CPU);

        HuggingFaceDirectory.Save(copy, opened);

        Assert.All(files, file => Assert.Equal(file, File.ReadAllText(Path.Combine(copy, file))));
        Assert.All(files, file => Assert.Null(new FileInfo(Path.Combine(copy, file)).LinkTarget));
    }

    [Theory]
    [InlineData("secrets", "added_tokens.json")]
    [InlineData("models--owner--name/snapshots/1a2b-not", "tokenizer_config.json")]
    [InlineData("blobs", "merges.txt")]
    [InlineData("secrets", "additional_chat_templates/tool_use.jinja")]
    public void A_link_to_a_foreign_file_is_an_error_that_names_both_and_writes_nothing(string blobs, string file)
    {
        string directory = Linked(blobs, file),
            copy = Path.Combine(folder, "copy");
        using var opened = HuggingFaceDirectory.Open(directory, CPU);

        string refusal = Assert.Throws<InputException>(() => HuggingFaceDirectory.Save(copy, opened)).Message;

        Assert.StartsWith(Path.Combine(directory, file), refusal);
        Assert.Contains(Path.Combine(blobs, "0123abcd0"), refusal);
        Assert.False(Directory.Exists(copy));
        Assert.Throws<InputException>(() => CompanionFiles.Check(directory));
    }

    [Fact]
    public void A_folder_of_templates_that_is_a_link_to_elsewhere_is_an_error()
    {
        string elsewhere = Directory.CreateDirectory(Path.Combine(folder, "elsewhere")).FullName;
        string directory = Linked("models--owner--name/blobs");
        File.WriteAllText(Path.Combine(elsewhere, "notes.jinja"), "");
        Directory.CreateSymbolicLink(Path.Combine(directory, "additional_chat_templates"), elsewhere);
        Assert.Contains("notes.jinja", Assert.Throws<InputException>(() => CompanionFiles.Check(directory)).Message);
    }

    [Fact]
    public void A_directory_with_files_stays_as_it_is_and_an_empty_one_is_filled()
    {
        using var decoder = TestDecoder.Initialise(Lora.LoraTests.Small, seed: 1);
        Directory.CreateDirectory(Target);
        HuggingFaceDirectory.Save(Target, decoder);
        byte[] weights = File.ReadAllBytes(Path.Combine(Target, "model.safetensors"));
        string refusal = Assert.Throws<InputException>(() => HuggingFaceDirectory.Save(Target, decoder)).Message;
        Assert.Contains(Target, refusal);
        Assert.Equal(weights, File.ReadAllBytes(Path.Combine(Target, "model.safetensors")));
        Assert.Single(Directory.EnumerateFileSystemEntries(folder));
    }

    [Fact]
    public void A_source_that_has_changed_is_a_mistake_and_leaves_nothing()
    {
        using (var decoder = TestDecoder.Initialise(Lora.LoraTests.Small, seed: 1))
            HuggingFaceDirectory.Save(Target, decoder);
        using var opened = HuggingFaceDirectory.Open(Target, CPU);
        string config = Path.Combine(Target, "config.json"),
            copy = Path.Combine(folder, "copy");
        var changed = Json(config);
        changed["rms_norm_eps"] = 1e-3;
        File.WriteAllText(config, changed.ToJsonString());
        Assert.Contains("another model", Assert.Throws<InputException>(() => HuggingFaceDirectory.Save(copy, opened)).Message);
        File.Delete(config);
        Assert.Contains(config, Assert.Throws<InputException>(() => HuggingFaceDirectory.Save(copy, opened)).Message);
        Assert.Single(Directory.EnumerateFileSystemEntries(folder));
    }

    [Fact]
    public void What_no_family_can_say_is_refused()
    {
        using var decoder = TestDecoder.Initialise(Lora.LoraTests.Small with { QueryKeyNorm = true, NormAddsOne = true }, seed: 1);
        Assert.Contains("family", Assert.Throws<InputException>(() => HuggingFaceDirectory.Save(Target, decoder)).Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    [Fact]
    public void An_attached_adapter_must_be_merged_first()
    {
        using var decoder = TestDecoder.Initialise(Lora.LoraTests.Small, seed: 1);
        using var adapter = LoraAdapter.Attach(decoder, new LoraOptions(), 0, "test");
        Assert.Throws<InvalidOperationException>(() => HuggingFaceDirectory.Save(Target, decoder));
    }

    static JsonObject Json(string path) => JsonNode.Parse(File.ReadAllText(path))!.AsObject();

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
