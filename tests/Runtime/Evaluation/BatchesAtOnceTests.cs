using DcrDsl.Data;
using DcrDsl.Data.Corpus;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Probing;
using DcrDsl.Models;
using DcrDsl.Models.Interventions;
using DcrDsl.Specs;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Evaluation;

/// <summary>Batches of answers that go side by side on the threads of one operation.</summary>
[Collection(nameof(ThreadsForTests))]
public class BatchesAtOnceTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    static readonly Decoder Tiny = Models.TestDecoder.Initialise(Models.Lora.LoraTests.Small, seed: 1);

    static BatchesAtOnce<T> Of<T>(int prompts, int batch, Func<int[], T> answer, Decoder? decoder = null) =>
        new([.. Enumerable.Range(0, prompts)], batch, decoder ?? Tiny, answer);

    [Theory]
    // As they were, where there is nothing to go side by side with.
    [InlineData(1, 70, 32, "32 32 6")]
    [InlineData(5, 70, 32, "32 32 6")]
    [InlineData(2, 15, 32, "15")]
    [InlineData(2, 40, 15, "15 15 10")]
    [InlineData(2, 3, 1, "1 1 1")]
    // Two at once, of like size, together no more than are allowed.
    [InlineData(2, 64, 32, "16 16 16 16")]
    [InlineData(2, 32, 32, "16 16")]
    [InlineData(2, 80, 32, "14 14 14 14 14 10")]
    [InlineData(2, 16, 32, "8 8")]
    [InlineData(2, 50, int.MaxValue, "25 25")]
    // Three, and at most four.
    [InlineData(6, 100, 100, "34 34 32")]
    [InlineData(16, 100, 100, "25 25 25 25")]
    [InlineData(16, 20, 100, "10 10")]
    public void Prompts_are_cut_so_that_no_thread_is_left_over(int threads, int prompts, int batch, string widths) =>
        ThreadsForTests.With(
            threads,
            () =>
            {
                var batches = Of(prompts, batch, numbers => numbers).Batches;
                Assert.Equal(widths, string.Join(' ', batches.Select(b => b.Length)));
                Assert.Equal(Enumerable.Range(0, prompts), batches.SelectMany(b => b));
            }
        );

    [Theory]
    [InlineData(2, 2, 1)]
    [InlineData(3, 3, 1)]
    [InlineData(8, 4, 2)]
    public void They_go_side_by_side_each_with_its_share_of_the_threads(int threads, int lanes, int each) =>
        ThreadsForTests.With(
            threads,
            () =>
            {
                using var together = new Barrier(lanes);
                var batches = Of(
                    prompts: 16 * lanes,
                    batch: 8 * lanes,
                    numbers =>
                    {
                        Assert.True(together.SignalAndWait(Patience), "the others of this round were not begun");
                        return (numbers[0], Threads: get_num_threads());
                    }
                );
                Assert.Equal(2 * lanes, batches.Batches.Count);
                foreach (var (number, own) in batches.Batches.Index())
                    Assert.Equal((own[0], each), batches.Of(number));
            }
        );

    [Fact]
    public void On_other_devices_they_go_one_after_the_other() =>
        ThreadsForTests.With(
            4,
            () =>
            {
                using var elsewhere = Decoder.Initialise(Models.Lora.LoraTests.Small, seed: 1, META);
                AssertInTurn(elsewhere);
            }
        );

    [Fact]
    public void Under_an_intervention_of_ones_own_they_go_one_after_the_other() =>
        ThreadsForTests.With(
            4,
            () =>
            {
                using var decoder = Models.TestDecoder.Initialise(Models.Lora.LoraTests.Small, seed: 1);
                using (decoder.Intervene(new StreamReading(StreamSite.BlockOutput)))
                    AssertInTurn(decoder);
                using var direction = ones(Models.Lora.LoraTests.Small.HiddenSize);
                using var ablation = new DirectionAblation(direction);
                using var standing = decoder.Intervene(ablation);
                var batches = Threads(decoder);
                Assert.Equal(Environment.CurrentManagedThreadId, batches.Of(0));
                Assert.NotEqual(Environment.CurrentManagedThreadId, batches.Of(1));
            }
        );

    static void AssertInTurn(Decoder decoder)
    {
        var batches = Threads(decoder);
        Assert.Equal(2, batches.Batches.Count);
        Assert.All(Enumerable.Range(0, 2), b => Assert.Equal(Environment.CurrentManagedThreadId, batches.Of(b)));
    }

    static BatchesAtOnce<int> Threads(Decoder decoder) => Of(64, 32, _ => Environment.CurrentManagedThreadId, decoder);

    [Fact]
    public void What_fails_is_told_where_it_is_asked_for_and_the_others_are_there() =>
        ThreadsForTests.With(
            2,
            () =>
            {
                var batches = Of(32, 16, numbers => numbers[0] == 8 ? throw new InputException("no answer") : numbers[0]);
                Assert.Equal(0, batches.Of(0));
                Assert.Equal("no answer", Assert.Throws<InputException>(() => batches.Of(1)).Message);
                Assert.Equal(16, batches.Of(2));
                Assert.Equal(24, batches.Of(3));
            }
        );

    [Fact]
    public void Operations_of_all_are_counted_where_they_are_asked_for() =>
        ThreadsForTests.With(
            2,
            () =>
            {
                double before = OperationCount.OfThread;
                var batches = Of(
                    32,
                    32,
                    numbers =>
                    {
                        OperationCount.Product(rows: numbers.Length, frozen: 10, trained: 0, records: false);
                        return numbers;
                    }
                );
                batches.Of(0);
                batches.Of(1);
                Assert.Equal(2 * 32 * 10, OperationCount.OfThread - before);
            }
        );

    [Fact]
    public void Answers_do_not_depend_on_the_threads()
    {
        using var model = ToyWorldModel.Create(new ToyLlama { Layers = 2, Width = 32 }, 1, CPU);
        var examples = ToyWorldCorpus.Load((ToyWorldPrompts)ToyWorld.SeeminglyToxic.Prompts with { Take = 40 }, seed: 1);
        IProbe[] probes = [Probes.RefusalProbability(ToyWorld.Judge.Openers), Probes.ReferenceLoss()];
        IJudge[] judges = [Judges.RefusalOpeners([.. ToyWorld.Judge.Openers])];
        Example[] open = [.. examples.Select((e, i) => i % 2 == 0 ? e : e with { Response = null })];
        var alone = Asked(threads: 1, batch: 1);
        foreach (int threads in (int[])[2, 4, 6])
        {
            var asked = Asked(threads, batch: 40);
            Assert.Equal(alone.Items.Select(i => (i.Prompt, i.Completion)), asked.Items.Select(i => (i.Prompt, i.Completion)));
            foreach (var (one, other) in alone.Items.Zip(asked.Items))
            foreach (var (probe, same) in one.Probes.Zip(other.Probes))
            {
                Assert.Equal(probe.Name, same.Name);
                Assert.Equal(probe.Value, same.Value, 1e-5);
            }
        }
        Assert.Contains(alone.Items, i => i.Completion.Stop == StopReason.Judged);

        PromptAnswers Asked(int threads, int batch)
        {
            PromptAnswers? answers = null;
            ThreadsForTests.With(
                threads,
                () =>
                    answers = PromptTaskRun.Run(
                        "task",
                        open,
                        model,
                        probes,
                        maxNewTokens: 6,
                        batch,
                        stopWhenJudgedBy: judges,
                        cancellation: TestContext.Current.CancellationToken
                    )
            );
            return answers!;
        }
    }

    [Fact]
    public void A_batch_is_computed_the_same_wherever_one_goes_on() =>
        ThreadsForTests.With(
            4,
            () =>
            {
                var whole = Of(90, 32, numbers => (string.Join(' ', numbers), get_num_threads()));
                var rest = Of(90, 32, numbers => (string.Join(' ', numbers), get_num_threads()));
                foreach (int number in Enumerable.Range(0, whole.Batches.Count))
                {
                    var first = whole.Of(number);
                    if (number > 2)
                        Assert.Equal(first, rest.Of(number));
                }
            }
        );
}
