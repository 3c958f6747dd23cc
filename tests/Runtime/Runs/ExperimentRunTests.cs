using DcrDsl.Execution;
using DcrDsl.Specs;
using Microsoft.Extensions.Logging;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>Experiments run from code, without a command line.</summary>
public sealed class ExperimentRunTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("dcrdsl").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    RunSettings Settings => new() { Folder = Path.Combine(root, "run"), Threads = 2 };

    [Fact]
    public async Task It_gives_typed_results_and_tells_how_it_goes()
    {
        var progress = new Latest();
        var log = new RecordingLogger();
        var ended = await ExperimentRun.StartAsync(
            FakeExperiment.Of(),
            Settings with
            {
                Selection = new() { Arms = ["DCR"], Seeds = [0, 1, 2] },
            },
            progress,
            log,
            TestContext.Current.CancellationToken
        );

        Assert.Equal(3, ended.Outcome.Finished.Count);
        Assert.Equal(["dcr-seed0", "dcr-seed1", "dcr-seed2"], ended.Results.Cells.Select(c => c.Id));
        Assert.InRange(new Results.ArmResults(ended.Results, "DCR")[Metric.DefenceSuccessRate].Mean, 0.9, 1);
        Assert.StartsWith("(started from the code of ", ended.Results.Experiment.Command);
        Assert.Equal((18, 3), (progress.Value!.Finished, progress.Value.CellsFinished));
        Assert.Contains(log.All, l => l == (LogLevel.Information, $"3 cells, 18 stage runs. Results go to {ended.Folder}."));
        Assert.Contains(log.All, l => l == (LogLevel.Debug, "seed0-Learn-Dcr begins."));
    }

    [Fact]
    public async Task Cancelling_ends_it_at_a_step_and_keeps_what_is_finished()
    {
        using var stop = new CancellationTokenSource();
        var definition = FakeExperiment.Of(
            during: (stage, run) =>
            {
                if (stage == "Align" && run.Seed == 1)
                    stop.Cancel();
            }
        );
        var settings = Settings with
        {
            Threads = 1,
            Selection = new() { Arms = ["STL"] },
        };
        var ended = await ExperimentRun.StartAsync(definition, settings, cancellation: stop.Token);

        Assert.Equal(["stl-seed0"], ended.Results.Cells.Select(c => c.Id));
        Assert.Equal(["stl-seed1", "stl-seed2"], ended.Outcome.NotRun.Select(c => c.Id));
    }

    [Fact]
    public async Task What_cannot_be_used_is_said_before_anything_is_run() =>
        Assert.Contains(
            "--path model=PATH",
            (
                await Assert.ThrowsAsync<InputException>(() =>
                    ExperimentRun.StartAsync(RunPathsTests.Definition, Settings, cancellation: TestContext.Current.CancellationToken)
                )
            ).Message
        );

    sealed class Latest : IProgress<RunProgress>
    {
        public RunProgress? Value { get; private set; }

        public void Report(RunProgress value) => Value = value;
    }
}
