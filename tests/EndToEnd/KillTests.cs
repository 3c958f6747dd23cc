using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using DcrDsl.Results;

namespace DcrDsl.EndToEnd.Tests;

/// <summary>
/// Runs of two training stages, an adapter with dropout in the second, each ended at a random moment and continued by the same command
/// until done. The variable DCRDSL_KILLS says how many; docs/runs.md has the command for a hundred.
/// </summary>
public sealed partial class KillTests : IDisposable
{
    static readonly int Runs = int.Parse(Environment.GetEnvironmentVariable("DCRDSL_KILLS") ?? "3", CultureInfo.InvariantCulture);

    readonly CommandLine.TemporaryFolder folder = new();

    string Work => folder.In("work");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("KILL", 137)]
    [InlineData("TERM", 143)]
    public async Task Whenever_it_is_ended_the_same_command_gives_the_same_bytes(string signal, int code)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signal to send to another process");
        var watch = Stopwatch.StartNew();
        Assert.Equal(0, (await Ended(Start(), after: null, signal)).Code);
        var length = watch.Elapsed;
        var whole = Outcome();
        Assert.Equal(4, whole.Count(f => f.Name.EndsWith(".safetensors", StringComparison.Ordinal) || f.Name == "stages"));

        int seed = Random.Shared.Next(),
            resumed = 0;
        var random = new Random(seed);
        // On a machine that is busy now and idle then, a few runs may all be ended outside of training: then there are more.
        for (int i = 0; i < Runs || (resumed == 0 && i < Runs + 10); i++)
        {
            // Twice at most, so that one is also ended after it has gone on; the last is left to its end.
            for (int attempt = 0; ; attempt++)
            {
                var ended = await Ended(
                    Start(),
                    attempt < 1 + i % 2 ? process => Moment(process, length, random, inTraining: attempt == 0 && i % 2 == 0) : null,
                    signal
                );
                resumed += ended.Errors.Contains(" goes on after step ", StringComparison.Ordinal) ? 1 : 0;
                Assert.True(ended.Code == 0 || ended.Code == code, $"run {i} of seed {seed}: exit code {ended.Code}, {ended.Errors}");
                Assert.DoesNotContain("is not used", ended.Errors);
                if (ended.Code == 0)
                    break;
            }
            var outcome = Outcome();
            Assert.Equal(whole.Select(f => f.Name), outcome.Select(f => f.Name));
            foreach (var (first, second) in whole.Zip(outcome))
                Assert.True(
                    first.Bytes.AsSpan().SequenceEqual(second.Bytes),
                    $"run {i} of seed {seed}: {first.Name} differs\n{Shown(first)}\n{Shown(second)}"
                );
        }
        Assert.InRange(resumed, 1, int.MaxValue);
        TestContext.Current.SendDiagnosticMessage(
            $"{Runs} runs or more ended by {signal}, seed {seed}: {resumed} went on in the middle of a stage."
        );
    }

    /// <summary>An evaluation has three batches of forty prompts; it is ended behind the first or the second.</summary>
    [Theory]
    [InlineData("KILL", 137)]
    [InlineData("TERM", 143)]
    public async Task An_evaluation_goes_on_behind_the_prompts_that_were_answered(string signal, int code)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signal to send to another process");
        Assert.Equal(0, (await Ended(Start(every: 1), after: null, signal)).Code);
        var whole = Outcome();
        // A process may be done before the signal comes.
        for (int attempt = 0; ; attempt++)
        {
            Assert.InRange(attempt, 0, 20);
            var ended = await Ended(Start(every: 1), Answered, signal);
            if (ended.Code != 0)
                Assert.Equal(code, ended.Code);
            ended = await Ended(Start(every: 1), after: null, signal);
            Assert.Equal(0, ended.Code);
            var outcome = Outcome();
            Assert.Equal(whole.Select(f => f.Name), outcome.Select(f => f.Name));
            Assert.All(whole.Zip(outcome), pair => Assert.Equal(pair.First.Bytes, pair.Second.Bytes));
            if (AfterPrompt().IsMatch(ended.Errors))
                return;
        }

        async Task Answered(Process process)
        {
            while (!process.HasExited && !CheckpointsOfAnswers().Any())
                await Task.Delay(2, TestContext.Current.CancellationToken);
        }

        // Training has fewer steps than that.
        IEnumerable<string> CheckpointsOfAnswers() =>
            Directory.Exists(Checkpoints)
                ? Directory.GetDirectories(Checkpoints).Where(d => Directory.Exists(Path.Combine(d, "00000040")))
                : [];
    }

    [GeneratedRegex("goes on after prompt (40|80)[.]")]
    private static partial Regex AfterPrompt();

    /// <summary>
    /// Somewhere within the time that a whole run takes, or soon after the first checkpoint, so that few runs are enough.
    /// </summary>
    async Task Moment(Process process, TimeSpan length, Random random, bool inTraining)
    {
        var cancellation = TestContext.Current.CancellationToken;
        if (inTraining)
            while (!process.HasExited && (!Directory.Exists(Checkpoints) || !Directory.GetDirectories(Checkpoints).Any(IsWritten)))
                await Task.Delay(10, cancellation);
        await Task.Delay(length * random.NextDouble() * (inTraining ? 0.05 : 1), cancellation);
    }

    string Checkpoints => Path.Combine(Work, "store", "checkpoints");

    // The second step is the first that is written.
    static bool IsWritten(string stageRun) => Directory.Exists(Path.Combine(stageRun, "00000002"));

    Process Start(int every = 2)
    {
        Directory.CreateDirectory(Work);
        return CommandLine.Start(
            Work,
            [
                .. "run smoke --arm LoRA --threads 1 --export Learn,Align --store store --checkpoint-every".Split(' '),
                every.ToString(CultureInfo.InvariantCulture),
            ]
        );
    }

    static async Task<(int Code, string Errors)> Ended(Process process, Func<Process, Task>? after, string signal)
    {
        using (process)
        {
            var cancellation = TestContext.Current.CancellationToken;
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            if (after is { } moment)
            {
                await Task.WhenAny(process.WaitForExitAsync(cancellation), moment(process));
                if (!process.HasExited)
                    using (var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]))
                        await kill.WaitForExitAsync(cancellation);
            }
            await process.WaitForExitAsync(cancellation);
            await output;
            return (process.ExitCode, await errors);
        }
    }

    /// <summary>
    /// What must be the same: models, adapters, completions, metrics, training logs and the report, but for seconds and the folder.
    /// </summary>
    IReadOnlyList<(string Name, byte[] Bytes)> Outcome()
    {
        string run = Directory.GetDirectories(Path.Combine(Work, "runs", "smoke")).Order(StringComparer.Ordinal).Last();
        string[] files =
        [
            "cells.jsonl",
            .. new[] { "completions", "verdicts", "models", "adapters" }
                .SelectMany(f => Directory.GetFiles(Path.Combine(run, f), "*", SearchOption.AllDirectories))
                .Where(f => !f.EndsWith("adapter_config.json", StringComparison.Ordinal)) // names the folder
                .Select(f => Path.GetRelativePath(run, f))
                .Order(StringComparer.Ordinal),
        ];
        string report = File.ReadAllText(Path.Combine(run, "report.md"));
        var stages = RunResults.Load(run).StageRuns.Select(s => $"{s.Id} {s.Key} {s.Steps} {s.Tokens} {string.Join(' ', s.Log)}");
        (string, byte[])[] outcome =
        [
            .. files.Select(f => (f, File.ReadAllBytes(Path.Combine(run, f)))),
            ("stages", System.Text.Encoding.UTF8.GetBytes(string.Join('\n', stages))),
            ("report", System.Text.Encoding.UTF8.GetBytes(Folder().Replace(WithoutSeconds(report), "runs/smoke"))),
        ];
        // The next one works in a folder of the same name, as the report says where it was made.
        Directory.Delete(Work, recursive: true);
        return outcome;
    }

    static string Shown((string Name, byte[] Bytes) file) =>
        file.Name.EndsWith(".safetensors", StringComparison.Ordinal)
            ? $"{file.Bytes.Length} bytes"
            : System.Text.Encoding.UTF8.GetString(file.Bytes);

    /// <summary>Without the section that is about time.</summary>
    static string WithoutSeconds(string report)
    {
        int cost = report.IndexOf("\n## Cost\n", StringComparison.Ordinal),
            next = report.IndexOf("\n## ", cost + 1, StringComparison.Ordinal);
        Assert.InRange(cost, 0, next);
        return report.Remove(cost, next - cost);
    }

    [GeneratedRegex("runs/smoke/[0-9]+")]
    private static partial Regex Folder();
}
