using System.Globalization;
using DcrDsl.Definition;
using DcrDsl.Execution.Checkpoints;
using TorchSharp;

namespace DcrDsl.Runtime.Tests.Runs.Checkpoints;

/// <summary>A stage that was ended somewhere and resumed gives the bits of one that was not.</summary>
public sealed class ResumeTests : IDisposable
{
    readonly CheckpointedRun runs = new();

    public void Dispose() => runs.Dispose();

    /// <summary>Stopped at a step, and after another few steps at a later one, also the last.</summary>
    [Theory]
    [MemberData(nameof(TrainedStage.All), MemberType = typeof(TrainedStage))]
    public void Stopped_and_resumed_it_is_bit_exact(string kind, string optimiser)
    {
        var stage = new TrainedStage(kind, optimiser);
        var whole = Uninterrupted(stage);
        foreach (int first in new[] { 1, 4, TrainedStage.Steps })
        {
            Stop(stage, after: first);
            Assert.Equal([first.ToString("00000000", CultureInfo.InvariantCulture)], runs.Steps);
            if (first < TrainedStage.Steps - 1)
                Stop(stage, after: first + 2);

            AssertSame(whole, Finish(stage, resumedAt: first < TrainedStage.Steps - 1 ? first + 2 : first));
        }
    }

    /// <summary>Ended without a word two steps behind a checkpoint, it begins at that one and makes these steps again.</summary>
    [Theory]
    [MemberData(nameof(TrainedStage.All), MemberType = typeof(TrainedStage))]
    public void Killed_and_resumed_it_is_bit_exact(string kind, string optimiser)
    {
        var stage = new TrainedStage(kind, optimiser);
        var whole = Uninterrupted(stage);
        using (var model = TrainedStage.NewModel())
        {
            var run = CheckpointedRun.New(
                runs.Checkpoints(CheckpointInterval.EverySteps(1)),
                done =>
                {
                    if (done == 6)
                        throw new KilledException();
                }
            );
            Assert.Throws<KilledException>(() => stage.Run(model, run));
        }
        Assert.Equal(["00000004", "00000005"], runs.Steps);
        Directory.Delete(runs.In("00000005"), recursive: true);

        AssertSame(whole, Finish(stage, resumedAt: 4));
    }

    [Fact]
    public void Without_a_place_for_checkpoints_it_begins_at_0_and_can_be_stopped()
    {
        using var stop = new CancellationTokenSource();
        using var model = TrainedStage.NewModel();
        int steps = 0;
        var run = CheckpointedRun.New(
            null,
            done =>
            {
                steps = done;
                if (done == 2)
                    stop.Cancel();
            },
            stop
        );
        Assert.Throws<OperationCanceledException>(() => new TrainedStage("pretraining", "Sgd").Run(model, run));
        Assert.Equal(2, steps);
    }

    /// <summary>A step that is not logged is looked at too, and the checkpoints before it stay.</summary>
    [Fact]
    public void A_loss_that_is_no_number_names_its_very_step()
    {
        using var loop = new SmallLoop(breaksAt: 5);
        var run = CheckpointedRun.New(runs.Checkpoints(CheckpointInterval.EverySteps(2)));
        Assert.Equal(
            "Align, seed 3, step 5: the loss is not a number; lower LearningRate, lengthen the warm-up, or set ClipNorm.",
            Assert.Throws<InputException>(() => loop.Run(run)).Message
        );
        Assert.Equal([0, 2, 4], run.Entries.Select(e => e.Step));
        Assert.Equal(["00000002", "00000004"], runs.Names);
    }

    /// <summary>The time before counts, the speed is that of this process, and the display knows which steps were made before.</summary>
    [Fact]
    public void Progress_tells_what_was_there_before()
    {
        var stage = new TrainedStage("pretraining", "AdamW");
        Stop(stage, after: 3);
        using var model = TrainedStage.NewModel();
        var seen = new List<StageProgress>();
        var run = new StageRun("Align", 3, new Dictionary<string, AxisValue>(), torch.CPU, seen.Add, CancellationToken.None)
        {
            Checkpoints = runs.Checkpoints(),
        };
        stage.Run(model, run);
        Assert.Equal((3, TrainedStage.Steps, 3, 0.0), (seen[0].Done, seen[0].Total, seen[0].Resumed, seen[0].TokensPerSecond));
        Assert.Equal([3, 4, 5, 6, 7], seen.Select(p => p.Done));
        Assert.True(run.Before > TimeSpan.Zero);
        Assert.Equal("seed3-Align goes on after step 3 of 7.", runs.Log.All[^1].Line);
    }

    static (byte[] Weights, TrainingLogEntry[] Log, long Tokens) Uninterrupted(TrainedStage stage)
    {
        using var model = TrainedStage.NewModel();
        var run = CheckpointedRun.New(null);
        stage.Run(model, run);
        return CheckpointedRun.Outcome(model.Decoder.Parameters, run);
    }

    void Stop(TrainedStage stage, int after)
    {
        using var stop = new CancellationTokenSource();
        using var model = TrainedStage.NewModel();
        var run = CheckpointedRun.New(
            runs.Checkpoints(),
            done =>
            {
                if (done == after)
                    stop.Cancel();
            },
            stop
        );
        Assert.Throws<OperationCanceledException>(() => stage.Run(model, run));
    }

    (byte[] Weights, TrainingLogEntry[] Log, long Tokens) Finish(TrainedStage stage, int resumedAt)
    {
        using var model = TrainedStage.NewModel();
        var checkpoints = runs.Checkpoints();
        int? began = null;
        var run = CheckpointedRun.New(checkpoints, done => began ??= done);
        stage.Run(model, run);
        Assert.Equal(resumedAt, began);
        checkpoints.Remove();
        Assert.False(Directory.Exists(runs.Folder));
        return CheckpointedRun.Outcome(model.Decoder.Parameters, run);
    }

    static void AssertSame(
        (byte[] Weights, TrainingLogEntry[] Log, long Tokens) whole,
        (byte[] Weights, TrainingLogEntry[] Log, long Tokens) resumed
    )
    {
        Assert.Equal(whole.Log, resumed.Log);
        Assert.Equal(whole.Tokens, resumed.Tokens);
        Assert.True(whole.Weights.AsSpan().SequenceEqual(resumed.Weights), "the weights differ");
    }
}
