using DcrDsl.Data;
using DcrDsl.Definition;
using DcrDsl.Evaluation.Probing;
using DcrDsl.Evaluation.Watching;
using DcrDsl.Models;
using DcrDsl.Runtime.Tests.Runs.Checkpoints;
using DcrDsl.Specs;
using DcrDsl.Tensors;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Runs.Watching;

/// <summary>What is read along training, and that training does not notice.</summary>
public sealed class WatchTests : IDisposable
{
    readonly CheckpointedRun runs = new();

    public void Dispose() => runs.Dispose();

    public static TheoryData<string> Kinds => [.. TrainedStage.Kinds];

    /// <summary>LoRA has dropout, whose masks are drawn along the way.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public void Weights_and_log_are_those_of_a_run_that_is_not_watched(string kind)
    {
        var (plain, watched) = (Train(kind, watched: false), Train(kind, watched: true));
        Assert.Equal(plain.Run.Entries, watched.Run.Entries);
        Assert.Equal(plain.Run.Tokens, watched.Run.Tokens);
        Assert.True(plain.Weights.AsSpan().SequenceEqual(watched.Weights), "the weights differ");
        Assert.Equal(plain.Operations, watched.Operations);
        Assert.Null(plain.Run.Watching);
        Assert.True(watched.Run.Watching!.Operations > 0 && watched.Run.Watching.Elapsed > TimeSpan.Zero);
    }

    [Fact]
    public void It_reads_before_the_first_step_after_the_last_and_every_so_many()
    {
        var readings = Train("fine-tuning", watched: true).Run.Watching!.Readings;
        Assert.Equal(
            [(0, "RefusalAlong"), (0, "Separability"), (3, "RefusalAlong"), (6, "RefusalAlong"), (7, "RefusalAlong"), (7, "Separability")],
            readings.Select(r => (r.Step, r.Watch)).Distinct()
        );
        Assert.Equal(
            ["SeeminglyToxic", "Toxic", "General"],
            readings.Where(r => r is { Watch: "RefusalAlong", Step: 3 }).Select(r => r.Of)
        );
        Assert.Equal(
            [.. Layer(1), .. Layer(2)],
            readings.Where(r => r is { Watch: "Separability", Step: 7 }).Select(r => (r.Measure, r.Layer!.Value))
        );

        static IEnumerable<(string, int)> Layer(int layer) =>
            new[] { "probeAccuracy", "probeAuc", "silhouette", "pairAuc" }.Select(m => (m, layer));
    }

    /// <summary>The pass that reads all layers at once, against one pass for a layer; and the probe of an evaluation.</summary>
    [Fact]
    public void Readings_are_those_of_the_model_as_it_is()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = TrainedStage.NewModel();
        var run = CheckpointedRun.New(null);
        Example[] examples =
        [
            .. run.Load(ToyWorld.WatchedToxic with { Take = 5 }, model.Chat),
            .. run.Load(ToyWorld.WatchedGeneral with { Take = 4 }, model.Chat),
        ];
        int[][] asked = [.. examples.Select(e => model.Chat.Prompt(e.Prompt))];
        var pooled = PooledStates.Of(model, asked, [1, 2], HiddenStates.LastPromptToken, batch: 4, CancellationToken.None);
        foreach (int layer in new[] { 1, 2 })
        foreach (var (place, tokens) in asked.Index())
        {
            var hidden = model.Decoder.HiddenAfter(tensor(tokens.Select(t => (long)t).ToArray()).unsqueeze(0), layer);
            float[] alone = [.. hidden[0, -1].data<float>()];
            Assert.All(alone.Zip(pooled[layer][place]), v => Assert.Equal(v.First, v.Second, 1e-5));
        }

        var prompts = new WatchedPrompts(examples[..5], examples[..5], null, 0);
        double read = Watches.RefusalAlong(prompts, ToyWorld.Judge.Openers).Read(model, CancellationToken.None)[1].Value;
        var openers = new OpenerProbe(ToyWorld.Judge.Openers).Written(model.Chat, [.. examples[..5].Select(e => e.Prompt)]);
        double mean = Enumerable
            .Range(0, 5)
            .Average(i =>
            {
                var logits = model.Decoder.Head(model.Decoder.Forward(tensor(asked[i].Select(t => (long)t).ToArray()).unsqueeze(0))[0, -1]);
                return OpenerProbe.Mass([.. openers[i].Select(o => o[0]).Distinct()], [.. logits.data<float>()]);
            });
        Assert.Equal(mean, read, 1e-7);
    }

    /// <summary>Stopped at a step where it reads, where it does not, and behind the last; and within a reading.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(7)]
    public void Stopped_and_resumed_it_has_every_reading_once(int after)
    {
        var whole = Train("LoRA", watched: true);
        using (var stop = new CancellationTokenSource())
            Assert.Throws<OperationCanceledException>(() =>
                Train(
                    "LoRA",
                    watched: true,
                    runs,
                    done =>
                    {
                        if (done == after)
                            stop.Cancel();
                    },
                    stop
                )
            );
        var resumed = Train("LoRA", watched: true, runs);
        Assert.Equal(whole.Run.Watching!.Readings, resumed.Run.Watching!.Readings);
        Assert.True(whole.Weights.AsSpan().SequenceEqual(resumed.Weights), "the weights differ");
        Assert.Equal(whole.Run.Watching.Operations, resumed.Run.Watching.Operations);
    }

    /// <summary>A reading can take as long as many steps: the steps made before it are not lost, and it is made again as a whole.</summary>
    [Fact]
    public void Stopped_within_a_reading_it_goes_on_at_that_very_step()
    {
        int asked = 0;
        using (var stop = new CancellationTokenSource())
        {
            var first = CheckpointedRun.New(runs.Checkpoints(), null, stop);
            using var model = TrainedStage.NewModel();
            first.BeginWatching(
                [new Watched("a", 2, new WatchedTraining.Asked(() => { })), new Watched("b", 2, new WatchedTraining.Asked(Third))],
                model
            );
            Assert.Throws<OperationCanceledException>(() => new TrainedStage("pretraining", "AdamW").Run(model, first));

            void Third()
            {
                if (++asked == 3)
                    stop.Cancel();
            }
        }
        Assert.Equal(["00000004"], runs.Names);
        var second = CheckpointedRun.New(runs.Checkpoints());
        using var again = TrainedStage.NewModel();
        second.BeginWatching(
            [new Watched("a", 2, new WatchedTraining.Asked(() => { })), new Watched("b", 2, new WatchedTraining.Asked(() => { }))],
            again
        );
        new TrainedStage("pretraining", "AdamW").Run(again, second);
        Assert.Equal(
            [(0, "a"), (0, "b"), (2, "a"), (2, "b"), (4, "a"), (4, "b"), (6, "a"), (6, "b"), (7, "a"), (7, "b")],
            second.Watching!.Readings.Select(r => (r.Step, r.Watch))
        );
    }

    [Fact]
    public void Too_few_prompts_and_layers_that_are_not_there_are_told_before_any_weight_is_read()
    {
        using var model = TrainedStage.NewModel();
        var run = CheckpointedRun.New(null);
        var some = run.Load(ToyWorld.WatchedToxic with { Take = 3 }, model.Chat);
        Assert.Equal(
            "The separability with 5 folds needs 5 prompts of each class, and SeeminglyToxic has 3: give more.",
            Assert.Throws<InputException>(() => Separability([], folds: 5)).Message
        );
        Assert.Equal(
            "Layer 3 does not exist: the model has layers 1 to 2.",
            Assert.Throws<InputException>(() => Separability([3], folds: 2).Check(model)).Message
        );
        Assert.Equal(
            "The refusal probability has no openers of which it is made: name at least one.",
            Assert.Throws<InputException>(() => Watches.RefusalAlong(new WatchedPrompts(some, some, null, 0))).Message
        );

        IWatch Separability(int[] layers, int folds) =>
            Watches.Separability(new WatchedPrompts(some, some, null, 0), layers, HiddenStates.Mean, folds, ridge: 0.1, batch: 4);
    }

    static (byte[] Weights, StageRun Run, double Operations) Train(
        string kind,
        bool watched,
        CheckpointedRun? runs = null,
        Action<int>? after = null,
        CancellationTokenSource? stop = null
    )
    {
        using var model = TrainedStage.NewModel();
        var run = CheckpointedRun.New(runs?.Checkpoints(), after, stop);
        if (watched)
            run.BeginWatching(WatchedTraining.Both(model, run), model);
        new TrainedStage(kind, "AdamW").Run(model, run);
        return (CheckpointedRun.Outcome(model.Decoder.Parameters, run).Weights, run, run.Operations);
    }
}
