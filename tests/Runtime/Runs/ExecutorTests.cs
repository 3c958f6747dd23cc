using DcrDsl.Data;
using DcrDsl.Definition;
using DcrDsl.Evaluation;
using DcrDsl.Execution;
using DcrDsl.Jinja.Chat;
using DcrDsl.Models;
using DcrDsl.Planning;
using TorchSharp;

namespace DcrDsl.Runtime.Tests.Runs;

public class ExecutorTests
{
    static readonly AxisDefinition Layer = FakeExperiment.Axis("Dcr.Layer", 1, 2, 3);

    [Fact]
    public void Every_stage_run_is_run_once_and_every_cell_is_scored()
    {
        var plan = Plan.Of(FakeExperiment.Of([Layer]), Selection.Everything);
        var observer = new RecordingObserver();

        var outcome = Run(plan, observer, threads: 4);

        Assert.Equal(plan.StageRuns.Select(r => r.Id).Order(), observer.Runs.Order());
        Assert.Equal(plan.Cells, outcome.Finished);
        Assert.Empty(outcome.Failed);
        Assert.Empty(outcome.NotRun);
    }

    [Fact]
    public void Results_do_not_depend_on_how_many_stage_runs_go_side_by_side()
    {
        var plan = Plan.Of(FakeExperiment.Of([Layer]), Selection.Everything);
        RecordingObserver alone = new(),
            together = new();

        Run(plan, alone, threads: 1);
        Run(plan, together, threads: 5);

        Assert.All(plan.Cells, c => Assert.Equal(First(alone, c).Items, First(together, c).Items));

        static PromptTaskOutcome First(RecordingObserver observer, Cell cell) => observer.Scores[cell.Id].PromptTasks.First();
    }

    [Fact]
    public void Stage_runs_after_the_same_parent_do_not_see_each_others_training()
    {
        var observer = new RecordingObserver();

        Run(Plan.Of(FakeExperiment.Of([Layer]), new Selection { Seeds = [0] }), observer, threads: 3);

        // The made-up loss is proportional to 0.22 + 0.05 × the mark that training leaves in the weights: layer − 1.
        double[] loss = [.. new[] { 1, 2, 3 }.Select(l => observer.Scores[$"dcr-layer{l}-seed0"].GeneralLoss!.Value)];
        Assert.Equal(0.27 / 0.22, loss[1] / loss[0], 1e-12);
        Assert.Equal(0.32 / 0.22, loss[2] / loss[0], 1e-12);
    }

    [Fact]
    public void A_stage_run_that_fails_takes_only_what_follows_it()
    {
        var definition = FakeExperiment.Of(
            during: (stage, run) =>
            {
                if (stage == "Dcr" && run.Seed == 1)
                    throw new InputException("prompts.csv, line 3: no prompt.");
            }
        );
        var observer = new RecordingObserver();

        var outcome = Run(Plan.Of(definition, Selection.Everything), observer, threads: 3);

        var (cell, failure) = Assert.Single(outcome.Failed);
        Assert.Equal("dcr-seed1", cell.Id);
        Assert.Equal("seed1-Learn-Dcr", failure.Node.Id);
        Assert.Equal("prompts.csv, line 3: no prompt.", failure.Reason);
        Assert.Equal(8, outcome.Finished.Count);
        Assert.DoesNotContain("seed1-Learn-Dcr-Align", observer.Runs);
    }

    [Fact]
    public void A_loss_that_is_not_a_number_ends_the_stage_run_with_a_remedy()
    {
        var definition = FakeExperiment.Of(
            during: (stage, run) =>
            {
                if (stage == "Align" && run.Seed == 2)
                    run.Log(30, 40, torch.tensor(double.NaN), null, 1e-3, tokens: 1, every: 10);
            }
        );

        var outcome = Run(Plan.Of(definition, Selection.Everything), new RecordingObserver(), threads: 2);

        Assert.Equal(["stl-seed2", "dcr-seed2"], outcome.Failed.Select(f => f.Cell.Id));
        Assert.All(
            outcome.Failed,
            f =>
                Assert.Equal(
                    "Align, seed 2, step 30: the loss is not a number; lower LearningRate, lengthen the warm-up, or set ClipNorm.",
                    f.Failure.Reason
                )
        );
    }

    [Theory]
    [InlineData("Something else\nand more", "Unexpected InvalidOperationException: Something else")]
    public void An_unexpected_error_is_told_in_a_sentence(string message, string sentence)
    {
        var definition = FakeExperiment.Of(
            during: (stage, _) =>
            {
                if (stage == "Base")
                    throw new InvalidOperationException(message);
            }
        );

        var outcome = Run(Plan.Of(definition, new Selection { Seeds = [0] }), new RecordingObserver(), threads: 1);

        Assert.Empty(outcome.Finished);
        Assert.All(outcome.Failed, f => Assert.Equal(sentence, f.Failure.Reason));
    }

    [Fact]
    public void Stopping_keeps_what_is_finished()
    {
        using var stop = new CancellationTokenSource();
        var observer = new RecordingObserver(_ => stop.Cancel());
        // Cells are told of behind the stage runs: those of the first seed may be finished by then.
        var definition = FakeExperiment.Of(
            during: (_, run) => Assert.True(run.Seed == 0 || stop.Token.WaitHandle.WaitOne(TimeSpan.FromMinutes(1)))
        );
        var plan = Plan.Of(definition, Selection.Everything);

        var outcome = Executor.Run(plan, new ExecutionOptions(torch.CPU, 1), observer, stop.Token);

        Assert.Equal(observer.Scores.Keys.Order(), outcome.Finished.Select(c => c.Id).Order());
        Assert.InRange(outcome.Finished.Count, 1, 3);
        Assert.Equal(9, outcome.Finished.Count + outcome.NotRun.Count);
        Assert.Empty(outcome.Failed);
    }

    [Fact]
    public void Stopping_within_a_stage_ends_it_at_its_next_step()
    {
        using var stop = new CancellationTokenSource();
        int steps = 0;
        var definition = FakeExperiment.Of(
            during: (stage, _) =>
            {
                if (stage == "Learn" && ++steps == 5)
                    stop.Cancel();
            }
        );

        var outcome = Executor.Run(
            Plan.Of(definition, Selection.Everything),
            new ExecutionOptions(torch.CPU, 1),
            new RecordingObserver(),
            stop.Token
        );

        Assert.Equal(5, steps);
        Assert.Equal(9, outcome.NotRun.Count);
    }

    [Fact]
    public void Stopping_ends_a_stage_that_renders_prompts_between_two_steps()
    {
        using var stop = new CancellationTokenSource();
        int rendered = 0;
        var template = ChatTemplate.Parse("{{ messages[0].content }}", "t.jinja");
        var definition = FakeExperiment.Of(
            during: (stage, _) =>
            {
                for (int i = 0; stage == "Base" && i < 1000; i++)
                {
                    template.Render(Conversation.Of(("user", "hi")));
                    if (++rendered == 5)
                        stop.Cancel();
                }
            }
        );

        var outcome = Executor.Run(Plan.Of(definition, Selection.Everything), new(torch.CPU, 1), new RecordingObserver(), stop.Token);

        Assert.Equal(5, rendered);
        Assert.Equal(9, outcome.NotRun.Count);
        Assert.Empty(outcome.Failed);
    }

    [Fact]
    public void One_stage_run_at_a_time_goes_through_the_thread_that_asks_for_it()
    {
        int asking = Environment.CurrentManagedThreadId;
        var used = new HashSet<int>();
        var definition = FakeExperiment.Of(during: (_, _) => used.Add(Environment.CurrentManagedThreadId));

        Run(Plan.Of(definition, Selection.Everything), new RecordingObserver(), threads: 1);

        Assert.Equal([asking], used);
    }

    [Fact]
    public void What_the_thread_that_asks_for_it_records_of_its_own_operations_is_no_matter_of_stage_runs()
    {
        var training = new List<bool>();
        var definition = FakeExperiment.Of(during: (_, _) => training.Add(torch.is_grad_enabled() && !torch.is_inference_mode_enabled()));

        using (torch.inference_mode())
        using (torch.no_grad())
        {
            Run(Plan.Of(definition, Selection.Everything), new RecordingObserver(), threads: 1);
            Assert.False(torch.is_grad_enabled());
            Assert.True(torch.is_inference_mode_enabled());
        }

        Assert.NotEmpty(training);
        Assert.DoesNotContain(false, training);
    }

    [Fact]
    public void A_run_that_was_stopped_stops_no_later_rendering_of_its_thread()
    {
        using var stop = new CancellationTokenSource();
        var definition = FakeExperiment.Of(during: (_, _) => stop.Cancel());

        Executor.Run(Plan.Of(definition, Selection.Everything), new(torch.CPU, 1), new RecordingObserver(), stop.Token);

        Assert.True(stop.IsCancellationRequested);
        Assert.Equal("hi", ChatTemplate.Parse("{{ messages[0].content }}", "t.jinja").Render(Conversation.Of(("user", "hi"))).Text);
    }

    [Fact]
    public void An_error_of_the_observer_ends_the_run_and_comes_out()
    {
        var observer = new RecordingObserver(_ => throw new IOException("disk full"));

        Assert.Throws<IOException>(() => Run(Plan.Of(FakeExperiment.Of(), Selection.Everything), observer, threads: 3));
    }

    [Theory]
    [InlineData(1, 6, 6, 1)]
    [InlineData(0, 6, 1, 6)]
    [InlineData(4, 6, 1, 4)]
    [InlineData(4, 2, 1, 2)]
    public void Threads_are_split_as_the_experiment_wants(int wanted, int threads, int workers, int each) =>
        Assert.Equal((workers, each), new ExecutionOptions(torch.CPU, threads).Split(wanted));

    [Theory]
    [InlineData(0, 6, 2, 3)]
    [InlineData(0, 7, 3, 2)]
    [InlineData(1, 6, 1, 6)]
    public void Threads_are_split_as_the_run_wants(int wanted, int threads, int sideBySide, int each) =>
        Assert.Equal((sideBySide, each), new ExecutionOptions(torch.CPU, threads) { SideBySide = sideBySide }.Split(wanted));

    static LanguageModel Made(StageRunNode root) =>
        ((Make)root.Stage.Body).Create(
            new StageRun("Base", 0, new Dictionary<string, AxisValue>(), torch.CPU, _ => { }, CancellationToken.None)
        );

    [Fact]
    public void The_last_child_gets_the_parents_model_itself_and_earlier_ones_copies()
    {
        var plan = Plan.Of(FakeExperiment.Of(), new Selection { Seeds = [0] });
        var learn = plan.StageRuns.Single(r => r.Stage.Name == "Learn");
        using var shelf = Shelf(plan);
        var model = Made(learn.Root);
        shelf.Put(learn, new ModelProduct(model));

        var taken = new List<LanguageModel>();
        foreach (var child in learn.Children)
        {
            using var given = shelf.InputOf(child);
            taken.Add(given.TakeModel());
        }

        Assert.Equal(3, taken.Distinct().Count());
        Assert.Equal([false, false, true], taken.Select(t => t == model));
        foreach (var one in taken)
            one.Dispose();
    }

    [Fact]
    public void A_model_is_freed_when_its_last_reader_is_done()
    {
        var plan = Plan.Of(FakeExperiment.Of(), new Selection { Seeds = [0] });
        var align = plan.StageRuns.First(r => r.Stage.Name == "Align");
        using var shelf = Shelf(plan);
        var model = Made(align.Root);
        shelf.Put(align, new ModelProduct(model));

        using (var given = shelf.InputOf(align.Children.Single()))
        {
            Assert.Same(model, given.BorrowModel());
            Assert.False(model.Decoder.Parameters[0].IsInvalid);
        }

        Assert.True(model.Decoder.Parameters[0].IsInvalid);
    }

    static ProductShelf Shelf(Plan plan) => new(Reuse.Nothing(plan), _ => throw new InvalidOperationException("Nothing is stored."));

    static RunOutcome Run(Plan plan, IRunObserver observer, int threads) =>
        Executor.Run(plan, new ExecutionOptions(torch.CPU, threads), observer, TestContext.Current.CancellationToken);
}
