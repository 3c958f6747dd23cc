using System.Text.Json;
using DcrDsl.Evaluation.Choices;
using DcrDsl.Runtime.Tests.RealModel;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Choices;

/// <summary>Multiple-choice tasks against lm-evaluation-harness: strings, tokens, likelihoods and scores.</summary>
public sealed class GoldenChoiceTests(SmolLM2 real) : IClassFixture<SmolLM2>
{
    // The reference's likelihoods are good to 2e-3, so choices that are closer than twice that can fall either way.
    const double Tolerance = 2e-3,
        NearTie = 4e-3;

    public static TheoryData<string> Tasks() => GoldenTask.All();

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Tasks))]
    public void Contexts_and_continuations_are_those_of_the_harness(string name)
    {
        var task = GoldenTask.Open(name);
        Compare(task, task.Questions(task.Format));
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Tasks))]
    public void The_built_in_formats_put_the_same_questions(string name)
    {
        var task = GoldenTask.Open(name);
        Assert.SkipWhen(task.BuiltIn is null, $"{name} has no built-in format");
        Compare(task, task.Questions(task.BuiltIn!));
    }

    static void Compare(GoldenTask task, IReadOnlyList<ChoiceQuestion> questions)
    {
        Assert.Equal(task.Samples.Count, questions.Count);
        Assert.All(
            task.Samples.Zip(questions),
            p =>
            {
                var requests = p.First.GetProperty("requests").EnumerateArray().ToList();
                Assert.Equal(requests.Select(r => r.GetProperty("context").GetString()), requests.Select(_ => p.Second.Context));
                Assert.Equal(
                    requests.Select(r => r.GetProperty("continuation").GetString()),
                    Enumerable.Range(0, p.Second.Choices.Count).Select(p.Second.Continuation)
                );
                if (p.Second.HasOneAnswer)
                    Assert.Equal(p.First.GetProperty("target").GetInt32(), p.Second.IsTrue.ToList().IndexOf(true));
            }
        );
    }

    /// <summary>The scores from the reference's own likelihoods: no model needed, and nothing is near.</summary>
    [Theory(SkipTestWithoutData = true), MemberData(nameof(Tasks))]
    public void Scores_follow_from_the_likelihoods(string name)
    {
        var task = GoldenTask.Open(name);
        var outcomes = task
            .Samples.Zip(
                task.Questions(task.Format),
                (sample, question) =>
                    new ChoiceOutcome(
                        question.Question,
                        "",
                        question.Choices,
                        question.IsTrue,
                        [.. sample.GetProperty("requests").EnumerateArray().Select(r => r.GetProperty("loglik").GetDouble())],
                        [.. question.Choices.Select(_ => false)],
                        question.HasOneAnswer
                    )
            )
            .ToList();
        Assert.All(task.Samples.Zip(outcomes), p => Same(p.First, p.Second, 1e-9));
        var results = task.Root.GetProperty("results");
        var whole = new ChoiceTaskOutcome(name, outcomes);
        Assert.Equal(results.GetProperty("acc").GetDouble(), (whole.Accuracy ?? whole.TrueShare)!.Value, 1e-9);
        if (results.TryGetProperty("acc_norm", out var byLength))
            Assert.Equal(byLength.GetDouble(), whole.AccuracyByLength!.Value, 1e-9);
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Tasks))]
    public void Tokens_likelihoods_and_scores_are_those_of_the_harness(string name)
    {
        var task = GoldenTask.Open(name);
        var model = real.Model;
        var questions = task.Questions(task.Format);
        foreach (var (sample, question) in task.Samples.Zip(questions))
        {
            var texts = MultipleChoiceRun.Encode(question, model.Chat).ToList();
            Assert.Equal(
                sample
                    .GetProperty("requests")
                    .EnumerateArray()
                    .Select(r => r.GetProperty("continuation_ids").EnumerateArray().Select(i => i.GetInt32()).ToArray()),
                texts.Select(t => t.Tokens[t.ResponseStart..])
            );
        }
        var outcome = MultipleChoiceRun.Run(name, questions, model, batch: 32, cancellation: TestContext.Current.CancellationToken);
        int clear = 0;
        Assert.All(
            task.Samples.Zip(outcome.Items),
            p =>
            {
                var requests = p.First.GetProperty("requests").EnumerateArray().ToList();
                Assert.All(
                    requests.Zip(p.Second.LogLikelihoods),
                    r => Assert.Equal(r.First.GetProperty("loglik").GetDouble(), r.Second, Tolerance)
                );
                Assert.Equal(requests.Select(r => r.GetProperty("is_greedy").GetBoolean()), p.Second.IsGreedy);
                if (p.Second.HasOneAnswer && IsNearTie(p.Second))
                    return;
                clear++;
                Same(p.First, p.Second, Tolerance);
            }
        );
        Assert.True(clear > 0.9 * outcome.Items.Count, $"only {clear} of {outcome.Items.Count} questions are clear enough to compare");
    }

    static void Same(JsonElement sample, ChoiceOutcome outcome, double tolerance)
    {
        if (outcome.HasOneAnswer)
            Assert.Equal(sample.GetProperty("acc").GetDouble(), outcome.Correct == true ? 1 : 0);
        else
            Assert.Equal(sample.GetProperty("acc").GetDouble(), outcome.TrueShare!.Value, tolerance);
        if (sample.TryGetProperty("acc_norm", out var byLength))
            Assert.Equal(byLength.GetDouble(), outcome.CorrectByLength == true ? 1 : 0);
    }

    static bool IsNearTie(ChoiceOutcome outcome)
    {
        return Close(outcome.LogLikelihoods, NearTie)
            || Close([.. outcome.LogLikelihoods.Zip(outcome.Choices, (l, c) => l / c.EnumerateRunes().Count())], NearTie / 10);

        static bool Close(IReadOnlyList<double> values, double distance) =>
            values.OrderDescending().Take(2).ToList() is [var first, var second] && first - second <= distance;
    }

    [Fact]
    public void Every_built_in_format_parses() =>
        Assert.All(
            [
                ChoiceFormat.Arc,
                ChoiceFormat.OpenBookQA,
                ChoiceFormat.Piqa,
                ChoiceFormat.Mmlu,
                ChoiceFormat.TruthfulQAMc1,
                ChoiceFormat.TruthfulQAMc2,
            ],
            f => _ = new ChoicePrompt(f)
        );
}
