using System.Diagnostics;
using System.Globalization;

namespace DcrDsl.EndToEnd.Tests;

/// <summary>
/// Twelve cells over the two nodes of a real Slurm, one of which dies in the middle. DCRDSL_SLURM names the folder of one that
/// slurm-local.sh has started; docs/slurm.md has the commands.
/// </summary>
public sealed class SlurmClusterTests : IDisposable
{
    static readonly string? Cluster = Environment.GetEnvironmentVariable("DCRDSL_SLURM");

    static readonly string[] Cells =
    [
        "run",
        "layers",
        "--arm",
        "DCR",
        "--set",
        "Dcr.Layer=1,2",
        "--seed",
        "0..2",
        "--store",
        "store",
        "--checkpoint-every",
        "25",
    ];

    readonly CommandLine.TemporaryFolder work = new();

    public void Dispose() => work.Dispose();

    [Fact]
    public async Task A_node_that_dies_costs_what_its_task_had_not_written()
    {
        Assert.SkipWhen(Cluster is null, "DCRDSL_SLURM names no Slurm: see docs/slurm.md");
        var submitted = await CommandLine.RunIn(work.Path, [.. Cells, "--slurm", "--partition", "main"]);
        Assert.Equal((0, ""), (submitted.Code, submitted.Errors));

        // In the middle of training: the task on the first node has written a checkpoint.
        await Until(() => Checkpoints().Length >= 2);
        string job = (await Of("squeue", "--noheader", "--nodelist=n1", "--states=RUNNING", "--format=%A")).Trim();
        await Kill("n1", job);
        await Of("scontrol", "update", "nodename=n1", "state=down", "reason=killed");
        await Until(async () => (await Of("squeue", "--noheader", "--format=%T", "--job", job)).Trim() != "RUNNING");
        // Back again, as its configuration takes nodes back that report.
        await Of("slurmd", "-N", "n1");

        await Until(async () => (await Of("squeue", "--noheader", "--format=%A")).Trim().Length == 0);
        string jobs = work.In("runs", "layers", "slurm", "001");
        string[] outputs = [.. Directory.GetFiles(jobs, "*.out").Select(File.ReadAllText)];
        Assert.Contains(outputs, o => o.Contains(" goes on after step ", StringComparison.Ordinal));
        Assert.DoesNotContain(outputs, o => o.Contains("failed", StringComparison.Ordinal));

        using var here = new CommandLine.TemporaryFolder();
        Assert.Equal(0, (await CommandLine.RunIn(here.Path, [.. Cells, "--threads", "1"])).Code);
        string[] files = Files(here);
        Assert.Equal(1 + 2 * 12, files.Length);
        Assert.Equal(files, Files(work));
        foreach (string file in files)
            Assert.Equal(Text(here, file), Text(work, file));
    }

    string[] Checkpoints()
    {
        string folder = work.In("store", "checkpoints");
        return Directory.Exists(folder)
            ? [.. Directory.GetDirectories(folder).Where(d => Directory.GetDirectories(d).Any(c => !Path.GetFileName(c).Contains('.')))]
            : [];
    }

    /// <summary>What must be the same: cells, completions and verdicts.</summary>
    static string[] Files(CommandLine.TemporaryFolder folder)
    {
        string run = folder.In("runs", "layers", "001");
        return
        [
            "cells.jsonl",
            .. new[] { "completions", "verdicts" }
                .SelectMany(kind => Directory.GetFiles(Path.Combine(run, kind), "*.jsonl"))
                .Select(f => Path.GetRelativePath(run, f))
                .Order(StringComparer.Ordinal),
        ];
    }

    static string Text(CommandLine.TemporaryFolder folder, string file) => File.ReadAllText(folder.In("runs", "layers", "001", file));

    /// <summary>As a power cut: the node's daemon, what watches the job, and the job, at once and without a word.</summary>
    static async Task Kill(string node, string job)
    {
        string daemon = (
            await File.ReadAllTextAsync(Path.Combine(Cluster!, $"slurmd-{node}.pid"), TestContext.Current.CancellationToken)
        ).Trim();
        string[] steps = Lines(await Of("pgrep", "-f", $"^slurmstepd: \\[{job}\\.batch\\]"));
        Assert.NotEmpty(steps);
        var all = new List<string> { daemon };
        for (var more = steps; more.Length > 0; more = Lines(await Of("pgrep", "-P", string.Join(',', more))))
            all.AddRange(more);
        await Of("kill", ["-KILL", .. all]);
    }

    static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    static Task Until(Func<bool> condition) => Until(() => Task.FromResult(condition()));

    static async Task Until(Func<Task<bool>> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromHours(1), watch.Elapsed.ToString("c", CultureInfo.InvariantCulture));
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
    }

    static async Task<string> Of(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output;
    }
}
