using DcrDsl.Execution.Checkpoints;
using DcrDsl.Training;
using Microsoft.Extensions.Logging;

namespace DcrDsl.Runtime.Tests.Runs.Checkpoints;

/// <summary>A checkpoint that is not whole or not of this stage run is never used, named, set aside and not lost.</summary>
public sealed class DamagedCheckpointTests : IDisposable
{
    readonly CheckpointedRun runs = new();

    public void Dispose() => runs.Dispose();

    [Theory]
    [InlineData(TrainingCheckpoint.Tensors, "cut", "tensors.safetensors has ")]
    [InlineData(TrainingCheckpoint.Tensors, "flip", "tensors.safetensors is damaged: its checksum is another")]
    [InlineData(TrainingCheckpoint.Tensors, "remove", "tensors.safetensors is missing")]
    [InlineData(TrainingCheckpoint.State, "cut", "state.json has ")]
    [InlineData(TrainingCheckpoint.State, "flip", "state.json is damaged: its checksum is another")]
    [InlineData(TrainingCheckpoint.State, "remove", "state.json is missing")]
    [InlineData(CheckpointFiles.Record, "cut", "checkpoint.json is damaged")]
    [InlineData(CheckpointFiles.Record, "flip", "checkpoint.json")]
    [InlineData(CheckpointFiles.Record, "remove", "checkpoint.json is missing")]
    public void The_one_before_is_used_instead(string file, string damage, string reason)
    {
        LeaveTwo();
        string path = runs.In("00000006", file);
        byte[] bytes = File.ReadAllBytes(path);
        if (damage == "remove")
            File.Delete(path);
        else if (damage == "cut")
            File.WriteAllBytes(path, bytes[..^5]);
        else
        {
            bytes[bytes.Length / 2] ^= 4;
            File.WriteAllBytes(path, bytes);
        }

        AssertResumedAt(4);
        string warning = Assert.Single(runs.Log.All, l => l.Level == LogLevel.Warning).Line;
        if (!(file == CheckpointFiles.Record && damage == "flip"))
            Assert.Contains($"is not used, as {reason}", warning);
        Assert.Contains($"it is now {runs.In("00000006.damaged")}, and training goes on from the one before", warning);
        Assert.Equal(damage == "remove" ? 2 : 3, Directory.GetFiles(runs.In("00000006.damaged")).Length);
    }

    /// <summary>Whichever bit of a small file is another: it is never used as it is.</summary>
    [Fact]
    public void No_bit_of_it_can_be_another()
    {
        LeaveTwo();
        foreach (string file in new[] { CheckpointFiles.Record, TrainingCheckpoint.State })
        {
            string path = runs.In("00000006", file);
            byte[] bytes = File.ReadAllBytes(path);
            for (int i = 0; i < bytes.Length; i++)
            {
                byte[] flipped = [.. bytes];
                flipped[i] ^= (byte)(1 << i % 8);
                File.WriteAllBytes(path, flipped);
                using var loop = new SmallLoop();
                using var optimiser = new AdamW(loop.Weights);
                Assert.Throws<UnusableCheckpointException>(() =>
                {
                    TrainingCheckpoint.Restore(runs.In("00000006"), CheckpointedRun.Identity, loop.Weights, optimiser);
                });
            }
            File.WriteAllBytes(path, bytes);
        }
        AssertResumedAt(6);
    }

    [Fact]
    public void One_in_a_newer_format_is_not_used()
    {
        LeaveTwo();
        Edit(runs.In("00000006", CheckpointFiles.Record), "\"format\":1", "\"format\":2");
        AssertResumedAt(4);
        Assert.Contains(runs.Log.All, l => l.Line.Contains("as a newer DcrDsl wrote it, in format 2, and this one reads 1; it is now "));
    }

    [Fact]
    public void One_of_another_stage_run_is_not_used()
    {
        LeaveTwo();
        using var loop = new SmallLoop();
        var run = CheckpointedRun.New(runs.Checkpoints(identity: "another"));
        loop.Run(run);
        Assert.Equal(2, runs.Log.All.Count(l => l.Line.Contains("as it is of another stage run; it is now ")));
        Assert.Equal(SmallLoop.Whole().Weights, CheckpointedRun.Outcome(loop.Weights, run).Weights);
        Assert.Equal(["00000004.damaged", "00000006.damaged"], runs.Names);
    }

    [Fact]
    public void One_of_other_weights_or_another_optimiser_changes_nothing()
    {
        LeaveTwo();
        using var loop = new SmallLoop();
        byte[] before = CheckpointedRun.Outcome(loop.Weights, CheckpointedRun.New(null)).Weights;
        using (var optimiser = new Sgd(loop.Weights))
            Assert.Equal(0, CheckpointedRun.New(runs.Checkpoints()).Resume(loop.Weights, optimiser));
        Assert.Equal(2, runs.Log.All.Count(l => l.Line.Contains("as it is of another optimiser")));
        Assert.Equal(before, CheckpointedRun.Outcome(loop.Weights, CheckpointedRun.New(null)).Weights);
    }

    /// <summary>Weights that are not finite are a failure of training and never a checkpoint.</summary>
    [Fact]
    public void Weights_that_are_not_finite_are_not_written()
    {
        using var loop = new SmallLoop();
        using var optimiser = new AdamW(loop.Weights);
        using (TorchSharp.torch.no_grad())
            loop.Weights[1][2] = double.NaN;
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var run = CheckpointedRun.New(runs.Checkpoints(), null, stop);
        string message = Assert.Throws<InputException>(() => run.Checkpoint(0, loop.Weights, optimiser)).Message;
        Assert.StartsWith("Align, seed 3, step 0: a weight is not finite, so no checkpoint of it is written; ", message);
        Assert.Empty(runs.Names);
    }

    /// <summary>Ended behind its last checkpoint, the loop leaves two.</summary>
    void LeaveTwo()
    {
        using var loop = new SmallLoop();
        loop.Run(CheckpointedRun.New(runs.Checkpoints(CheckpointInterval.EverySteps(2))));
        Assert.Equal(["00000004", "00000006"], runs.Names);
    }

    void AssertResumedAt(int step)
    {
        using var loop = new SmallLoop();
        var run = CheckpointedRun.New(runs.Checkpoints());
        loop.Run(run);
        Assert.Contains(runs.Log.All, l => l.Line == $"seed3-Align goes on after step {step} of {SmallLoop.Steps}.");
        Assert.Equal(SmallLoop.Whole().Weights, CheckpointedRun.Outcome(loop.Weights, run).Weights);
        Assert.Equal(SmallLoop.Whole().Log, run.Entries);
    }

    static void Edit(string path, string from, string to)
    {
        string text = File.ReadAllText(path);
        Assert.Contains(from, text);
        File.WriteAllText(path, text.Replace(from, to));
    }
}
