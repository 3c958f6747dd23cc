using DcrDsl.Data;
using DcrDsl.Data.Corpus;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Guarding;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Probing;
using DcrDsl.Evaluation.Steering;
using DcrDsl.Models;
using DcrDsl.Models.Guards;
using DcrDsl.Models.Interventions;
using DcrDsl.Runtime.Tests.Models.Attachments;
using DcrDsl.Specs;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Evaluation.Guarding;

/// <summary>Prompts are answered through what stands around the model.</summary>
public class GuardedAnsweringTests
{
    const string Canned = "Sorry, but I can't help with that.";

    static readonly IProbe[] Beside = [Probes.RefusalProbability(ToyWorld.Judge.Openers), Probes.ReferenceLoss()];

    static IReadOnlyList<Example> Examples { get; } =
        ToyWorldCorpus.Load((ToyWorldPrompts)ToyWorld.SeeminglyToxic.Prompts with { Take = 12 }, seed: 1);

    static LanguageModel Model() =>
        ToyWorldModel.Create(
            new ToyLlama
            {
                Layers = 2,
                Width = 32,
                FeedForward = 40,
            },
            1,
            CPU
        );

    static PromptAnswers Ask(LanguageModel model, int batch = 8, IReadOnlyList<Example>? examples = null, Decoding? decoding = null) =>
        PromptTaskRun.Run(
            "task",
            examples ?? Examples,
            model,
            Beside,
            maxNewTokens: 6,
            batch,
            decoding,
            cancellation: TestContext.Current.CancellationToken
        );

    /// <summary>A word that some of the prompts have and others have not.</summary>
    static string SomeWord { get; } =
        Examples
            .SelectMany(e => e.Prompt.Split(' ').Distinct())
            .CountBy(w => w)
            .Where(w => w.Value is >= 3 and <= 6 && w.Key.All(char.IsLetter))
            .Select(w => w.Key)
            .First();

    static bool Has(string prompt) => prompt.Split(' ').Contains(SomeWord);

    static TriggerGuard Triggers(PhraseMatch match = PhraseMatch.WholeWords) => new(new GuardPhrases([SomeWord], match), Canned);

    [Fact]
    public void A_trigger_refuses_its_prompts_and_changes_no_other()
    {
        using var model = Model();
        var plain = Ask(model);
        model.Attach(Triggers());
        var guarded = Ask(model);

        Assert.Equal(Examples.Select(e => Has(e.Prompt)), guarded.Items.Select(i => i.Guarded is not null));
        foreach (var (with, without) in guarded.Items.Zip(plain.Items))
            if (Has(with.Prompt))
            {
                Assert.Equal(new Completion(Canned, ValueList<int>.Empty, StopReason.Guard, 0), with.Completion);
                Assert.Equal(new GuardTrace(GuardFate.RefusedByPhrase, "rule-triggers") { Phrase = SomeWord }, with.Guarded);
                Assert.Equal([new ProbeValue("RefusalProbability", 1)], with.Probes);
            }
            else
            {
                Assert.Equal(without.Completion, with.Completion);
                Assert.Equal(without.Probe("RefusalProbability")!.Value, with.Probe("RefusalProbability")!.Value, 1e-6);
            }
    }

    [Fact]
    public void A_triggered_prompt_costs_no_operation()
    {
        using var model = Model();
        model.Attach(Triggers());
        double before = OperationCount.OfThread;
        Ask(model, examples: [.. Examples.Where(e => Has(e.Prompt))]);
        Assert.Equal(before, OperationCount.OfThread);
    }

    [Theory]
    [InlineData("triggers")]
    [InlineData("classifier")]
    [InlineData("filter")]
    [InlineData("revision")]
    public void Together_or_alone_and_on_a_copy_the_answers_are_the_same(string kind)
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        model.Attach(Guard(model, kind));
        using var copy = model.Clone();
        var together = Ask(model, batch: 8);
        foreach (var other in new[] { Ask(model, batch: 1), Ask(copy, batch: 12) })
        {
            Assert.Equal(together.Items.Select(i => i.Completion), other.Items.Select(i => i.Completion));
            Assert.Equal(together.Items.Select(i => Without(i.Guarded)), other.Items.Select(i => Without(i.Guarded)));
        }
        Assert.Contains(together.Items, i => i.Guarded is not null);
        if (kind != "revision")
            Assert.Contains(together.Items, i => i.Guarded is null);

        // Log-odds are sums of another order in another batch.
        static GuardTrace? Without(GuardTrace? trace) => trace is null ? null : trace with { LogOdds = null };
    }

    static Guard Guard(LanguageModel model, string kind) =>
        kind switch
        {
            "triggers" => Triggers(),
            "classifier" => Classifier(model),
            "filter" => new ClassifierGuard(null, null, new GuardPhrases([SaidBySome(model)], PhraseMatch.WholeWords), Canned),
            _ => Revision,
        };

    static string SaidBySome(LanguageModel model)
    {
        string[] texts = [.. Ask(model).Items.Select(i => i.Completion.Text)];
        return texts
            .SelectMany(t => t.Split(' ').Distinct())
            .CountBy(w => w)
            .First(w => w.Value >= 2 && w.Value < texts.Length && w.Key.All(char.IsLetter))
            .Key;
    }

    static int[][] Tokens(LanguageModel model) => [.. Examples.Select(e => model.Chat.Prompt(e.Prompt))];

    static ClassifierGuard Classifier(LanguageModel model)
    {
        double[][] states = PromptStates.Read(model, Tokens(model), layer: 1, batch: 5, TestContext.Current.CancellationToken);
        var fit = LogisticRegression.Fit(states[..6], states[6..], 1e-3);
        return new ClassifierGuard(fit.At(layer: 1, threshold: 0), null, null, Canned);
    }

    [Fact]
    public void A_classifier_refuses_by_the_state_of_the_pass_that_answers()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        var plain = Ask(model);
        double[][] states = PromptStates.Read(model, Tokens(model), layer: 1, batch: 5, TestContext.Current.CancellationToken);
        double[] scores = LogisticRegression.Fit(states[..6], states[6..], 1e-3).Scores(states);
        model.Attach(Classifier(model));
        double before = OperationCount.OfThread;
        var guarded = Ask(model);
        double cost = OperationCount.OfThread - before;

        Assert.Equal(scores.Select(s => s >= 0), guarded.Items.Select(i => i.Guarded is not null));
        foreach (var ((with, without), score) in guarded.Items.Zip(plain.Items).Zip(scores))
            if (score >= 0)
            {
                Assert.Equal(score, with.Guarded!.LogOdds!.Value, 1e-3);
                Assert.Equal(
                    new Completion(Canned, ValueList<int>.Empty, StopReason.Guard, without.Completion.PromptTokens),
                    with.Completion
                );
            }
            else
                Assert.Equal(without.Completion, with.Completion);
        before = OperationCount.OfThread;
        Detached(model);
        Assert.True(cost < OperationCount.OfThread - before, "what is refused is not written, and nothing is read twice");

        static void Detached(LanguageModel model)
        {
            model.Attachments[0].Detach();
            Ask(model);
        }
    }

    /// <summary>What is steered is what is classified.</summary>
    [Fact]
    public void A_classifier_reads_the_state_that_stands_where_something_steers()
    {
        using var scope = NewDisposeScope();
        using var model = AttachedModel.With("scans");
        int[][] prompts = Tokens(model);
        var steered = PromptStates.Read(model, prompts, layer: 3, batch: 4, TestContext.Current.CancellationToken);
        using var bare = AttachedModel.Bare();
        var plain = PromptStates.Read(bare, prompts, layer: 3, batch: 4, TestContext.Current.CancellationToken);
        Assert.True(steered[0].Zip(plain[0], (a, b) => Math.Abs(a - b)).Max() > 1e-2);

        float[] seen = [];
        Generation.Complete(
            model.Decoder,
            prompts,
            1,
            model.Chat.StopTokens,
            cancellation: TestContext.Current.CancellationToken,
            refused: states =>
            {
                seen = states[3].select(1, -1)[0].data<float>().ToArray();
                return [];
            }
        );
        Assert.All(seen.Zip(steered[0]), s => Assert.Equal(s.Second, s.First, 1e-4));
    }

    [Fact]
    public void An_answer_with_a_phrase_is_withdrawn_and_kept_as_a_draft()
    {
        using var model = Model();
        var plain = Ask(model);
        string word = SaidBySome(model);
        model.Attach(new ClassifierGuard(null, null, new GuardPhrases([word], PhraseMatch.WholeWords), Canned));
        var guarded = Ask(model);
        foreach (var (with, without) in guarded.Items.Zip(plain.Items))
            if (without.Completion.Text.Split(' ').Contains(word))
            {
                Assert.Equal((Canned, StopReason.Guard), (with.Completion.Text, with.Completion.Stop));
                var draft = Assert.Single(with.Guarded!.Drafts);
                Assert.Equal(new Draft(without.Completion.Text, without.Completion.Tokens, without.Completion.PromptTokens), draft);
                Assert.Equal(1, with.Probe("RefusalProbability"));
            }
            else
                Assert.Equal(without.Completion, with.Completion);
        var account = GuardAccount.Of(new Answers([guarded]));
        Assert.Equal((0, 0, 0), (account.ExtraPasses, account.ExtraPromptTokens, account.ExtraTokens));
    }

    static RevisionGuard Revision { get; } = new(new RevisionTurns("why {answer} ?", "{critique} so what about {prompt} ?"));

    [Fact]
    public void Three_generations_pass_their_texts_on()
    {
        using var model = Model();
        var plain = Ask(model);
        model.Attach(Revision);
        var revised = Ask(model);
        foreach (var (with, without) in revised.Items.Zip(plain.Items))
        {
            Assert.Equal((GuardFate.Revised, 2), (with.Guarded!.Fate, with.Guarded.Drafts.Count));
            var (answer, critique) = (with.Guarded.Drafts[0], with.Guarded.Drafts[1]);
            Assert.Equal((without.Completion.Text, without.Completion.Tokens), (answer.Text, answer.Tokens));
            int[] criticising = model.Chat.Conversation([with.Prompt, answer.Text, $"why {answer.Text} ?"]),
                revising = model.Chat.Conversation([
                    with.Prompt,
                    answer.Text,
                    $"why {answer.Text} ?",
                    critique.Text,
                    $"{critique.Text} so what about {with.Prompt} ?",
                ]);
            Assert.Equal((criticising.Length, revising.Length), (critique.PromptTokens, with.Completion.PromptTokens));
            Assert.Equal(Said(criticising), critique.Tokens);
            Assert.Equal(Said(revising), with.Completion.Tokens);
        }
        var account = GuardAccount.Of(new Answers([revised]));
        Assert.Equal(new GuardedClass(PromptClass.SeeminglyToxic, 12, 0, 0, 0, 12), Assert.Single(account.Classes));
        Assert.Equal(revised.Items.Sum(i => i.Completion.Tokens.Count + i.Guarded!.Drafts[1].Tokens.Count), account.ExtraTokens);
        Assert.Equal(revised.Items.Sum(i => i.Completion.PromptTokens + i.Guarded!.Drafts[1].PromptTokens), account.ExtraPromptTokens);

        int[] Said(int[] given) =>
            Generation
                .Complete(model.Decoder, [given], 6, model.Chat.StopTokens, cancellation: TestContext.Current.CancellationToken)[0]
                .Tokens;
    }

    [Fact]
    public void The_turns_are_those_of_the_models_own_template()
    {
        using var checkpoint = new TinyCheckpoint(longest: 256);
        using var model = HuggingFaceModel.Open(new HuggingFace { Path = checkpoint.Folder }, 0, CPU);
        int[] tokens = model.Chat.Conversation(["Hi", "Yes?", "Why?"]);
        const string Whole =
            "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nYes?<|im_end|>\n"
            + "<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\n";
        Assert.Equal(model.Chat.Encode(Whole), tokens);
        Assert.Equal(model.Chat.Prompt("Hi"), model.Chat.Conversation(["Hi"]));

        model.Attach(new RevisionGuard(new RevisionTurns("Rule. {answer}", "Again: {critique}")));
        var answer = Assert.Single(
            PromptTaskRun
                .Run(
                    "task",
                    [new Example("Hi", null, PromptClass.General, "", null, "p.csv, line 2")],
                    model,
                    [],
                    maxNewTokens: 5,
                    batch: 8,
                    cancellation: TestContext.Current.CancellationToken
                )
                .Items
        );
        Assert.Equal(2, answer.Guarded!.Drafts.Count);
    }

    [Fact]
    public void A_conversation_without_room_is_told_in_a_sentence()
    {
        using var checkpoint = new TinyCheckpoint(longest: 60);
        using var model = HuggingFaceModel.Open(new HuggingFace { Path = checkpoint.Folder }, 0, CPU);
        model.Attach(new RevisionGuard(new RevisionTurns(string.Concat(Enumerable.Repeat("word ", 30)) + "{answer}", "{critique}")));
        var mistake = Assert.Throws<InputException>(() =>
            PromptTaskRun.Run(
                "task",
                [new Example("Hi", null, PromptClass.General, "", null, "p.csv, line 2")],
                model,
                [],
                maxNewTokens: 5,
                batch: 8,
                cancellation: TestContext.Current.CancellationToken
            )
        );
        Assert.Contains("the model takes", mistake.Message);
    }

    [Fact]
    public void Guards_stand_in_order_and_the_first_that_refuses_counts()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        model.Attach(Classifier(model));
        model.Attach(Triggers());
        model.Attach(Revision);
        var answers = Ask(model);
        Assert.All(
            answers.Items,
            i => Assert.True(Has(i.Prompt) ? i.Guarded!.Fate == GuardFate.RefusedByPhrase : i.Guarded!.Fate != GuardFate.RefusedByPhrase)
        );
        Assert.Contains(answers.Items, i => i.Guarded!.Fate == GuardFate.Revised);
    }

    [Fact]
    public async Task The_canned_refusal_is_one_to_every_judge_that_is_built_in()
    {
        var said = new Completion(RuleTriggers.CannedRefusal, ValueList<int>.Empty, StopReason.Guard, 0);
        foreach (
            JudgeSpec judge in new JudgeSpec[]
            {
                ToyWorld.Judge,
                RefusalJudges.XSTest,
                RefusalJudges.JailbreakBench,
                RefusalJudges.PrefixOrSubstring,
            }
        )
            Assert.True((await Judges.Of(judge).Judge("p", said, TestContext.Current.CancellationToken)).IsRefusal, judge.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n \r\n")]
    public void A_file_without_triggers_is_told(string text)
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, text);
        var mistake = Assert.Throws<InputException>(() => Guards.OnPrompts("Rules", [], PhraseMatch.WholeWords, Canned, file));
        Assert.Equal($"{file} has no trigger for Rules: write words or phrases into it, one a line.", mistake.Message);
        File.WriteAllText(file, "kill\n\nstab him \n");
        Assert.Equal(
            ["shoot", "kill", "stab him"],
            Guards.OnPrompts("Rules", ["shoot"], PhraseMatch.WholeWords, Canned, file).OnPrompt.Phrases
        );
        File.Delete(file);
        Assert.StartsWith(
            $"There is no file {file}",
            Assert.Throws<InputException>(() => Guards.OnPrompts("Rules", [], PhraseMatch.WholeWords, Canned, file)).Message
        );
    }

    [Fact]
    public void A_phrase_of_signs_without_width_is_told() =>
        Assert.Contains(
            "has nothing that a prompt could hold",
            Assert.Throws<InputException>(() => Guards.OnPrompts("Rules", ["\u200B"], PhraseMatch.WholeWords, Canned)).Message
        );

    [Fact]
    public void Words_that_a_model_lacks_are_told_before_it_is_asked()
    {
        using var model = Model();
        Assert.StartsWith(
            "Think: the templates say 'criticise'",
            Assert.Throws<InputException>(() => Guards.Revision("Think", model, "criticise {answer}", "{critique}")).Message
        );
        Assert.Equal("a", Guards.Revision("Think", model, "a {answer}", "a {critique}").Revision.Critique[..1]);
    }

    [Fact]
    public void A_layer_that_the_model_lacks_is_told()
    {
        using var model = Model();
        Assert.Equal(1, PromptStates.Layer("Chain", model));
        Assert.Equal(
            "Chain: there is no layer 3 in a model of 2; choose one from 1 to 2.",
            Assert.Throws<InputException>(() => PromptStates.Layer("Chain", model, 3)).Message
        );
    }
}
