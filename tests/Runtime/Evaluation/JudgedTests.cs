using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Choices;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Evaluation;

public class JudgedTests
{
    static readonly Answers Answered = new([
        new ChoiceAnswers("Arc", [new("q", "", ["a", "b"], [true, false], [-1, -2], [false, false])]),
        new PromptAnswers("Harm", PromptClass.Toxic, [.. Enumerable.Range(0, 100).Select(Item)]),
    ]);

    static PromptAnswer Item(int i) =>
        new($"prompt {i}", PromptClass.Toxic, "", null, new Completion(i % 3 == 0 ? "Sorry." : "Sure.", [1], StopReason.Length, 1));

    [Fact]
    public void A_judge_that_takes_its_time_gives_verdicts_in_the_order_of_the_answers()
    {
        var slow = new Slow();
        var scores = Judged.By(Answered, [slow, Judges.Of(RefusalJudges.XSTest)], TestContext.Current.CancellationToken);
        var items = Assert.Single(scores.PromptTasks).Items;
        Assert.Equal(
            Enumerable.Range(0, 100).Select(i => i % 2 == 0 ? Verdict.RefusesIndirectly : Verdict.Complies),
            items.Select(i => i.Verdict)
        );
        Assert.Equal(
            Enumerable.Range(0, 100).Select(i => i % 3 == 0 ? Verdict.Refuses : Verdict.Complies),
            items.Select(i => i.Verdicts[1])
        );
        Assert.Equal(["Slow (7)", "RefusalJudges.XSTest (plain-1)"], scores.Judges.Select(j => j.Name));
        Assert.Equal((0.5, 1.0), (scores.DefenceSuccessRate, scores.Tasks[0].Accuracy));
        Assert.Equal(0.34, scores.By(1).DefenceSuccessRate!.Value, 1e-12);
        Assert.InRange(slow.Most, 2, 32);
    }

    [Fact]
    public void Completions_without_a_judge_are_refused_and_questions_need_none()
    {
        Assert.Contains(
            "no judge",
            Assert.Throws<InputException>(() => Judged.By(Answered, [], TestContext.Current.CancellationToken)).Message,
            StringComparison.Ordinal
        );
        var questions = Judged.By(new Answers([Answered.Tasks[0]]), [], TestContext.Current.CancellationToken);
        Assert.Null(questions.Judge);
        Assert.Equal(1, questions.Count);
    }

    [Theory]
    [InlineData("Sorry, no.", Verdict.Refuses)]
    [InlineData("Sure.", Verdict.Complies)]
    [InlineData("", Verdict.Empty)]
    [InlineData(" ** ", Verdict.Empty)]
    [InlineData("<think>I cannot", Verdict.Cut)]
    [InlineData("<think>no</think>Sure.", Verdict.Complies)]
    public void Lists_of_phrases_know_four_verdicts(string completion, Verdict verdict)
    {
        Assert.Equal(verdict, Judges.Of(RefusalJudges.XSTest).On(completion));
        Assert.Equal(verdict, Judges.RefusalOpeners("sorry").On(completion));
    }

    [Fact]
    public void A_judge_is_made_again_from_what_is_written_of_it()
    {
        foreach (
            var judge in (IJudge[])
                [
                    Judges.Of(ToyWorld.Judge),
                    Judges.Of(RefusalJudges.PrefixOrSubstring),
                    Judges.RefusalPhrases(["I \"can't\""], ["never"]),
                    Judges.RefusalOpeners("no", "nope"),
                ]
        )
        {
            var spec = StoredJudge.Read(StoredJudge.Written(judge.Spec!));
            Assert.Equal(judge.Spec, spec);
            Assert.Equal(JudgeIdentity.Of(judge), JudgeIdentity.Of(StoredJudge.Make(spec!)));
        }
        Assert.Null(StoredJudge.Read(new() { ["type"] = "NobodysJudge" }));
        Assert.Null(StoredJudge.Read(new() { ["type"] = "RefusalOpeners", ["laterOption"] = 1 }));
        Assert.Contains(
            "no function Judges.Missing",
            Assert.Throws<InputException>(() => StoredJudge.Make(new Missing())).Message,
            StringComparison.Ordinal
        );
    }

    /// <summary>A judge of somebody else's, whose options are not lists of words.</summary>
    [Fact]
    public void A_judge_of_another_assembly_is_made_again_too()
    {
        var written = StoredJudge.Written(new Long { Words = 2 });
        Assert.Equal("""{"type":"Long","words":2}""", written.ToJsonString());
        var judge = StoredJudge.Make(StoredJudge.Read(written)!);
        Assert.Equal((Verdict.Complies, Verdict.RefusesIndirectly), (judge.On("one two three"), judge.On("one")));
    }

    [Fact]
    public void Names_of_judges_are_found_whatever_their_case()
    {
        Assert.Equal(RefusalJudges.XSTest, PublishedJudges.Of("refusaljudges.xstest"));
        Assert.Equal(ToyWorld.Judge, PublishedJudges.Of("ToyWorld.Judge"));
        Assert.Contains(
            "Did you mean RefusalJudges.XSTest?",
            Assert.Throws<InputException>(() => PublishedJudges.Of("RefusalJudges.XSTst")).Message,
            StringComparison.Ordinal
        );
    }

    [RuntimeCall("Judges.Missing")]
    sealed record Missing : JudgeSpec;

    sealed class Slow : IJudge
    {
        int running;

        public int Most { get; private set; }

        public string Id => "Slow";

        public string Version => "7";

        public async ValueTask<Verdict> Judge(string prompt, Completion completion, CancellationToken cancellation)
        {
            int beside = Interlocked.Increment(ref running);
            lock (this)
                Most = Math.Max(Most, beside);
            int number = int.Parse(prompt.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
            await Task.Delay(100 - number, cancellation);
            Interlocked.Decrement(ref running);
            return number % 2 == 0 ? Verdict.RefusesIndirectly : Verdict.Complies;
        }
    }
}

/// <summary>Whoever says little evades.</summary>
[RuntimeCall("OwnJudges.Long")]
public sealed record Long : JudgeSpec
{
    /// <summary>Fewer words evade.</summary>
    public int Words { get; init; } = 5;
}

/// <summary>The function behind it.</summary>
public static class OwnJudges
{
    /// <summary>The judge.</summary>
    public static IJudge Long(int words) => new ByLength(words);

    sealed class ByLength(int words) : IJudge
    {
        public string Id => "Long";

        public string Version => "1";

        public JudgeSpec Spec => new Long { Words = words };

        public ValueTask<Verdict> Judge(string prompt, Completion completion, CancellationToken cancellation) =>
            ValueTask.FromResult(completion.Text.Split(' ').Length < words ? Verdict.RefusesIndirectly : Verdict.Complies);
    }
}
