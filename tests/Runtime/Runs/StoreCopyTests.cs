using System.Text.Json.Nodes;
using DcrDsl.Definition;
using DcrDsl.Models.Checkpoints;
using DcrDsl.Store;
using TorchSharp;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>Results go from one store into another whole and verified, or not at all.</summary>
public sealed class StoreCopyTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("dcrdsl").FullName;
    int runs;

    public void Dispose() => Directory.Delete(root, recursive: true);

    string In(string name) => Path.Combine(root, name);

    static ExperimentDefinition Experiment =>
        FakeExperiment.Of(
            [FakeExperiment.Axis("Dcr.Steps", 10, 20)],
            train: (stage, model, run) =>
            {
                using var gradients = torch.no_grad();
                model.Decoder.Parameters["model.norm.weight"].mul_(1 + 0.01 * (run.Seed + 1)).add_(stage == "Dcr" ? 0.1 : 0.03);
            }
        );

    static Task<(int Code, string Output, string Error)> Run(params string[] arguments) => InProcess.Run(Experiment, arguments);

    Task<(int Code, string Output, string Error)> RunIn(string store, params string[] rest) =>
        Run(["run", "fake", .. rest, "--store", In(store), "--out", In(FormattableString.Invariant($"run{++runs}"))]);

    StageStore Store(string name) => new(In(name));

    StoreEntry Entry(string store, string id) => Store(store).All().Single(e => e.Manifest.Run.Id == id);

    [Fact]
    public async Task An_experiment_is_copied_and_runs_nothing_elsewhere()
    {
        await RunIn("a");
        var (code, output, error) = await Run("store", "export", "fake", In("b"), "--store", In("a"));
        Assert.Equal(0, code);
        Assert.Contains("48 of the 48 stage runs of fake are in the store.", error);
        Assert.Contains("48 results copied, ", output);
        Assert.Contains("nothing is left to run", (await Run("plan", "fake", "--store", In("b"))).Output);

        (code, output, _) = await Run("store", "import", In("b"), "--store", In("c"));
        Assert.Equal(0, code);
        Assert.Contains("48 results copied, ", output);
        Assert.Contains("nothing is left to run", (await Run("plan", "fake", "--store", In("c"))).Output);
        Assert.StartsWith("48 results are as they were written, 0 are not.", (await Run("store", "verify", "--store", In("c"))).Output);
        foreach (var entry in Store("a").All())
            Assert.Equal(entry.Manifest.Files, Store("c").Find(entry.Manifest.Key)!.Manifest.Files);

        Assert.Contains(
            "0 results copied, 0 B, to " + In("b") + "; 48 were there already.",
            (await Run("store", "export", "fake", In("b"), "--store", In("a"))).Output
        );
    }

    [Fact]
    public async Task A_key_brings_what_it_begins_with()
    {
        await RunIn("a", "--arm", "DCR", "--seed", "0", "--set", "Dcr.Steps=20");
        string key = Entry("a", "seed0-Learn-Dcr.steps20").Manifest.Key;

        var (code, output, _) = await Run("store", "export", key[..10], In("b"), "--store", In("a"));

        Assert.Equal(0, code);
        Assert.Contains("3 results copied, ", output);
        Assert.Equal(
            ["seed0-Base", "seed0-Learn", "seed0-Learn-Dcr.steps20"],
            Store("b").All().Select(e => e.Manifest.Run.Id).Order(StringComparer.Ordinal)
        );
        Assert.Contains(
            "3 are to run",
            (await Run("plan", "fake", "--arm", "DCR", "--seed", "0", "--set", "Dcr.Steps=20", "--store", In("b"))).Output
        );
    }

    [Fact]
    public async Task A_model_is_written_as_it_was_trained()
    {
        await RunIn("a", "--arm", "STL", "--seed", "0,7", "--export", "Align");
        string key = Entry("a", "seed7-Learn-Align").Manifest.Key;

        var (code, output, _) = await Run("store", "export", key, In("b"), "--models", "--store", In("a"));

        Assert.Equal(0, code);
        Assert.Contains("1 model written to ", output);
        string written = Assert.Single(Directory.GetDirectories(In("b"), "seed7-Learn-Align-*", SearchOption.AllDirectories)),
            exported = Path.Combine(In("run1"), "models", "seed7-Learn-Align");
        foreach (string file in Directory.GetFiles(exported))
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(written, Path.GetFileName(file))));
        HuggingFaceDirectory.Open(written, torch.CPU).Dispose();

        Assert.Contains("0 models written", (await Run("store", "export", key, In("b"), "--models", "--store", In("a"))).Output);
    }

    [Fact]
    public async Task A_model_that_is_declared_otherwise_now_or_not_kept_is_not_written()
    {
        await RunIn("a", "--arm", "STL", "--seed", "0", "--keep", "none");
        string[] export = ["store", "export", "fake", In("b"), "--models", "--store", In("a")];
        var (code, output, error) = await Run(export);
        Assert.Equal(0, code);
        Assert.Contains("1 model written", output); // the base model, which is made again
        Assert.Contains("The model of seed0-Learn ", error);
        Assert.Contains("is not written: its weights are not kept.", error);

        string key = Entry("a", "seed0-Learn").Manifest.Key;
        var changed = Experiment.With(("Base", new Specs.ToyLlama { Layers = 3 }));
        (code, output, error) = await InProcess.Run(changed, "store", "export", key, In("c"), "--models", "--store", In("a"));
        Assert.Equal(0, code);
        Assert.Contains("0 models written", output);
        Assert.Contains("fake does not declare it so any more", error);
    }

    [Fact]
    public async Task What_is_damaged_is_named_and_not_copied()
    {
        await RunIn("a", "--arm", "STL", "--seed", "0");
        string weights = Path.Combine(Entry("a", "seed0-Learn").Directory, "weights.safetensors");
        byte[] bytes = await File.ReadAllBytesAsync(weights, TestContext.Current.CancellationToken);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(weights, bytes, TestContext.Current.CancellationToken);

        var (code, output, error) = await Run("store", "import", In("a"), "--store", In("b"));

        Assert.Equal(1, code);
        Assert.Contains("4 results copied", output);
        Assert.Contains("seed0-Learn", Entry("a", "seed0-Learn").Manifest.Run.Id);
        Assert.Contains("is not copied: weights.safetensors is not what was written: its digest differs", error);
        Assert.DoesNotContain(Store("b").All(), e => e.Manifest.Run.Id == "seed0-Learn");
        Assert.Empty(Directory.EnumerateFileSystemEntries(In("b"), "*.part", SearchOption.AllDirectories));

        // A damaged copy is set aside and copied again.
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(weights, bytes, TestContext.Current.CancellationToken);
        string copy = Path.Combine(Entry("b", "seed0-Learn-Align").Directory, "weights.safetensors");
        await File.AppendAllTextAsync(copy, "!", TestContext.Current.CancellationToken);
        (code, output, error) = await Run("store", "import", In("a"), "--store", In("b"));
        Assert.Equal(0, code);
        Assert.Contains("2 results copied", output);
        Assert.Contains("is copied again", error);
        Assert.StartsWith("5 results are as they were written, 0 are not.", (await Run("store", "verify", "--store", In("b"))).Output);
    }

    /// <summary>A store may come from somebody else.</summary>
    [Fact]
    public async Task A_manifest_that_names_files_elsewhere_copies_nothing()
    {
        await RunIn("a", "--arm", "STL", "--seed", "0");
        await File.WriteAllTextAsync(In("secret"), "x", TestContext.Current.CancellationToken);
        string manifest = Path.Combine(Entry("a", "seed0-Learn").Directory, "manifest.json");
        var json = JsonNode.Parse(await File.ReadAllTextAsync(manifest, TestContext.Current.CancellationToken))!;
        json["files"]![0]!["name"] = "../../../../secret";
        byte[] written = System.Text.Encoding.UTF8.GetBytes(json.ToJsonString());
        await File.WriteAllBytesAsync(manifest, written, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            Path.ChangeExtension(manifest, ".sha256"),
            $"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(written))}  manifest.json\n",
            TestContext.Current.CancellationToken
        );

        var (code, _, error) = await Run("store", "import", In("a"), "--store", In("b"));

        Assert.Equal(1, code);
        Assert.Contains("its manifest names the file ../../../../secret, which is not in it", error);
        Assert.DoesNotContain(Store("b").All(), e => e.Manifest.Run.Id == "seed0-Learn");
    }

    [Fact]
    public async Task What_cannot_be_copied_is_said()
    {
        await RunIn("a", "--arm", "STL", "--seed", "0");
        Directory.CreateDirectory(In("other"));
        await File.WriteAllTextAsync(Path.Combine(In("other"), "mine.txt"), "x", TestContext.Current.CancellationToken);
        await Says("has files and is no store", "store", "export", "fake", In("other"), "--store", In("a"));
        await Says("is the store itself", "store", "export", "fake", In("a"), "--store", In("a"));
        await Says("is no store: it has no folder 'entries'", "store", "import", In("other"), "--store", In("a"));
        await Says("has no result whose key begins with 'zz'", "store", "export", "zz", In("b"), "--store", In("a"));
        await Says("has nothing that a run of fake takes", "store", "export", "fake", In("b"), "--store", In("none"));
        Assert.False(Directory.Exists(In("b")));
        Assert.Equal(2, (await Run("store", "export", "fake", "--store", In("a"))).Code);

        static async Task Says(string sentence, params string[] arguments)
        {
            var (code, _, error) = await Run(arguments);
            Assert.Equal(1, code);
            Assert.Contains(sentence, error);
        }
    }
}
