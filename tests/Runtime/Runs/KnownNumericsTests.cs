using DcrDsl.Execution.Numerics;
using DcrDsl.Planning;
using DcrDsl.Store;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>Versions of the numerics that are taken from the store instead of being read again.</summary>
public sealed class KnownNumericsTests : IDisposable
{
    static readonly IReadOnlyList<StageRunNode> Runs = Plan.Of(FakeExperiment.Of(), Selection.Everything).StageRuns;

    readonly string folder = Directory.CreateTempSubdirectory("dcrdsl").FullName;

    string File => Path.Combine(folder, "code.json");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    string[] Versions(bool keeps = true)
    {
        var known = new KnownNumerics(folder);
        string[] versions = [.. Runs.Select(known.Of)];
        if (keeps)
            known.Keep(makesStore: false);
        return versions;
    }

    static string[] Read => [.. Runs.Select(r => NumericsVersion.Of(r).Digest)];

    Dictionary<string, KnownVersion> Kept => CheckedFile.Read(File, StoreJson.Default.DictionaryStringKnownVersion)!;

    void Change(Func<KnownVersion, KnownVersion> change) =>
        CheckedFile.Write(File, Kept.ToDictionary(k => k.Key, k => change(k.Value)), StoreJson.Default.DictionaryStringKnownVersion);

    [Fact]
    public void They_are_those_of_reading_and_are_believed_the_next_time()
    {
        Assert.Equal(Read, Versions());
        Assert.Equal(Read, Versions());

        Change(v => v with { Digest = "believed" });
        Assert.All(Versions(), v => Assert.Equal("believed", v));
    }

    [Theory]
    [InlineData("DcrDsl")]
    [InlineData("DcrDsl.Specs")]
    [InlineData("DcrDsl.Runtime.Tests")]
    [InlineData("TorchSharp")]
    public void An_assembly_that_is_another_now_has_them_read_again(string assembly)
    {
        Versions();
        Assert.Contains(Kept.Values, v => v.Code.ContainsKey(assembly));
        Change(v => new("not so", v.Code.ToDictionary(c => c.Key, c => c.Key == assembly ? Guid.NewGuid().ToString("N") : c.Value)));
        string[] now = Versions();
        Assert.All(Read.Zip(now), v => Assert.True(v.Second == v.First || v.Second == "not so"));
        Assert.Contains(now.Zip(Read), v => v.First == v.Second);
        if (assembly is not "DcrDsl.Runtime.Tests")
            Assert.Equal(Read, now);
    }

    [Fact]
    public void An_assembly_that_is_gone_has_them_read_again()
    {
        Versions();
        Change(v => new("not so", new(v.Code) { ["Gone"] = "x" }));
        Assert.Equal(Read, Versions());
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("edited")]
    public void A_file_that_is_not_what_was_written_is_not_believed(string content)
    {
        Versions();
        string text = System.IO.File.ReadAllText(File);
        System.IO.File.WriteAllText(File, content == "edited" ? text.Replace(Read[0], new string('0', 64)) : content);
        Assert.Equal(Read, Versions());
    }

    [Fact]
    public void Only_a_run_makes_the_folder_of_a_store()
    {
        string root = Path.Combine(folder, "store");
        var known = new KnownNumerics(root);
        known.Of(Runs[^1]);
        known.Keep(makesStore: false);
        Assert.False(Directory.Exists(root));
        known.Keep(makesStore: true);
        Assert.True(System.IO.File.Exists(Path.Combine(root, "code.json")));
    }
}
