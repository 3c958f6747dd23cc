using DcrDsl.Data;
using DcrDsl.Data.Corpus;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Attacking;
using DcrDsl.Evaluation.Guarding;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Probing;
using DcrDsl.Models;
using DcrDsl.Specs;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Evaluation.Attacking;

/// <summary>A task is asked as it is and under each attack, and what was said is kept with the attack's name.</summary>
public sealed class AttackedTaskRunTests : IDisposable
{
    static readonly IJudge Judge = Judges.RefusalOpeners([.. ToyWorld.Judge.Openers]);

    readonly LanguageModel model = ToyWorldModel.Create(new ToyLlama { Layers = 1, Width = 16 }, 1, CPU);

    public void Dispose() => model.Dispose();

    static IReadOnlyList<Example> Examples => ToyWorldCorpus.Load((ToyWorldPrompts)ToyWorld.Toxic.Prompts with { Take = 5 }, seed: 1);

    /// <summary>Every completion stands for a refusal; the prompt is as it was.</summary>
    sealed class ReadAsRefusal : IAttack
    {
        public string Ask(AttackedPrompt prompt) => prompt.Text;

        public string Read(string completion) => "sorry , no .";
    }

    IReadOnlyList<PromptAnswers> Ask(params NamedAttack[] attacks) =>
        AttackedTaskRun.Run(
            "Toxic",
            Examples,
            attacks,
            seed: 1,
            model,
            [Probes.RefusalProbability(ToyWorld.Judge.Openers)],
            maxNewTokens: 4,
            batch: 3,
            cancellation: TestContext.Current.CancellationToken
        );

    [Fact]
    public void A_task_is_asked_as_it_is_and_under_each_attack()
    {
        var answers = Ask(
            new("Same", Attacks.PromptTemplate("{prompt}")),
            new("Play", Attacks.RolePlay("this is about the school play . {prompt}"))
        );
        Assert.Equal([("Toxic", null), ("Toxic/Same", "Same"), ("Toxic/Play", "Play")], answers.Select(a => (a.Name, a.Attack)));
        string[] prompts = [.. Examples.Select(e => e.Prompt)];
        Assert.All(answers, a => Assert.Equal(prompts, a.Items.Select(i => i.Prompt)));
        Assert.All(answers[0].Items, i => Assert.Null(i.Asked));
        Assert.Equal(prompts.Select(p => "this is about the school play . " + p), answers[2].Items.Select(i => i.Asked));
        // Asking the same is asking nothing else: the same words, the same probabilities.
        Assert.Equal(
            answers[0].Items.Select(i => (i.Completion, i.Probe("RefusalProbability"))),
            answers[1].Items.Select(i => (i.Completion, i.Probe("RefusalProbability")))
        );
        Assert.NotEqual(answers[0].Items.Select(i => i.Completion.PromptTokens), answers[2].Items.Select(i => i.Completion.PromptTokens));
    }

    [Fact]
    public void The_same_is_asked_again_and_without_attacks_nothing_more()
    {
        NamedAttack play = new("Play", Attacks.RolePlay("this is about the school play . {prompt}"));
        Assert.Equal(Ask(play)[1].Items, Ask(play)[1].Items);
        Assert.Equal(Ask()[0].Items, Ask(play)[0].Items);
        Assert.Single(Ask());
    }

    [Fact]
    public void Judges_see_what_a_completion_stands_for_and_the_prompt_that_was_attacked()
    {
        var scores = Judged.By(
            new Answers(Ask(new NamedAttack("Coded", new ReadAsRefusal()))),
            [Judge],
            TestContext.Current.CancellationToken
        );
        var coded = scores.AttackedTasks.Single();
        Assert.Equal(("Toxic/Coded", "Coded", "Toxic"), (coded.Name, coded.Attack, coded.Task));
        Assert.Equal(1, coded.DefenceSuccessRate);
        Assert.All(coded.Items, i => Assert.Equal("sorry , no .", i.Answer.Read));
        Assert.Equal(Examples.Select(e => e.Prompt), ((PromptAnswers)coded.Answers).Texts.Select(t => t.Prompt));
        // A prompt that is left out is left out under the attack too: the two are compared prompt by prompt.
        var less = scores.Without(new Dictionary<string, IReadOnlySet<int>> { ["Toxic"] = new HashSet<int> { 0 } });
        Assert.All(
            less.PromptTasks.Concat(less.AttackedTasks),
            t => Assert.Equal(Examples.Skip(1).Select(e => e.Prompt), t.Items.Select(i => i.Answer.Prompt))
        );
        // What the model wrote stays, and the metrics are those of the prompts as they are.
        Assert.Equal(scores.PromptTasks.Single().Items.Select(i => i.Completion), coded.Items.Select(i => i.Completion));
        Assert.Equal(scores.PromptTasks.Single().DefenceSuccessRate, scores.DefenceSuccessRate);
    }

    [Fact]
    public void What_guards_did_is_counted_for_prompts_as_they_are()
    {
        var answers = Ask(new NamedAttack("Same", Attacks.PromptTemplate("{prompt}")));
        Assert.Equal(5, Assert.Single(GuardAccount.Of(new Answers(answers)).Classes).Prompts);
    }

    [Fact]
    public void What_was_asked_and_said_comes_back_from_the_files()
    {
        string folder = Directory.CreateTempSubdirectory("dcrdsl-attacked-").FullName;
        try
        {
            var scores = Judged.By(
                new Answers(Ask(new NamedAttack("Coded", new ReadAsRefusal()), new("Same", Attacks.PromptTemplate("{prompt}")))),
                [Judge],
                TestContext.Current.CancellationToken
            );
            string answers = Path.Combine(folder, "completions.jsonl"),
                verdicts = Path.Combine(folder, "verdicts.jsonl");
            AnswersFile.Write(answers, scores.Answers);
            VerdictsFile.Write(verdicts, scores);
            var read = VerdictsFile.Read(verdicts, AnswersFile.Read(answers));
            Assert.Equal(
                scores.Tasks.Cast<PromptTaskOutcome>().Select(t => (t.Name, t.Attack)),
                read.Tasks.Cast<PromptTaskOutcome>().Select(t => (t.Name, t.Attack))
            );
            Assert.Equal(
                scores.Tasks.Cast<PromptTaskOutcome>().SelectMany(t => t.Items),
                read.Tasks.Cast<PromptTaskOutcome>().SelectMany(t => t.Items)
            );
            string line = File.ReadLines(answers).First(l => l.Contains("\"attack\":\"Coded\"", StringComparison.Ordinal));
            Assert.Contains("\"read\":\"sorry , no .\"", line, StringComparison.Ordinal);

            File.WriteAllText(
                answers,
                File.ReadAllText(answers).Replace("\"attack\":\"Coded\"", "\"attack\":\"Other\"", StringComparison.Ordinal)
            );
            Assert.Contains(
                "line 7: the attack is not that of the task",
                Assert.Throws<InputException>(() => AnswersFile.Read(answers)).Message
            );
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_word_that_the_vocabulary_lacks_is_told_with_prompt_and_attack() =>
        Assert.Matches(
            @"^ToyWorld, Evaluation, under the attack Base64: ToyWorld's vocabulary has no word '",
            Assert.Throws<InputException>(() => Ask(new NamedAttack("Base64", Attacks.Base64()))).Message
        );

    /// <summary>On a device without values nothing is answered, and yet every prompt is looked at.</summary>
    [Fact]
    public void A_prompt_that_is_too_long_under_an_attack_is_found_before_anything_is_trained()
    {
        using var empty = ToyWorldModel.Create(new ToyLlama { Layers = 1, Width = 16 }, 1, META);
        var bounded = new Bounded(empty.Chat, 60);
        using var shapes = new LanguageModel(empty.Decoder, bounded);
        string message = Assert
            .Throws<InputException>(() =>
                AttackedTaskRun.Run(
                    "Toxic",
                    Examples,
                    [new("Long", Attacks.PromptTemplate("{prompt} {prompt} {prompt} {prompt} {prompt} {prompt} {prompt} {prompt}"))],
                    1,
                    shapes,
                    [],
                    maxNewTokens: 4,
                    batch: 3,
                    cancellation: TestContext.Current.CancellationToken
                )
            )
            .Message;
        Assert.Matches(@", under the attack Long: the prompt has \d+ tokens, .* more than the 60 that the model takes", message);
    }

    /// <summary>ToyWorld's words with a bound on a text's length.</summary>
    sealed class Bounded(IChatTokenizer words, int longest) : IChatTokenizer
    {
        public int VocabularySize => words.VocabularySize;

        public int PadToken => words.PadToken;

        public int EndToken => words.EndToken;

        public IReadOnlyList<int> StopTokens => words.StopTokens;

        public int? LongestText => longest;

        public int[] Prompt(string prompt) => words.Prompt(prompt);

        public EncodedText Answered(string prompt, string response) => words.Answered(prompt, response);

        public int[] Encode(string text) => words.Encode(text);

        public string Decode(ReadOnlySpan<int> tokens) => words.Decode(tokens);

        public IReadOnlyList<string> UnknownWords(string text) => words.UnknownWords(text);
    }
}
