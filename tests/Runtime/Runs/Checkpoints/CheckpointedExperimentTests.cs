using DcrDsl.Execution;
using DcrDsl.Planning;
using Microsoft.Extensions.Logging;

namespace DcrDsl.Runtime.Tests.Runs.Checkpoints;

/// <summary>Whole runs that are stopped: the same run again goes on where training was.</summary>
public sealed class CheckpointedExperimentTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("dcrdsl").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    RunSettings Settings(string folder) =>
        new()
        {
            Folder = Path.Combine(root, folder),
            Store = Path.Combine(root, "store"),
            Selection = new() { Arms = ["STL"], Seeds = [0] },
            Threads = 1,
        };

    string Checkpoints => Path.Combine(root, "store", "checkpoints");

    [Fact]
    public async Task A_run_that_was_stopped_goes_on_in_the_next_one()
    {
        var whole = await ExperimentRun.StartAsync(
            FakeExperiment.Of(),
            Settings("whole") with
            {
                Store = Path.Combine(root, "another"),
            },
            cancellation: TestContext.Current.CancellationToken
        );
        Assert.False(Directory.Exists(Checkpoints));

        using var stop = new CancellationTokenSource();
        int steps = 0;
        // One definition for both: another function in it would be other code, and another key.
        var experiment = FakeExperiment.Of(
            during: (stage, run) =>
            {
                if (stage == "Align" && run.Device.type != TorchSharp.DeviceType.META && ++steps == 12)
                    stop.Cancel();
            }
        );
        var stopped = await ExperimentRun.StartAsync(experiment, Settings("stopped"), cancellation: stop.Token);
        Assert.Empty(stopped.Outcome.Finished);
        var plan = Plan.Of(experiment, Settings("").Selection);
        var options = new ExecutionOptions(TorchSharp.torch.CPU, 1);
        var align = plan.StageRuns.Single(r => r.Stage.Name == "Align");
        var forecast = Forecast.Of(plan, options, Path.Combine(root, "store"), Assert.Fail);
        Assert.Equal([forecast.KeyOf(align).Digest], Directory.GetDirectories(Checkpoints).Select(Path.GetFileName));
        Assert.Equal("new; goes on after step 12", forecast.WhyRuns(align));
        Assert.False(forecast.Runs(align.Parent!));

        var log = new RecordingLogger();
        var ended = await ExperimentRun.StartAsync(
            experiment,
            Settings("resumed"),
            logger: log,
            cancellation: TestContext.Current.CancellationToken
        );

        Assert.Equal(40, steps);
        Assert.Contains((LogLevel.Information, "seed0-Learn-Align goes on after step 12 of 40."), log.All);
        Assert.Empty(Directory.GetDirectories(Checkpoints));
        Assert.Equal(File.ReadAllText(In(whole, "cells.jsonl")), File.ReadAllText(In(ended, "cells.jsonl")));
        var (first, second) = (whole.Results.StageRuns, ended.Results.StageRuns);
        Assert.Equal(first.Select(r => (r.Id, r.Steps, r.Tokens)), second.Select(r => (r.Id, r.Steps, r.Tokens)));
        Assert.Equal(first.SelectMany(r => r.Log), second.SelectMany(r => r.Log));

        static string In(EndedRun run, string file) => Path.Combine(run.Folder, file);
    }

    [Fact]
    public async Task A_store_that_is_a_file_is_told_before_anything_is_run()
    {
        File.WriteAllText(Path.Combine(root, "store"), "");
        var mistake = await Assert.ThrowsAsync<InputException>(() =>
            ExperimentRun.StartAsync(FakeExperiment.Of(), Settings("run"), cancellation: TestContext.Current.CancellationToken)
        );
        Assert.Equal($"The store {Path.Combine(root, "store")} is a file: name a folder with --store or DCR_STORE.", mistake.Message);
        Assert.False(Directory.Exists(Path.Combine(root, "run")));
    }

    /// <summary>Training that cannot write its checkpoint says so once, and ends all the same.</summary>
    [Fact]
    public async Task A_store_that_cannot_be_written_costs_checkpoints_only()
    {
        Directory.CreateDirectory(Path.Combine(root, "store"));
        File.WriteAllText(Checkpoints, "");
        var log = new RecordingLogger();
        var ended = await ExperimentRun.StartAsync(
            FakeExperiment.Of(),
            Settings("run") with
            {
                CheckpointEvery = Execution.Checkpoints.CheckpointInterval.EverySteps(15),
            },
            logger: log,
            cancellation: TestContext.Current.CancellationToken
        );
        Assert.Single(ended.Outcome.Finished);
        Assert.Equal(
            ["seed0-Learn: no checkpoint after step 15", "seed0-Learn-Align: no checkpoint after step 15"],
            log.All.Where(l => l.Level == LogLevel.Warning && l.Line.Contains(": no checkpoint", StringComparison.Ordinal))
                .Select(l => l.Line.Split(',')[0])
        );
    }
}
