using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using DcrDsl.Results;
using DcrDsl.Store;
using DcrDsl.Store.Leases;

namespace DcrDsl.EndToEnd.Tests;

/// <summary>
/// Six processes on one store, of which three are killed at random moments, and two of which one is hung for longer than its lease stands.
/// The variable DCRDSL_SHARES says how often; docs/runs.md has the command.
/// </summary>
public sealed partial class ShareTests : IDisposable
{
    const int Processes = 6,
        Killed = 3;

    static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("DCRDSL_SHARES") ?? "1", CultureInfo.InvariantCulture);

    readonly CommandLine.TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>
    /// Every stage run comes to its end once: entries are whole and each was written by one process, and the results are those of one
    /// process that does it all.
    /// </summary>
    [Fact]
    public async Task Six_processes_of_which_three_are_killed_run_everything_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signal to send to another process");
        var watch = Stopwatch.StartNew();
        var alone = await Ended(Start("alone", "out"));
        var length = watch.Elapsed;
        Assert.Equal((0, ""), (alone.Code, alone.Warnings));
        var whole = Outcome("alone", "out");

        int seed = Random.Shared.Next(),
            resumed = 0;
        var random = new Random(seed);
        for (int round = 0; round < Rounds; round++)
        {
            string work = string.Create(CultureInfo.InvariantCulture, $"round{round}"),
                about = string.Create(CultureInfo.InvariantCulture, $"round {round} of seed {seed}: ");
            Process[] processes = [.. Enumerable.Range(0, Processes).Select(i => Start(work, Folder(i)))];
            int[] ids = [.. processes.Select(p => p.Id)];
            var ends = processes.Select(Ended).ToArray();
            var status = await CommandLine.RunIn(folder.In(work), "status", "smoke", "--threads", "1", "--store", "store");
            Assert.True(status.Code == 0, about + status.Errors);
            // The machine has fewer processors than there are processes, so that together they take about as long as one.
            var kills = Enumerable.Range(0, Killed).Select(i => Kill(ids[i], ends[i], length * (0.3 + 1.2 * random.NextDouble())));
            await Task.WhenAll(kills);
            var ended = await Task.WhenAll(ends);

            for (int i = 0; i < Processes; i++)
            {
                Assert.True(ended[i].Code == 0 || (i < Killed && ended[i].Code == 137), $"{about}{i}: {ended[i].Code}, {ended[i].Errors}");
                Assert.True(ended[i].Warnings == "", $"{about}{i}: {ended[i].Warnings}");
                if (ended[i].Code == 0)
                    Assert.Equal(whole, Outcome(work, Folder(i)));
                resumed += Resumed().Count(ended[i].Errors);
            }
            AssertOnce(about, work, [.. Enumerable.Range(0, Processes).Select(i => folder.In(work, Folder(i)))]);
            Directory.Delete(folder.In(work), recursive: true);
        }
        TestContext.Current.SendDiagnosticMessage($"{Rounds} rounds of seed {seed}: {resumed} stages went on where a killed one had been.");
    }

    static string Folder(int process) => string.Create(CultureInfo.InvariantCulture, $"out{process}");

    /// <summary>
    /// A line of a run's folder that is not marked as stored says that its process came to the end of this stage run. Each that was killed
    /// may have put a result and not have come to write the line, or to give the lease back.
    /// </summary>
    void AssertOnce(string about, string work, string[] runs)
    {
        var completed = runs.SelectMany(StageRuns).Where(r => r.Parent is not null && !r.Stored).Select(r => r.Key).ToList();
        Assert.True(completed.Count == completed.Distinct().Count(), about + string.Join('\n', completed.Order()));
        var planned = StageRuns(folder.In("alone", "out")).ToList();
        Assert.InRange(planned.Count(r => r.Parent is not null) - completed.Count, 0, Killed);

        string store = folder.In(work, "store");
        var entries = Directory.GetDirectories(Path.Combine(store, "entries")).SelectMany(Directory.GetDirectories);
        Assert.Equal(
            planned.Select(r => r.Key).Order(),
            entries.Select(e => Path.GetFileName(e)).Where(e => !e.Contains('.', StringComparison.Ordinal)).Order()
        );
        Assert.All(new StageStore(store).All(fault => throw fault), e => Assert.Null(e.Fault()));
        Assert.All(StageLeases.In(store).Values, l => Assert.True(l.Holder.HasEnded));
    }

    [Fact]
    public async Task What_a_hung_process_had_is_taken_over_and_it_comes_to_the_same_result()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signal to send to another process");
        var hung = Start("work", "hung", "--lease", "5s");
        string had = await HangAmidStageRun(hung);
        var end = Ended(hung);

        var other = await Ended(Start("work", "other", "--lease", "5s"));
        Assert.True(other.Code == 0, other.Errors);
        Assert.False(end.IsCompleted);
        await Signal(hung.Id, "CONT");
        var late = await end;

        Assert.True(late.Code == 0, late.Errors);
        Assert.Contains($"This process was not heard of for too long, and another has begun {had} as well", late.Errors);
        Assert.Equal(Outcome("work", "other"), Outcome("work", "hung"));
        Assert.Empty(Directory.GetFiles(folder.In("work", "store", "leases")));
    }

    /// <summary>
    /// Hangs a process amid a stage run. At the beginning of one it might not know yet that it has the lease; at the end the result is
    /// there before the lease is given back, so that nobody would begin it again.
    /// </summary>
    /// <returns>The stage run.</returns>
    async Task<string> HangAmidStageRun(Process process)
    {
        var cancellation = TestContext.Current.CancellationToken;
        string store = folder.In("work", "store");
        IReadOnlyDictionary<string, LeaseRecord> before = new Dictionary<string, LeaseRecord>();
        while (true)
        {
            Assert.False(process.HasExited, "It came to its end before it was hung.");
            await Signal(process.Id, "STOP");
            var now = StageLeases.In(store);
            if (now.Keys.Any(before.ContainsKey))
            {
                // What the signal met within the kernel ends first.
                await Task.Delay(100, cancellation);
                string[] put = [.. new StageStore(store).All(_ => { }).Select(e => e.Manifest.Run.Id)];
                string[] amid = [.. StageLeases.In(store).Where(l => before.ContainsKey(l.Key)).Select(l => l.Value.Subject.StageRun)];
                if (amid.Except(put).FirstOrDefault() is { } had)
                    return had;
            }
            before = now;
            await Signal(process.Id, "CONT");
            await Task.Delay(20, cancellation);
        }
    }

    static async Task Signal(int process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    static IEnumerable<StageRunRecord> StageRuns(string run) =>
        File.Exists(Path.Combine(run, "stages.jsonl")) ? RunResults.Load(run).StageRuns : [];

    Process Start(string work, string output, params string[] more)
    {
        Directory.CreateDirectory(folder.In(work));
        return CommandLine.Start(
            folder.In(work),
            ["run", "smoke", "--threads", "1", "--store", "store", "--out", output, "--checkpoint-every", "2", .. more]
        );
    }

    /// <summary>Kills a process after some time, unless it has come to its end by then.</summary>
    static async Task Kill(int process, Task end, TimeSpan after)
    {
        await Task.WhenAny(end, Task.Delay(after, TestContext.Current.CancellationToken));
        if (!end.IsCompleted)
            await Signal(process, "KILL");
    }

    static async Task<(int Code, string Errors, string Warnings)> Ended(Process process)
    {
        using (process)
        {
            var cancellation = TestContext.Current.CancellationToken;
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            string errors = await process.StandardError.ReadToEndAsync(cancellation);
            await output;
            await process.WaitForExitAsync(cancellation);
            return (process.ExitCode, errors, string.Concat(errors.Split('\n').Where(l => Trouble().IsMatch(l))));
        }
    }

    /// <summary>What must be the same: cells, completions and verdicts.</summary>
    Dictionary<string, string> Outcome(string work, string run) =>
        new[] { "completions", "verdicts" }
            .SelectMany(f => Directory.GetFiles(folder.In(work, run, f)))
            .Append(folder.In(work, run, "cells.jsonl"))
            .ToDictionary(f => Path.GetRelativePath(folder.In(work, run), f), File.ReadAllText);

    [GeneratedRegex("not used|damaged|cannot|was not heard of")]
    private static partial Regex Trouble();

    [GeneratedRegex(" goes on after step ")]
    private static partial Regex Resumed();
}
