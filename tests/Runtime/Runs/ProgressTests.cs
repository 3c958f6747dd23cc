using DcrDsl.Cli;
using DcrDsl.Definition;
using DcrDsl.Execution;
using DcrDsl.Planning;
using TorchSharp;

namespace DcrDsl.Runtime.Tests.Runs;

public class ProgressTests
{
    static readonly Plan Plan = Plan.Of(FakeExperiment.Of(), new Selection { Seeds = [0] });

    [Fact]
    public void Progress_counts_what_is_finished_failed_and_under_way()
    {
        var progress = new RunMonitor(Plan, workers: 2);
        var (basis, learn) = (Plan.StageRuns[0], Plan.StageRuns[1]);

        progress.Started(basis);
        progress.Finished(new FinishedStageRun(basis, Empty(basis), 0, TimeSpan.FromSeconds(1)));
        progress.Started(learn);
        progress.Progressed(learn, new StageProgress(10, 40, 1.5, 2_000));
        var during = progress.Snapshot();
        progress.Failed(new StageFailure(learn, "no", new InputException("no")));
        var after = progress.Snapshot();

        Assert.Equal(
            (1, 0, Plan.StageRuns.Count, 0, 3),
            (during.Finished, during.Failed, during.StageRuns, during.CellsFinished, during.Cells)
        );
        Assert.Equal(learn, Assert.Single(during.Running).Node);
        Assert.Null(during.Left);
        Assert.Equal((1, 1), (after.Finished, after.Failed));
        Assert.Empty(after.Running);
    }

    /// <summary>What an earlier process has done says nothing about this one's speed.</summary>
    [Fact]
    public void The_time_left_is_by_the_steps_of_this_process()
    {
        var progress = new RunMonitor(Plan, workers: 1);
        progress.Started(Plan.StageRuns[1]);
        progress.Progressed(Plan.StageRuns[1], new StageProgress(30, 40, 1.5, 0) { Resumed = 30 });
        Assert.Null(Assert.Single(progress.Snapshot().Running).Left);
        progress.Progressed(Plan.StageRuns[1], new StageProgress(35, 40, 1.5, 0) { Resumed = 30 });
        var now = progress.Snapshot();
        Assert.InRange(Assert.Single(now.Running).Left!.Value, TimeSpan.Zero, now.Elapsed);
    }

    [Fact]
    public void Progress_is_told_in_words()
    {
        var line = new StageRunProgress(Plan.StageRuns[1], new StageProgress(320, 600, 1.23456, 8_123.4), TimeSpan.FromSeconds(75));
        var now = new RunProgress(TimeSpan.FromSeconds(3_700), 4, 1, 27, 2, 9, [line], TimeSpan.FromSeconds(60));

        Assert.Equal("seed0-Learn 320/600, loss 1.2346, 8,123 tokens/s, 1:15 left", ProgressText.Line(line));
        Assert.Equal("4 of 27 stage runs, 2 of 9 cells, 1 failed, 1:01:40 gone, about 1 minute left", ProgressText.Overall(now));
        Assert.EndsWith(" gone, about 1 second left", ProgressText.Overall(now with { Left = TimeSpan.FromMilliseconds(3) }));
        Assert.EndsWith(" gone", ProgressText.Overall(now with { Left = TimeSpan.Zero }));
        Assert.Equal("seed0-Learn starting", ProgressText.Line(line with { Progress = default, Left = null }));
    }

    static StageRun Empty(StageRunNode node) => new(node.Stage.Name, 0, node.Values, torch.CPU, _ => { }, CancellationToken.None);
}
