using System.Text.Json.Nodes;
using DcrDsl.Execution;
using DcrDsl.Execution.Checkpoints;
using DcrDsl.Planning;
using Microsoft.Extensions.Logging;

namespace DcrDsl.Runtime.Tests.Runs.Events;

/// <summary>What is written down while a stage run goes on.</summary>
public sealed class EventTests : IDisposable
{
    readonly WatchedRun run = new();

    public void Dispose() => run.Dispose();

    [Fact]
    public async Task Every_step_has_a_line_with_the_numbers_of_the_training_log()
    {
        var ended = await Start(FakeExperiment.Of(), run.Settings("run"));

        var lines = run.Lines("run");
        Assert.Equal(["begin", .. Enumerable.Repeat("step", 40), "end"], lines.Select(WatchedRun.Kind));
        Assert.Equal((WatchedRun.Align, 0), ((string?)lines[0]["stageRun"], (int?)lines[0]["seed"]));
        Assert.Equal("complete", (string?)lines[^1]["how"]);
        var steps = WatchedRun.Steps(lines);
        Assert.Equal(Enumerable.Range(0, 40), steps.Select(s => (int)s["step"]!));
        foreach (var entry in ended.Results.StageRuns.Single(r => r.Id == WatchedRun.Align).Log)
            Assert.Equal((entry.Loss, entry.Rate), ((double)steps[entry.Step]["loss"]!, (double)steps[entry.Step]["rate"]!));
        Assert.Equal(Enumerable.Range(1, 40).Select(s => 500L * s), steps.Select(s => (long)s["tokens"]!));
        Assert.All(steps, s => Assert.True((double)s["tokensPerSecond"]! > 0 && (long)s["memory"]! > 1 << 20));
        Assert.Equal(steps.Select(s => (double)s["seconds"]!).Order(), steps.Select(s => (double)s["seconds"]!));
        Assert.All(steps, s => Assert.InRange((DateTime)s["at"]!, DateTime.UtcNow.AddMinutes(-10), DateTime.UtcNow));
    }

    /// <summary>What the killed process did after its checkpoint is done again, and stands there once.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stage_run_that_goes_on_has_each_step_once(bool firstIsGone)
    {
        using var stop = new CancellationTokenSource();
        var experiment = WatchedRun.WithStepsOfAlign(made =>
        {
            if (made == 15)
                stop.Cancel();
        });
        await ExperimentRun.StartAsync(experiment, run.Settings("first"), cancellation: stop.Token);
        var before = run.Lines("first");
        Assert.Equal(("end", "stopped"), (WatchedRun.Kind(before[^1]), (string?)before[^1]["how"]));
        if (firstIsGone)
            Directory.Delete(run.In("first"), recursive: true);
        else
            File.AppendAllText(run.In("first", "events", WatchedRun.Align + ".jsonl"), "{\"event\":\"step\",\"step\":15,\"loss\":9");

        await Start(experiment, run.Settings("second"));

        var lines = run.Lines("second");
        int[] steps = [.. WatchedRun.Steps(lines).Select(s => (int)s["step"]!)];
        int[] handed = firstIsGone ? [.. Enumerable.Range(0, 15).Where(s => s % 2 == 0)] : [.. Enumerable.Range(0, 15)];
        Assert.Equal([.. handed, .. Enumerable.Range(15, 25)], steps);
        Assert.Equal(15, (int)Assert.Single(lines, l => WatchedRun.Kind(l) == "resume")["steps"]!);
        var afterwards = WatchedRun.Steps(lines).Where(s => (int)s["step"]! >= 15).ToList();
        Assert.All(afterwards, s => Assert.True((double)s["seconds"]! >= (double)lines.First(Resumes)["seconds"]!));
        if (!firstIsGone)
            Assert.Equal(
                WatchedRun.Steps(before).Select(s => s.ToJsonString()),
                WatchedRun.Steps(lines).Take(15).Select(s => s.ToJsonString())
            );

        static bool Resumes(JsonObject line) => WatchedRun.Kind(line) == "resume";
    }

    /// <summary>After SIGKILL the checkpoint may be older than the file's last lines.</summary>
    [Fact]
    public async Task Steps_behind_the_checkpoint_are_not_taken_over()
    {
        bool dies = true;
        var experiment = WatchedRun.WithStepsOfAlign(made =>
        {
            if (dies && made == 18)
                throw new InputException("killed");
        });
        var settings = run.Settings("first") with { CheckpointEvery = CheckpointInterval.EverySteps(5) };
        await Start(experiment, settings);
        Assert.Equal(17, WatchedRun.Steps(run.Lines("first")).Length);
        dies = false;

        await Start(experiment, settings with { Folder = run.In("second") });

        var lines = run.Lines("second");
        Assert.Equal(Enumerable.Range(0, 40), WatchedRun.Steps(lines).Select(s => (int)s["step"]!));
        Assert.Equal(15, (int)Assert.Single(lines, l => WatchedRun.Kind(l) == "resume")["steps"]!);
        Assert.DoesNotContain(lines, l => (string?)l["how"] == "failed");
    }

    [Fact]
    public async Task A_step_that_diverges_is_the_last_and_the_end_says_so()
    {
        var experiment = FakeExperiment.Of(
            during: (stage, at) =>
            {
                if (stage == "Align" && at.Device.type != TorchSharp.DeviceType.META)
                    at.Log(30, 40, TorchSharp.torch.tensor(double.NaN), null, 1e-3, tokens: 1, every: 10);
            }
        );
        var settings = run.Settings("run");
        Assert.Single((await Start(experiment, settings)).Outcome.Failed);

        var lines = run.Lines("run");
        Assert.Equal("NaN", (string?)WatchedRun.Steps(lines)[^1]["loss"]);
        Assert.Equal("failed", (string?)lines[^1]["how"]);
        Assert.StartsWith("Align, seed 0, step 30: the loss is not a number", (string?)lines[^1]["reason"]);
    }

    /// <summary>How many prompts there are is known from the look through the evaluation before the run.</summary>
    [Fact]
    public async Task An_evaluation_says_how_many_of_all_prompts_are_answered()
    {
        await ExperimentRun.StartAsync(
            ToyExperiment.Of(("Base", [ToyExperiment.Base])),
            run.Settings("run") with
            {
                Selection = Selection.Everything,
            },
            cancellation: TestContext.Current.CancellationToken
        );

        var answers = run.Lines("run", "seed0-Score").Where(l => WatchedRun.Kind(l) == "answer");
        Assert.Equal(
            [("SeeminglyToxic", 0, 10), ("SeeminglyToxic", 10, 10), ("Toxic", 0, 10), ("Toxic", 10, 10)],
            answers.Select(l => ((string)l["task"]!, (int)l["done"]!, (int)l["total"]!))
        );
        var options = new ExecutionOptions(TorchSharp.torch.CPU, 1);
        var plan = Plan.Of(ToyExperiment.Of(("Base", [ToyExperiment.Base])), Selection.Everything);
        Preflight.Check(plan, options);
        Assert.Equal([null, 20, null], plan.StageRuns.Select(options.Prompts.Of));
    }

    /// <summary>Where events cannot be written, the run has everything else.</summary>
    [Fact]
    public async Task Events_that_cannot_be_written_are_told_once_and_cost_nothing_else()
    {
        var experiment = FakeExperiment.Of(
            during: (stage, at) =>
            {
                string events = run.In("run", "events");
                if (stage != "Base" || !Directory.Exists(events))
                    return;
                Directory.Delete(events);
                File.WriteAllText(events, "");
            }
        );
        var log = new RecordingLogger();
        var ended = await Start(experiment, run.Settings("run"), log);

        Assert.Single(ended.Outcome.Finished);
        Assert.StartsWith(
            "seed0-Base: no further events, as they cannot be written (",
            Assert.Single(log.All, l => l.Level == LogLevel.Warning && l.Line.Contains("events", StringComparison.Ordinal)).Line
        );
    }

    Task<EndedRun> Start(Definition.ExperimentDefinition experiment, RunSettings settings, ILogger? logger = null) =>
        ExperimentRun.StartAsync(experiment, settings, logger: logger, cancellation: TestContext.Current.CancellationToken);
}
