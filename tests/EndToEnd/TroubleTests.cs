using System.Diagnostics;
using DcrDsl.Results;

namespace DcrDsl.EndToEnd.Tests;

/// <summary>
/// Disks that are full, streams that are closed, terminals that go away: nothing ends with an abort, and what is on disk is whole.
/// </summary>
public class TroubleTests
{
    const int Aborted = 134;

    [Theory]
    [InlineData("list", ">/dev/full", 1)]
    [InlineData("plan smoke", ">/dev/full", 1)]
    [InlineData("show smoke --source", ">/dev/full", 1)]
    [InlineData("--help", ">/dev/full", 1)]
    [InlineData("show smoke", ">/dev/full 2>/dev/full", 1)]
    [InlineData("show smoke", "2>/dev/full", 0)]
    [InlineData("show smoke", "2>&-", 0)]
    [InlineData("show smoke", ">&- 2>&- <&-", 0)]
    [InlineData("show smoke", "| head -1", 0)]
    [InlineData("plan smoke --arm none", "2>/dev/full", 1)]
    public async Task A_stream_that_is_full_or_closed_ends_no_verb(string arguments, string streams, int code)
    {
        SkipWithoutShell();
        using var folder = new CommandLine.TemporaryFolder();
        var answer = await Shell(folder.Path, $"set -o pipefail; {Program} {arguments} {streams}");
        Assert.Equal(code, answer.Code);
        Assert.DoesNotContain("   at ", answer.Errors);
        if (streams == ">/dev/full")
            Assert.Equal("What was to be shown could not be written: No space left on device.", answer.Errors.Trim());
    }

    [Theory]
    [InlineData(">/dev/full 2>/dev/full", 1)]
    [InlineData(">&- 2>&- <&-", 0)]
    public async Task A_run_without_its_streams_has_all_its_files(string streams, int code)
    {
        SkipWithoutShell();
        using var folder = new CommandLine.TemporaryFolder();
        var answer = await Shell(folder.Path, $"{Program} run smoke --arm base,STL --out run {streams}");
        Assert.Equal(code, answer.Code);
        Assert.Equal(["base-seed0", "stl-seed0"], RunResults.Load(folder.In("run")).Cells.Select(c => c.Id));
        Assert.True(File.Exists(folder.In("run", "report.html")));
    }

    /// <summary>A limit on the size of files does what a full disk does: a file can be made, and nothing written into it.</summary>
    [Fact]
    public async Task A_run_that_can_write_nothing_makes_no_folder_and_says_what_failed()
    {
        SkipWithoutShell();
        using var folder = new CommandLine.TemporaryFolder();
        var answer = await Shell(
            folder.Path,
            $"trap '' XFSZ; ulimit -f 0; DOTNET_EnableWriteXorExecute=0 TMPDIR=/nonexistent {Program} run smoke 2>&1 | cat"
        );
        Assert.Contains("The run's files cannot be written: ", answer.Output);
        Assert.Contains(Path.Combine("runs", "smoke", "001", "experiment.json"), answer.Output);
        Assert.DoesNotContain("errors", answer.Output);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.In("runs", "smoke")));
    }

    /// <summary>
    /// A small disk that fills up in the middle of a run: what is on it decides whether the run can go on, and with room the same command
    /// ends it.
    /// </summary>
    [Theory]
    [InlineData("--out full/run --store store", 24, 1, "The run ends here, as a file of it cannot be written: No space left on device")]
    [InlineData(
        "--out full/run --store store --export Align",
        160,
        1,
        "full/run/models/seed0-Learn-Align",
        "cannot be written (No space left"
    )]
    [InlineData("--out run --store full/store", 24, 0, "The store ", "cannot be written: No space left on device")]
    [InlineData(
        "--out run --store full/store --checkpoint-every 2",
        24,
        0,
        "no checkpoint after step 2, as it cannot be written (No space"
    )]
    [InlineData("--out run --store store --tensorboard full/board", 24, 0, "no further events, as they cannot be written (No space left")]
    public async Task A_disk_that_fills_up_costs_what_is_on_it_and_a_sentence(string options, int kilobytes, int code, params string[] said)
    {
        SkipWithoutShell();
        using var folder = new CommandLine.TemporaryFolder();
        Assert.SkipUnless(
            (await Shell(folder.Path, "mkdir t && unshare -rm mount -t tmpfs tmpfs t")).Code == 0,
            "needs the right to mount a small file system, in a namespace of its own"
        );
        var answer = await Shell(
            folder.Path,
            $"mkdir full && unshare -rm bash -c \"mount -t tmpfs -o size={kilobytes}k tmpfs full && {Program} run smoke {options}\""
        );
        Assert.True(code == answer.Code, answer.Output + answer.Errors);
        Assert.All(said, s => Assert.Contains(s, answer.Errors));
        Assert.DoesNotContain("   at ", answer.Errors);
        Assert.DoesNotContain("Unexpected", answer.Errors);
    }

    /// <summary>
    /// The details of an unexpected error are beside the point where they cannot be kept: the sentence is about the error.
    /// </summary>
    [Fact]
    public async Task An_unexpected_error_is_told_where_its_details_cannot_be_kept()
    {
        SkipWithoutShell();
        using var folder = new CommandLine.TemporaryFolder();
        var answer = await Shell(
            folder.Path,
            $"mkdir -p m/config.json; TMPDIR=/nonexistent/place {Program} run real-model --path model=m --path data=."
        );
        Assert.Equal(1, answer.Code);
        Assert.NotEqual("", answer.Errors.Trim());
        Assert.DoesNotContain("   at ", answer.Errors);
    }

    [Theory]
    [InlineData("HUP", 129)]
    [InlineData("TERM", 143)]
    public async Task A_signal_that_ends_programs_stops_a_run_cleanly(string signal, int code)
    {
        SkipWithoutShell();
        using var folder = new CommandLine.TemporaryFolder();
        using var process = CommandLine.Start(folder.Path, "run", "quickstart", "--seed", "0", "--out", "run");
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await CommandLine.UntilItHasFinishedOne(process, folder.In("run"));
        using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(code, process.ExitCode);
        Assert.Contains("Stopped", await errors);
        Assert.DoesNotContain("   at ", await output + await errors);
        Assert.NotEmpty(RunResults.Load(folder.In("run")).StageRuns);
    }

    /// <summary>
    /// Killed without a word, a run leaves the cells it has finished and files half written; the next run of the experiment removes the
    /// latter.
    /// </summary>
    [Fact]
    public async Task The_next_run_removes_what_a_killed_one_left_half_written()
    {
        SkipWithoutShell();
        using var folder = new CommandLine.TemporaryFolder();
        using (var process = CommandLine.Start(folder.Path, "run", "smoke"))
        {
            var drained = Task.WhenAll(
                process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
                process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)
            );
            await CommandLine.UntilItHasFinishedOne(process, folder.In("runs", "smoke", "001"));
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            await drained;
        }
        string left = folder.In("runs", "smoke", "001", "completions", "base-seed0.jsonl.part");
        await File.WriteAllTextAsync(left, "{\"task\":", TestContext.Current.CancellationToken);

        var next = await CommandLine.RunIn(folder.Path, "run", "smoke", "--arm", "base");

        Assert.Equal(0, next.Code);
        Assert.False(File.Exists(left));
        Assert.True(Directory.Exists(folder.In("runs", "smoke", "002")));
        Assert.Equal(0, (await CommandLine.RunIn(folder.Path, "report", folder.In("runs", "smoke", "001"))).Code);
    }

    [Fact]
    public async Task Two_runs_that_want_one_folder_do_not_share_it()
    {
        using var folder = new CommandLine.TemporaryFolder();
        string[] run = ["run", "smoke", "--arm", "base", "--out", folder.In("run")];
        var both = await Task.WhenAll(CommandLine.Run(run), CommandLine.Run(run));
        Assert.Equal([0, 1], both.Select(a => a.Code).Order());
        Assert.Contains("is not empty", both.Single(a => a.Code == 1).Errors);
        Assert.Single(RunResults.Load(folder.In("run")).Cells);
    }

    static string Program => $"dotnet '{typeof(Experiments.QuickStart).Assembly.Location}'";

    static void SkipWithoutShell() => Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/bin/bash"), "needs bash and /dev/full");

    static async Task<CommandLine.Answer> Shell(string folder, string line)
    {
        using var process = Process.Start(
            new ProcessStartInfo("/bin/bash", ["-c", line])
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.NotEqual(Aborted, process.ExitCode);
        return new CommandLine.Answer(process.ExitCode, await output, await errors);
    }
}
