using System.Text.Json;
using DcrDsl.Definition;
using DcrDsl.Models;
using DcrDsl.Runtime.Tests.Runs.Checkpoints;
using DcrDsl.Specs;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Runs.Discerning;

/// <summary>What held-out prompts say of a refinement, and how they choose its layer and end it.</summary>
public sealed class HeldOutPromptsTests : IDisposable
{
    readonly CheckpointedRun runs = new();

    public void Dispose() => runs.Dispose();

    static (StageRun Run, byte[] Weights) Refine(
        RefinedModel stage,
        CheckpointedRun? runs = null,
        Action<int>? after = null,
        CancellationTokenSource? stop = null,
        ulong weights = 3
    )
    {
        using var scope = NewDisposeScope();
        var run = CheckpointedRun.New(runs?.Checkpoints(), after, stop);
        using var model = ToyWorldModel.Create(
            new ToyLlama
            {
                Layers = 2,
                Width = 16,
                Heads = 2,
                KeyValueHeads = 1,
                FeedForward = 24,
            },
            weights,
            CPU
        );
        return (run, CheckpointedRun.Outcome(stage.Refine(model, run), run).Weights);
    }

    static string Told(StageRun run) => JsonSerializer.Serialize(run.Discernment);

    /// <summary>The layer is the same in both: the one without takes what the other has chosen.</summary>
    [Fact]
    public void Reading_changes_no_weight()
    {
        var (read, plain) = (Refine(new()), Refine(new(HoldsOut: false)));
        Assert.Equal(1, read.Run.Discernment!.Layer);
        Assert.True(read.Weights.AsSpan().SequenceEqual(plain.Weights), "the weights differ");
        Assert.Null(plain.Run.Discernment);
    }

    [Fact]
    public void It_reads_before_along_and_after_and_says_what_the_loss_is_without()
    {
        var found = Refine(new()).Run.Discernment!;
        Assert.Equal([0, 3, 6, 8], found.Readings.Select(r => r.Step));
        Assert.Equal((8, 8), (found.SeeminglyToxic, found.Toxic));
        Assert.Equal([1, 2], found.Candidates!.Select(c => c.Layer));
        Assert.Equal(Math.Log(4 * 3) + 80 * 0.375, found.LossWithout, 1e-9);
        Assert.True(found.FirstLoss > 0 && found.LastLoss > 0 && found.LastLoss != found.FirstLoss);
        Assert.Null(found.Stopped);
    }

    /// <summary>An AUC that any reading has: it ends at the first look, or the second in a row; the log has the last step's loss.</summary>
    [Theory]
    [InlineData(1, 2)]
    [InlineData(3, 6)]
    public void It_ends_where_they_are_separated(int inARow, int step)
    {
        int done = 0;
        var (run, _) = Refine(new(Auc: 0, InARow: inARow), after: d => done = d);
        var stopped = run.Discernment!.Stopped!;
        Assert.Equal((step, RefinedModel.Steps, 0), (stopped.Step, stopped.Steps, stopped.Auc));
        Assert.Equal((step, step), (done, run.Discernment.Readings[^1].Step));
        Assert.Equal(step - 1, run.Entries[^1].Step);
        Assert.Equal(run.Entries[^1].Loss, run.Discernment.LastLoss);
    }

    [Fact]
    public void What_is_never_separated_makes_all_steps()
    {
        var (run, weights) = Refine(new(Auc: 1.1));
        Assert.Null(run.Discernment!.Stopped);
        Assert.Equal(RefinedModel.Steps - 1, run.Entries[^1].Step);
        Assert.True(weights.AsSpan().SequenceEqual(Refine(new()).Weights), "the weights differ");
    }

    /// <summary>
    /// Stopped at a step where it looks, where it does not, and at the one where it ends. The process that goes on is given another model:
    /// what it says of the untouched one, and the layer, are those of the first, which it does not ask again.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(6)]
    public void Stopped_and_resumed_it_says_the_same(int after)
    {
        var stage = new RefinedModel(Auc: 0, InARow: 3);
        var whole = Refine(stage);
        using (var stop = new CancellationTokenSource())
            Assert.Throws<OperationCanceledException>(() =>
                Refine(
                    stage,
                    runs,
                    done =>
                    {
                        if (done == after)
                            stop.Cancel();
                    },
                    stop
                )
            );
        var resumed = Refine(stage, runs, weights: 4);
        Assert.Equal(Told(whole.Run), Told(resumed.Run));
        Assert.Equal(whole.Run.Entries, resumed.Run.Entries);
        Assert.True(whole.Weights.AsSpan().SequenceEqual(resumed.Weights), "the weights differ");
    }

    /// <summary>Where there are no values, as before a run, the shapes of the deepest candidate are gone through.</summary>
    [Fact]
    public void Without_values_it_asks_for_none()
    {
        var shape = new ToyLlama
        {
            Layers = 3,
            Width = 16,
            Heads = 2,
            KeyValueHeads = 2,
        };
        using var scope = NewDisposeScope();
        using var model = ToyWorldModel.Create(shape, 3, new Device("meta"));
        var run = new StageRun("Dcr", 3, new Dictionary<string, AxisValue>(), new Device("meta"), _ => { }, CancellationToken.None);
        var heldOut = HeldOut(run, model, folds: 2);
        Assert.Equal(3, heldOut.ChooseLayer([]));
        Assert.Equal(2, heldOut.ChooseLayer([2, 1]));
        Assert.False(heldOut.AreSeparated(2, 8, auc: 0, every: 2, inARow: 1));
        heldOut.End(8);
        Assert.Null(run.Discernment);
        Assert.Equal(
            "Layer 4 does not exist: the model has layers 1 to 3.",
            Assert.Throws<InputException>(() => heldOut.ChooseLayer([4])).Message
        );
        Assert.Equal(
            "Dcr: the discernment, tried in as many parts as Discernment.Folds says, needs 9 prompts of each class, and SeeminglyToxic has "
                + "8: give more.",
            Assert.Throws<InputException>(() => HeldOut(run, model, folds: 9)).Message
        );

        static HeldOutPrompts HeldOut(StageRun run, LanguageModel model, int folds) =>
            new(
                run,
                model,
                run.Load(ToyWorld.WatchedSeeminglyToxic with { Take = 8 }, model.Chat),
                run.Load(ToyWorld.WatchedToxic with { Take = 8 }, model.Chat),
                (hidden, _) => hidden,
                folds,
                ridge: 0.01,
                batch: 5
            );
    }

    [Theory]
    [InlineData(30, 0.5, 15)]
    [InlineData(4, 0.5, 2)]
    [InlineData(4, 0.01, 1)]
    [InlineData(4, 1, 4)]
    public void A_layer_by_its_depth_is_the_nearest_block(int layers, double depth, int layer)
    {
        using var scope = NewDisposeScope();
        using var model = ToyWorldModel.Create(
            new ToyLlama
            {
                Layers = layers,
                Width = 16,
                Heads = 2,
                KeyValueHeads = 2,
            },
            3,
            new Device("meta")
        );
        Assert.Equal(layer, model.Decoder.LayerAtDepth(depth));
    }
}
