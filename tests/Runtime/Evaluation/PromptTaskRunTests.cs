using DcrDsl.Data;
using DcrDsl.Data.Corpus;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Probing;
using DcrDsl.Models;
using DcrDsl.Models.Interventions;
using DcrDsl.Specs;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Evaluation;

public class PromptTaskRunTests
{
    static readonly IJudge Judge = Judges.RefusalOpeners([.. ToyWorld.Judge.Openers]);

    static IReadOnlyList<Example> Examples(PromptTask task) =>
        ToyWorldCorpus.Load((ToyWorldPrompts)task.Prompts with { Take = 7 }, seed: 1);

    static readonly IProbe[] Beside = [Probes.RefusalProbability(ToyWorld.Judge.Openers), Probes.ReferenceLoss()];

    static PromptTaskOutcome Run(LanguageModel model, IReadOnlyList<Example> examples, int batch) =>
        (PromptTaskOutcome)Judged.By(new Answers([Ask(model, examples, batch)]), [Judge], TestContext.Current.CancellationToken).Tasks[0];

    static PromptAnswers Ask(LanguageModel model, IReadOnlyList<Example> examples, int batch) =>
        PromptTaskRun.Run("task", examples, model, Beside, maxNewTokens: 6, batch, cancellation: TestContext.Current.CancellationToken);

    [Fact]
    public void Outcomes_are_in_the_order_of_the_examples_whatever_the_batch()
    {
        using var model = ToyWorldModel.Create(
            new ToyLlama
            {
                Layers = 2,
                Width = 32,
                FeedForward = 40,
            },
            1,
            CPU
        );
        var examples = Examples(ToyWorld.SeeminglyToxic);
        PromptTaskOutcome together = Run(model, examples, batch: 100),
            alone = Run(model, examples, batch: 1);
        Assert.Equal(
            examples.Select(e => (e.Prompt, e.Class, e.Category, e.Response)),
            together.Items.Select(i => (i.Prompt, i.Class, i.Category, i.Answer.Reference))
        );
        foreach (var (a, b) in together.Items.Zip(alone.Items))
        {
            Assert.Equal((a.Completion, a.Refused, a.Correct), (b.Completion, b.Refused, b.Correct));
            Assert.Equal(a.RefusalProbability!.Value, b.RefusalProbability!.Value, 1e-6);
            Assert.Equal(a.Loss!.Value, b.Loss!.Value, 1e-5);
        }
    }

    [Fact]
    public void One_pass_serves_the_answer_the_openers_the_reference_and_the_state()
    {
        using var model = ToyWorldModel.Create(new ToyLlama { Layers = 2, Width = 32 }, 1, CPU);
        var examples = Examples(ToyWorld.SeeminglyToxic);
        // Of two words each, so that the first token's logits do not tell.
        string[] openers = [.. examples.Take(3).Select(e => string.Join(' ', e.Response!.Split(' ').Take(2)))];
        IProbe[] probes =
        [
            Probes.RefusalProbability(openers),
            Probes.ReferenceLoss(),
            Probes.LinearRefusal(Examples(ToyWorld.Toxic), Examples(ToyWorld.General)),
        ];
        // The linear probe is fitted in passes of its own, once.
        Asked(probes);
        var passes = new Passes();
        using (model.Decoder.Intervene(passes))
        {
            var answers = Asked(probes);
            Assert.All(answers.Items, i => Assert.Equal(3, i.Probes.Count));
            Assert.Equal(1, passes.OfMany);
            // By a probe that is asked alone, without what the pass that answers has read.
            var batch = new ProbedBatch(model, examples, [.. examples.Select(e => model.Chat.Prompt(e.Prompt))], []);
            foreach (var probe in probes)
                Assert.All(
                    probe.Of(batch, TestContext.Current.CancellationToken).Zip(answers.Items),
                    p => Assert.Equal(p.First!.Value, p.Second.Probe(probe.Name)!.Value, 1e-5)
                );
            Assert.Equal(4, passes.OfMany);
        }

        PromptAnswers Asked(IReadOnlyList<IProbe> beside) =>
            PromptTaskRun.Run("task", examples, model, beside, 6, batch: 7, cancellation: TestContext.Current.CancellationToken);
    }

    /// <summary>Counts the passes over more than a token of each row.</summary>
    sealed class Passes : IIntervention
    {
        public int OfMany { get; private set; }

        public bool StandsAt(StreamSite site, int block) => site == StreamSite.BlockInput && block == 1;

        public Tensor Apply(Tensor states, StreamVisit visit)
        {
            OfMany += states.shape[1] > 1 ? 1 : 0;
            return states;
        }
    }

    [Fact]
    public void It_tells_how_many_prompts_are_answered()
    {
        using var model = ToyWorldModel.Create(new ToyLlama { Layers = 1, Width = 16 }, 1, CPU);
        var told = new List<TaskProgress>();
        using (AnsweringProgress.To(told.Add))
            Ask(model, Examples(ToyWorld.SeeminglyToxic), batch: 3);
        Ask(model, Examples(ToyWorld.SeeminglyToxic), batch: 3);
        Assert.Equal([0, 3, 6, 7], told.Select(t => t.Done));
        Assert.All(told, t => Assert.Equal(("task", 7), (t.Task, t.Total)));
    }

    [Fact]
    public void A_model_without_knowledge_finds_all_words_equally_likely()
    {
        using var model = ToyWorldModel.Create(new ToyLlama(), 1, CPU);
        using (no_grad())
            model.Decoder.Parameters["lm_head.weight"].zero_();
        var outcome = Run(model, Examples(ToyWorld.General), batch: 3);
        Assert.Equal(3.0 / model.Chat.VocabularySize, outcome.RefusalProbability!.Value, 1e-6);
        Assert.Equal(Math.Log(model.Chat.VocabularySize), outcome.Loss!.Value, 1e-5);
        Assert.Equal(0, outcome.Accuracy);
        Assert.Equal(1, outcome.ComplianceRate);
    }

    [Fact]
    public void Prompts_without_answers_have_neither_accuracy_nor_loss()
    {
        using var model = ToyWorldModel.Create(new ToyLlama(), 1, CPU);
        var outcome = Run(model, Examples(ToyWorld.Toxic), batch: 3);
        Assert.All(outcome.Items, i => Assert.True(i is { Answer.Reference: null, Correct: null, Loss: null }));
        Assert.Equal((null, null, null), (outcome.Accuracy, outcome.Loss, outcome.ComplianceRate));
        Assert.Equal(0, outcome.DefenceSuccessRate);
    }

    [Fact]
    public void A_task_says_how_answers_were_compared()
    {
        using var model = ToyWorldModel.Create(new ToyLlama { Layers = 1 }, 1, CPU);
        var general = Run(model, Examples(ToyWorld.General), batch: 3);
        Assert.Equal("exact match but for case, punctuation", general.Comparison);
        Assert.Null(Run(model, Examples(ToyWorld.Toxic), batch: 3).Comparison);
        var tip = PromptTaskRun.Run(
            "task",
            Examples(ToyWorld.General),
            model,
            [],
            6,
            3,
            comparison: AnswerComparisons.ToyWorldTip(),
            cancellation: TestContext.Current.CancellationToken
        );
        Assert.Equal("ToyWorld's tip", tip.Comparison);
        Assert.All(tip.Items, i => Assert.Empty(i.Probes));
    }

    [Fact]
    public void A_prompt_without_room_for_its_answer_is_named_before_any_weight_is_read()
    {
        using var checkpoint = new TinyCheckpoint(longest: 64);
        using var model = HuggingFaceModel.Open(new HuggingFace { Path = checkpoint.Folder }, 0, META);
        Example[] examples = [Asked("Why?", "a.csv, line 2"), Asked(string.Concat(Enumerable.Repeat("why ", 22)), "a.csv, line 3")];
        int tokens = model.Chat.Prompt(examples[1].Prompt).Length;
        Assert.InRange(tokens, 50, 64);
        string message = Assert.Throws<InputException>(() => Checked(model, examples)).Message;
        Assert.Equal(
            $"a.csv, line 3: the prompt has {tokens} tokens, and with MaxNewTokens = 16 that is more than the 64 that the "
                + "model takes (max_position_embeddings): shorten it, leave it out, or lower MaxNewTokens.",
            message
        );
        Assert.StartsWith(
            "b.csv, line 9: ",
            Assert
                .Throws<InputException>(() => Checked(model, [Asked(string.Concat(Enumerable.Repeat("why ", 300)), "b.csv, line 9")]))
                .Message
        );
        Assert.StartsWith(
            "c.csv, line 4: ",
            Assert
                .Throws<InputException>(() =>
                    Checked(model, [Asked("Why?", "c.csv, line 4") with { Response = string.Concat(Enumerable.Repeat("so ", 300)) }])
                )
                .Message
        );
        Assert.Empty(Checked(model, examples[..1]).Items);

        static Example Asked(string prompt, string origin) => new(prompt, null, PromptClass.General, "", null, origin);

        static PromptAnswers Checked(LanguageModel model, IReadOnlyList<Example> examples) =>
            PromptTaskRun.Run(
                "task",
                examples,
                model,
                [Probes.RefusalProbability(["No"]), Probes.ReferenceLoss()],
                maxNewTokens: 16,
                batch: 8,
                cancellation: TestContext.Current.CancellationToken
            );
    }

    /// <summary>What it cost and why it ended stands beside what a model said.</summary>
    [Fact]
    public void Completions_have_their_tokens_their_cost_and_their_end()
    {
        using var model = ToyWorldModel.Create(new ToyLlama { Layers = 1 }, 1, CPU);
        var examples = Examples(ToyWorld.Toxic);
        foreach (var (example, answer) in examples.Zip(Ask(model, examples, batch: 3).Items))
        {
            var said = answer.Completion;
            Assert.Equal(model.Chat.Prompt(example.Prompt).Length, said.PromptTokens);
            Assert.Equal(model.Chat.Decode([.. said.Tokens]), said.Text);
            Assert.InRange(said.Tokens.Count, 1, 6);
            bool ended = model.Chat.StopTokens.Contains(said.Tokens[^1]);
            Assert.Equal(ended ? StopReason.StopToken : StopReason.Length, said.Stop);
            Assert.True(ended || said.Tokens.Count == 6);
        }
    }

    [Fact]
    public void Mixed_classes_and_empty_tasks_are_refused()
    {
        using var model = ToyWorldModel.Create(new ToyLlama(), 1, CPU);
        Assert.Contains("has no prompts", Assert.Throws<InputException>(() => Run(model, [], batch: 1)).Message, StringComparison.Ordinal);
        var mixed = Examples(ToyWorld.Toxic).Concat(Examples(ToyWorld.General)).ToList();
        Assert.Contains(
            "mixes classes",
            Assert.Throws<InputException>(() => Run(model, mixed, batch: 1)).Message,
            StringComparison.Ordinal
        );
    }
}
