using System.Text.Json.Nodes;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>
/// Whatever happens to a file of the store, a sentence says so, what was there is set aside, and the run finds what it found before.
/// </summary>
public sealed class DamagedStoreTests
{
    public static TheoryData<string, string, string, string> Damages
    {
        get
        {
            var all = new TheoryData<string, string, string, string>();
            foreach (var (run, file) in new[] { ("seed0-Learn", "weights.safetensors"), ("seed0-Learn-Align-Score", "completions.jsonl") })
            {
                all.Add(run, file, "flip", $"{file} is not what was written: its digest differs. It lies in ");
                all.Add(run, file, "cut", $"{file} has ");
                all.Add(run, file, "empty", $"{file} has 0 bytes instead of ");
                all.Add(run, file, "gone", $"{file} is missing. It lies in ");
                all.Add(run, file, "folder", $"{file} is missing. It lies in ");
                all.Add(run, file, "loop", $"{file} ");
                all.Add(run, "manifest.json", "flip", "manifest");
                all.Add(run, "manifest.sha256", "flip", "its manifest was changed: manifest.sha256 has another digest");
                all.Add(run, "manifest.sha256", "gone", "cannot be read");
                all.Add(run, "manifest.json", "cut", "manifest.json cannot be read");
                all.Add(run, "manifest.json", "empty", "manifest.json cannot be read");
                all.Add(run, "manifest.json", "gone", "manifest.json cannot be read");
                all.Add(run, "manifest.json", "folder", "manifest.json cannot be read");
                all.Add(run, "manifest.json", "loop", "manifest.json cannot be read");
                all.Add(run, "", "file", ": it is no folder. It lies in ");
                all.Add(run, "", "loop", ": it is no folder. It lies in ");
            }
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task It_is_named_set_aside_and_computed_again(string run, string file, string how, string sentence)
    {
        using var store = new CountedStore();
        string[] first = await store.Run();
        // Weights are read when something begins with them.
        string arm = run == "seed0-Learn" ? "STL-aug" : "STL";
        using var apart = new CountedStore();
        string[] whole = arm == "STL" ? first : await apart.Run(arm);
        Damage(Path.Combine(store.EntryOf(run), file), how);

        Assert.Equal(whole, await store.Run(arm));

        Assert.Contains(sentence, Assert.Single(store.Warnings));
        Assert.Contains(", and what it held is computed again.", store.Warnings[0]);
        Assert.Contains(run == "seed0-Learn" ? "Learn" : "Score", store.Ran);
        Assert.Single(Directory.EnumerateFileSystemEntries(Path.Combine(store.Folder, "damaged")));
        Assert.Equal(whole, await store.Run(arm));
        Assert.Empty(store.Ran);
        Assert.Empty(store.Warnings);
    }

    /// <summary>What is only known, and can be found out again, is found out again.</summary>
    [Theory]
    [InlineData("digests.json", "cut")]
    [InlineData("digests.json", "flip")]
    [InlineData("digests.json", "empty")]
    [InlineData("digests.json", "null")]
    [InlineData("digests.json", "folder")]
    [InlineData("digests.json", "loop")]
    [InlineData("numerics", "cut")]
    [InlineData("numerics", "flip")]
    [InlineData("numerics", "empty")]
    [InlineData("numerics", "null")]
    [InlineData("numerics", "folder")]
    [InlineData("numerics", "loop")]
    public async Task What_is_known_beside_the_results_is_found_out_again(string what, string how)
    {
        using var store = new CountedStore();
        string[] whole = await store.Run();
        string digests = Path.Combine(store.Folder, "digests.json");
        File.WriteAllText(digests, "{}");
        foreach (string file in what == "numerics" ? Directory.GetFiles(Path.Combine(store.Folder, what)) : [digests])
            Damage(file, how);

        Assert.Equal(whole, await store.Run());
        Assert.Empty(store.Ran);
        Assert.Empty(store.Warnings);
        using var apart = new CountedStore();
        Assert.Equal(await apart.Run("DCR"), await store.Run("DCR"));
        Assert.DoesNotContain("Learn", store.Ran);
    }

    /// <summary>A file lies where folders of the store should be.</summary>
    [Theory]
    [InlineData("entries")]
    [InlineData("numerics")]
    [InlineData("checkpoints")]
    [InlineData("damaged")]
    public async Task A_file_in_the_place_of_a_folder_costs_the_run_nothing(string folder)
    {
        using var store = new CountedStore();
        Directory.CreateDirectory(store.Folder);
        string way = Path.Combine(store.Folder, folder);
        File.WriteAllText(way, "in the way");
        using var apart = new CountedStore();

        Assert.Equal(await apart.Run(), await store.Run());

        Assert.InRange(store.Warnings.Length, 0, 1);
        Assert.All(store.Warnings, w => Assert.StartsWith($"The store {store.Folder} cannot be written: ", w));
        Assert.Equal("in the way", File.ReadAllText(way));
    }

    [Fact]
    public async Task A_later_format_is_named_and_left_alone()
    {
        using var store = new CountedStore();
        await store.Run();
        string path = Path.Combine(store.EntryOf("seed0-Learn"), "manifest.json");
        var manifest = JsonNode.Parse(File.ReadAllText(path))!;
        manifest["format"] = 1000;
        File.WriteAllText(path, manifest.ToJsonString());
        string[] before = store.Contents();

        var mistake = await Assert.ThrowsAsync<InputException>(() => store.Run());

        Assert.StartsWith($"{path} is of format 1000, and this version of DcrDsl reads ", mistake.Message);
        Assert.Equal(before, store.Contents());
    }

    static void Damage(string path, string how)
    {
        byte[] bytes = File.Exists(path) ? File.ReadAllBytes(path) : [];
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
        switch (how)
        {
            case "flip":
                bytes[bytes.Length / 2] ^= 1;
                File.WriteAllBytes(path, bytes);
                break;
            case "cut":
                File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
                break;
            case "empty" or "file":
                File.WriteAllBytes(path, []);
                break;
            case "null":
                File.WriteAllText(path, "{\"a\": null}");
                break;
            case "folder":
                Directory.CreateDirectory(path);
                break;
            case "loop":
                File.CreateSymbolicLink(path, path);
                break;
        }
    }
}
