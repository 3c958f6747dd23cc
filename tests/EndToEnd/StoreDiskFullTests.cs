using System.Diagnostics;
using DcrDsl.Results;

namespace DcrDsl.EndToEnd.Tests;

/// <summary>A store on a small disk of its own, which is full before the run is over.</summary>
public sealed class StoreDiskFullTests
{
    [Fact]
    public async Task A_full_disk_costs_no_result_and_what_is_kept_is_whole()
    {
        using var folder = new CommandLine.TemporaryFolder();
        string disk = Directory.CreateDirectory(folder.In("disk")).FullName;
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a small disk of its own takes Linux's tmpfs");
        Assert.SkipUnless(await Mounts("-t", "tmpfs", "-o", "size=600k", "tmpfs", disk), "mounting a tmpfs takes root");
        try
        {
            var first = await Run("first");
            Assert.Equal(0, first.Code);
            Assert.Contains($"The store {Path.Combine(disk, "store")} cannot be written: No space left on device", Words(first.Errors));
            Assert.Contains("The run goes on and keeps its results in its own folder only.", Words(first.Errors));
            Assert.DoesNotContain("   at ", first.Errors);
            Assert.Equal(0, (await CommandLine.RunIn(folder.Path, "store", "verify", "--store", "disk/store")).Code);

            // Room is made, and the same command goes on from what is there.
            Assert.True(await Mounts("-o", "remount,size=64m", disk));
            Assert.Equal(0, (await Run("second")).Code);
            RunResults before = RunResults.Load(folder.In("first")),
                now = RunResults.Load(folder.In("second"));
            Assert.Contains(now.StageRuns, r => r.Stored);
            Assert.Contains(now.StageRuns, r => !r.Stored);
            Assert.Equal(before.Cells.Select(c => c.Id), now.Cells.Select(c => c.Id));
            Assert.All(before.Cells.Zip(now.Cells), c => Assert.Equal(c.First.Metrics, c.Second.Metrics));
            Assert.Equal(0, (await Run("third")).Code);
            Assert.All(RunResults.Load(folder.In("third")).StageRuns, r => Assert.True(r.Stored));
        }
        finally
        {
            await Started("umount", disk);
        }

        Task<CommandLine.Answer> Run(string run) =>
            CommandLine.RunIn(folder.Path, "run", "smoke", "--threads", "1", "--store", "disk/store", "--out", run);
    }

    static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    static async Task<bool> Mounts(params string[] arguments) => await Started("mount", arguments) == 0;

    static async Task<int> Started(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            await process.WaitForExitAsync(CancellationToken.None);
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1; // there is no such program
        }
    }
}
