using DcrDsl.FileSystem;
using DcrDsl.Runtime.Tests.Runs.Checkpoints;
using DcrDsl.Store;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>
/// Every single operation by which results come into the store fails once, or the process ends during it: the run has what a whole one has,
/// or the next one, and nobody uses half an entry.
/// </summary>
public sealed class StoreFaultTests
{
    [Fact]
    public async Task Whatever_fails_the_run_goes_on_and_says_so()
    {
        string[] whole = await Whole();
        int operations = 0;
        for (bool failed = true; failed; )
        {
            using var store = new CountedStore();
            var disk = new FaultyDisk(++operations, ends: false);
            Assert.Equal(whole, await store.Run(disk: disk));
            failed = disk.Failed;
            // Once an entry has its name, that the name is not yet on the disk is no loss to this run.
            Assert.InRange(store.Warnings.Length, 0, failed ? 1 : 0);
            Assert.All(
                store.Warnings,
                w =>
                    Assert.Equal(
                        $"The store {store.Folder} cannot be written: No space left on device. The run goes on and keeps its results in "
                            + "its own folder only.",
                        w
                    )
            );
            await AssertRecovers(store, whole);
        }
        Assert.InRange(operations, 40, 200);
    }

    [Fact]
    public async Task Wherever_the_process_ends_the_next_one_recovers()
    {
        string[] whole = await Whole();
        for (int at = 1; ; at++)
        {
            using var store = new CountedStore();
            var disk = new FaultyDisk(at, ends: true);
            if (await Record.ExceptionAsync(() => store.Run(disk: disk)) is { } ended)
                Assert.Contains(nameof(KilledException), ended.Message);
            await AssertRecovers(store, whole);
            if (!disk.Failed)
                return;
        }
    }

    static async Task<string[]> Whole()
    {
        using var store = new CountedStore();
        return await store.Run();
    }

    static async Task AssertRecovers(CountedStore store, string[] whole)
    {
        Assert.All(store.Entries, e => Assert.Null(e.Fault()));
        Assert.Equal(whole, await store.Run());
        Assert.Empty(store.Warnings);
        Assert.Equal(whole, await store.Run());
        Assert.Empty(store.Ran);
        Assert.Equal(5, store.Entries.Count);
    }

    /// <summary>What is half written or half removed bears the name of its process, and goes when that is gone.</summary>
    [Fact]
    public async Task What_a_process_has_left_goes_when_it_is_gone()
    {
        using var store = new CountedStore();
        await store.Run();
        string entry = store.Entries[0].Directory,
            numerics = Directory.GetFiles(Path.Combine(store.Folder, "numerics"))[0],
            digests = Path.Combine(store.Folder, "digests.json");
        var gone = ProcessIdentity.Own with { Process = 0x7fffffff }; // above the largest that systems give
        var elsewhere = gone with { Space = "another" };
        string[] left = [AsideName.Of(entry, gone, 1), AsideName.Of(numerics, gone, 2), AsideName.Of(digests, gone, 3)],
            kept = [AsideName.Of(entry, ProcessIdentity.Own, 999), AsideName.Of(entry, elsewhere, 1)],
            old = [AsideName.Of(entry, elsewhere, 2), entry + ".123-abc.part"];
        foreach (string folder in left.Concat(kept).Concat(old))
            if (folder.StartsWith(entry, StringComparison.Ordinal))
                File.WriteAllText(Path.Combine(Directory.CreateDirectory(folder).FullName, "weights.safetensors"), "half");
            else
                File.WriteAllText(folder, "half");
        foreach (string folder in old)
            Directory.SetLastWriteTimeUtc(folder, DateTime.UtcNow.AddDays(-2));

        Assert.Equal(5, store.Entries.Count);
        await store.Run();
        Assert.All(left, f => Assert.True(Path.Exists(f), "nothing was written, so nothing is tidied up"));
        await store.Run("DCR");

        Assert.Equal(kept, left.Concat(kept).Concat(old).Where(Path.Exists));
        Assert.Equal(0, new StageStore(store.Folder).RemoveLeftovers());
    }

    /// <summary>A later run that keeps models puts them beside what is known of them already.</summary>
    [Fact]
    public async Task An_entry_without_its_result_gives_way_to_one_with_it_whatever_fails()
    {
        using var store = new CountedStore();
        await store.Run();
        var learn = store.Entries.Single(e => e.Manifest.Run.Id == "seed0-Learn");
        byte[] weights = File.ReadAllBytes(learn.PathOf("weights.safetensors"));
        for (int at = 1; ; at++)
        {
            var real = new StageStore(store.Folder);
            real.Remove(learn);
            real.Put(learn.Manifest with { Keeps = false }, _ => { });
            var disk = new FaultyDisk(at, ends: false);
            var fault = Record.Exception(() => new StageStore(store.Folder, disk).Put(learn.Manifest, Write));
            Assert.True(fault is null or IOException);
            if (real.Find(learn.Manifest.Key) is { } entry)
                Assert.Null(entry.Fault());
            real.Put(learn.Manifest, Write);
            Assert.True(real.Find(learn.Manifest.Key)!.Manifest.Keeps);
            real.Put(learn.Manifest with { Keeps = false }, _ => { });
            Assert.Equal(weights, File.ReadAllBytes(real.Find(learn.Manifest.Key)!.PathOf("weights.safetensors")));
            if (!disk.Failed)
                return;
        }

        void Write(string directory) => File.WriteAllBytes(Path.Combine(directory, "weights.safetensors"), weights);
    }

    /// <summary>What is there is used; that nothing can be kept is told once, and changes nothing.</summary>
    [Fact]
    public async Task A_store_that_may_only_be_read_is_read()
    {
        using var store = new CountedStore();
        await store.Run();
        string[] before = store.Contents();
        using var apart = new CountedStore();
        string[] whole = await apart.Run("STL-aug");

        Assert.Equal(whole, await store.Run("STL-aug", new ReadOnlyDisk()));

        Assert.Equal(["AlignAug", "Score"], store.Ran.Order(StringComparer.Ordinal));
        Assert.Equal(
            $"The store {store.Folder} cannot be written: Read-only file system. The run goes on and keeps its results in its "
                + "own folder only.",
            Assert.Single(store.Warnings)
        );
        Assert.Equal(before, store.Contents());
    }

    /// <summary>What is damaged stays where it is and is not used.</summary>
    [Fact]
    public async Task A_damaged_entry_of_a_store_that_may_only_be_read_stays_unused()
    {
        using var store = new CountedStore();
        string[] whole = await store.Run();
        File.AppendAllText(Path.Combine(store.EntryOf("seed0-Learn-Align-Score"), "completions.jsonl"), "!");
        string[] before = store.Contents();

        Assert.Equal(whole, await store.Run(disk: new ReadOnlyDisk()));

        Assert.Contains(store.Warnings, w => w.Contains("It cannot be moved away and stays, unused, and what it held is computed again."));
        Assert.Equal(before, store.Contents());
    }

    sealed class ReadOnlyDisk : Disk
    {
        public override void CreateFolder(string path)
        {
            if (!Directory.Exists(path))
                Refuse();
        }

        public override void Write(string path, Action<Stream> write) => Refuse();

        public override void Fill(string folder, Action<string> write) => Refuse();

        public override void Replace(string from, string to) => Refuse();

        public override void Rename(string from, string to) => Refuse();

        public override void Remove(string folder) => Refuse();

        static void Refuse() => throw new IOException("Read-only file system");
    }
}
