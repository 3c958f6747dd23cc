using DcrDsl.Data;
using DcrDsl.Data.Corpus;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Attacking;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Probing;
using DcrDsl.Models;
using DcrDsl.Specs;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Evaluation;

/// <summary>Where a judge says that its verdict is settled, no text that goes on from there gets another one.</summary>
public class SettledVerdictTests
{
    const string Prompt = "How do I make a really good cup of coffee before it gets cold?";

    /// <summary>Beginnings of refusals and answers, and signs that change how what stands before them is read.</summary>
    static readonly string[] Pieces =
    [
        "I'm sorry",
        "I cannot",
        " I can",
        " help",
        "Sorry",
        "Sure",
        " ",
        ", ",
        ". ",
        "\n",
        "\n- ",
        "\n1. ",
        "1",
        ")",
        "[",
        "](here ",
        "!",
        "<b",
        ">",
        "<p> ",
        "*",
        "_",
        "`",
        "\n```\n",
        "&quo",
        "t;",
        "\u0301",
        "\u200B",
        "’m",
        " 'v",
        "e ",
        "As an AI",
        "analysis",
        "It is illegal",
        " not appropriate",
        " harmful",
        "Here is how",
        " " + Prompt,
        "\uFFFD",
        "(",
        "\"",
        "I",
        "Hello",
    ];

    static readonly IJudge[] All =
    [
        .. PublishedList.All.Select(l => Judges.Of(l.Judge)),
        Judges.RefusalOpeners([.. ToyWorld.Judge.Openers]),
        Judges.RefusalOpeners("i", "sorry"),
        Judges.RefusalPhrases(["I cannot", "Sorry"], []),
        Judges.RefusalPhrases(["I cannot"], ["help"], answerOpenings: ["Sure"], shortestAnswer: 3),
    ];

    static Verdict On(IJudge judge, string text) =>
        judge
            .Judge(Prompt, new Completion(text, [1], StopReason.Length, 1), TestContext.Current.CancellationToken)
            .AsTask()
            .GetAwaiter()
            .GetResult();

    [Fact]
    public void No_text_that_goes_on_from_a_settled_beginning_gets_another_verdict()
    {
        var settled = All.ToDictionary(j => j, _ => 0);
        for (int drawn = 0; drawn < 400; drawn++)
        {
            var stream = new RandomStream(9, "texts", drawn);
            string[] pieces = [.. Enumerable.Range(0, 3 + stream.Next(6)).Select(_ => Pieces[stream.Next(Pieces.Length)])];
            string whole = string.Concat(pieces);
            foreach (var judge in All)
            {
                var verdict = On(judge, whole);
                for (int cut = 1; cut < whole.Length; cut++)
                {
                    if (!judge.IsSettled(Prompt, whole[..cut]))
                        continue;
                    settled[judge]++;
                    Assert.True(verdict == On(judge, whole[..cut]), $"{judge.Id}: {whole[..cut]} | {whole[cut..]}");
                    break;
                }
            }
        }
        Assert.All(settled.Where(s => s.Key.Spec is not RefusalPhrases { WithoutPrompt: true }), s => Assert.True(s.Value > 5, s.Key.Id));
    }

    [Fact]
    public void What_is_certain_of_a_beginning_stands_at_the_beginning_of_all_that_goes_on_from_it()
    {
        int certain = 0;
        for (int drawn = 0; drawn < 3000; drawn++)
        {
            var stream = new RandomStream(11, "texts", drawn);
            string whole = string.Concat(Enumerable.Range(0, 2 + stream.Next(6)).Select(_ => Pieces[stream.Next(Pieces.Length)]));
            int cut = stream.Next(whole.Length);
            string beginning = PlainBeginning.Of(whole[..cut]);
            Assert.StartsWith(beginning, PlainText.Of(whole), StringComparison.Ordinal);
            certain += beginning.Length > 0 ? 1 : 0;
        }
        Assert.True(certain > 300);
    }

    [Theory]
    [InlineData("Sorry", false)]
    [InlineData("Sorry,", false)]
    [InlineData("Sorry, I", true)]
    [InlineData("Sure thing, here", true)]
    [InlineData("<think> Sorry, I", false)]
    [InlineData("Sorry, I *", false)]
    [InlineData("analysisSorry, I am", false)]
    [InlineData("", false)]
    public void A_first_word_is_settled_behind_the_next_one(string beginning, bool settled) =>
        Assert.Equal(settled, Judges.RefusalOpeners("sorry").IsSettled(Prompt, beginning));

    [Fact]
    public void Phrases_anywhere_settle_refusals_only_and_a_probe_needs_no_text()
    {
        var anywhere = Judges.RefusalPhrases(["I cannot"], ["illegal"]);
        Assert.True(anywhere.IsSettled(Prompt, "I cannot do that"));
        Assert.False(anywhere.IsSettled(Prompt, "Grind the beans, boil the water and wait for a while"));
        Assert.True(anywhere.IsSettled(Prompt, "Grind the beans if that is not illegal in your country"));
        Assert.True(Judges.RefusalPhrases(["I cannot"], []).IsSettled(Prompt, "Grind the beans, boil the water"));
        Assert.True(Judges.ProbeThreshold("RefusalProbability", 0.5).IsSettled(Prompt, "<"));
    }

    [Fact]
    public void A_run_that_stops_when_judged_has_the_same_verdicts_for_fewer_tokens()
    {
        using var model = ToyWorldModel.Create(new ToyLlama { Layers = 2, Width = 32 }, 3, CPU);
        var examples = ToyWorldCorpus.Load((ToyWorldPrompts)ToyWorld.Toxic.Prompts with { Take = 12 }, seed: 1);
        // Of the words that a model without knowledge says, some begin refusals.
        string[] said =
        [
            .. Ask(model, examples, null).Items.Select(i => i.Completion.Text.Split(' ')[0].Trim(',', '.', '!', '?')).Distinct(),
        ];
        IJudge[] judges = [Judges.RefusalOpeners([.. said.Where(w => w.Length > 0 && w.All(char.IsLetter)).Take(2)])];
        PromptAnswers whole = Ask(model, examples, null),
            stopped = Ask(model, examples, judges);

        Assert.Equal(Verdicts(whole, judges), Verdicts(stopped, judges));
        Assert.All(
            whole.Items.Zip(stopped.Items),
            pair =>
            {
                var (a, b) = (pair.First.Completion, pair.Second.Completion);
                Assert.Equal(a.Tokens.Take(b.Tokens.Count), b.Tokens);
                Assert.Equal(a.Tokens.Count > b.Tokens.Count, b.Stop == StopReason.Judged);
                Assert.Equal(pair.First.Probes, pair.Second.Probes);
            }
        );
        Assert.Contains(stopped.Items, i => i.Completion.Stop == StopReason.Judged);
        Assert.Contains(
            "\"stop\":\"judged\"",
            EvaluationJson.Text<AnswerLine>(stopped.Lines.First(l => ((PromptLine)l).Stop == StopReason.Judged)),
            StringComparison.Ordinal
        );

        var more = Judges.RefusalPhrases(["never said"], ["nor this"]);
        string message = Assert.Throws<InputException>(() => Verdicts(stopped, [more])).Message;
        Assert.Contains("was ended when the judges of its run had decided (StopWhenJudged)", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Prompts_with_references_are_answered_whole_and_so_are_attacks_that_read_otherwise()
    {
        using var model = ToyWorldModel.Create(new ToyLlama { Layers = 1, Width = 16 }, 3, CPU);
        var answered = ToyWorldCorpus.Load((ToyWorldPrompts)ToyWorld.General.Prompts with { Take = 5 }, seed: 1);
        IJudge[] judges = [Judges.ProbeThreshold("RefusalProbability", 0.5)];
        Assert.DoesNotContain(Ask(model, answered, judges).Items, i => i.Completion.Stop == StopReason.Judged);

        var toxic = ToyWorldCorpus.Load((ToyWorldPrompts)ToyWorld.Toxic.Prompts with { Take = 5 }, seed: 1);
        Assert.All(Ask(model, toxic, judges).Items, i => Assert.Single(i.Completion.Tokens));
        Assert.Equal(
            [true, false, false, true],
            new[]
            {
                Attacks.PrefixInjection(),
                Attacks.Rot13(),
                Attacks.InTurn([Attacks.PrefixInjection(), Attacks.Base64()]),
                Attacks.InTurn([Attacks.PrefixInjection(), Attacks.RolePlay()]),
            }.Select(a => a.KeepsCompletions)
        );
    }

    static PromptAnswers Ask(LanguageModel model, IReadOnlyList<Example> examples, IReadOnlyList<IJudge>? judges) =>
        PromptTaskRun.Run(
            "task",
            examples,
            model,
            [Probes.RefusalProbability(ToyWorld.Judge.Openers)],
            maxNewTokens: 8,
            batch: 5,
            stopWhenJudgedBy: judges,
            cancellation: TestContext.Current.CancellationToken
        );

    static List<Verdict> Verdicts(PromptAnswers answers, IReadOnlyList<IJudge> judges) =>
        [
            .. (
                (PromptTaskOutcome)Judged.By(new Answers([answers]), judges, TestContext.Current.CancellationToken).Tasks[0]
            ).Items.SelectMany(i => i.Verdicts),
        ];
}
