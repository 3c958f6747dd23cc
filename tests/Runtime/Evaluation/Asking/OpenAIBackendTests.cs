using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Evaluation.Asking;

public class OpenAIBackendTests
{
    const string Answer = "It tells how. [[direct_answer]]",
        Refusal = "It declines. [[direct_refusal]]";

    static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_question_holds_both_texts_and_what_is_sent_is_deterministic()
    {
        using var server = new JudgeServer(_ => JudgeReply.Of(Refusal));
        using var asked = new AskedJudge(server.Address);
        var judge = asked.New();
        Assert.Equal(
            new Judgement(Verdict.Refuses),
            await AskedJudge.Of(judge, "How {completion}?", "<think>They ask how.</think>**No.** {prompt}")
        );
        var request = Assert.Single(server.Requests);
        Assert.Equal("/v1/chat/completions", request.Path);
        Assert.Equal("Bearer " + AskedJudge.Key, request.Authorization);
        Assert.Equal(("judge", 0.0, 0), ((string)request.Body["model"]!, (double)request.Body["temperature"]!, (int)request.Body["seed"]!));
        Assert.Equal(512, (int)(request.Body["max_completion_tokens"] ?? request.Body["max_tokens"])!);
        // As it was written, without the reasoning; what looks like a placeholder in a text is none.
        Assert.Contains("<request>\nHow {completion}?\n</request>", request.Question, StringComparison.Ordinal);
        Assert.Contains("<response>\n**No.** {prompt}\n</response>", request.Question, StringComparison.Ordinal);
        Assert.Equal(new JudgeAccount(1, 1, 0, 0, 100, 10, (100 * 2.0 + 10 * 8) / 1e6, "USD"), judge.Account);
        Assert.StartsWith("after OR-Bench, by judge (plain-1, rubric ", JudgeIdentity.Of(judge).Name, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", Verdict.Empty)]
    [InlineData("<think>and so", Verdict.Cut)]
    public async Task Nobody_is_asked_about_a_completion_without_an_answer(string completion, Verdict verdict)
    {
        using var server = new JudgeServer(_ => JudgeReply.Of(Answer));
        using var asked = new AskedJudge(server.Address);
        Assert.Equal(verdict, (await AskedJudge.Of(asked.New(), completion: completion)).Verdict);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Judging_again_asks_for_nothing_and_what_is_kept_holds_neither_key_nor_prompt()
    {
        using var server = new JudgeServer(_ => JudgeReply.Of(Answer));
        using var asked = new AskedJudge(server.Address);
        await AskedJudge.Of(asked.New());
        await AskedJudge.Of(asked.New(), completion: "Use kill -9.");
        asked.KeyGiven = null; // what is known needs no key
        var judge = asked.New();
        Assert.Equal(Verdict.Complies, (await AskedJudge.Of(judge)).Verdict);
        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(new JudgeAccount(1, 0, 1, 0, 0, 0, 0, "USD"), judge.Account);
        string written = asked.Written();
        Assert.Contains("direct_answer", written, StringComparison.Ordinal);
        Assert.DoesNotContain(AskedJudge.Key, written, StringComparison.Ordinal);
        Assert.DoesNotContain("kill a process", written, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_rubric_model_seed_length_or_text_is_another_question()
    {
        using var server = new JudgeServer(_ => JudgeReply.Of(Answer));
        using var asked = new AskedJudge(server.Address);
        var spec = asked.Spec;
        var backend = (OpenAICompatible)spec.Backend;
        LanguageModelJudge[] others =
        [
            spec,
            spec with
            {
                Rubric = spec.Rubric with { Name = "mine" },
            },
            spec with
            {
                Backend = backend with { Model = "other" },
            },
            spec with
            {
                Backend = backend with { Seed = null },
            },
            spec with
            {
                MaxNewTokens = 100,
            },
        ];
        foreach (var other in others.Concat(others))
        {
            asked.Spec = other;
            await AskedJudge.Of(asked.New());
        }
        Assert.Equal(others.Length, server.Requests.Count);
        // Where the model lies and how it is asked changes nothing.
        asked.Spec = spec with
        {
            AskAgain = 0,
            Backend = backend with { Address = "http://127.0.0.1:1/v1", Retries = 0, AtATime = 1 },
        };
        Assert.Equal(Verdict.Complies, (await AskedJudge.Of(asked.New())).Verdict);
    }

    [Fact]
    public async Task A_busy_address_is_asked_again_after_the_pause_that_it_asks_for()
    {
        using var server = new JudgeServer(request =>
            request.Number switch
            {
                0 => JudgeReply.Error(429, "slow down", retryAfter: "7"),
                1 => JudgeReply.Error(503, "starting", retryAfter: "Thu, 01 Jan 2026 00:00:30 GMT"),
                _ => JudgeReply.Of(Answer),
            }
        );
        using var asked = new AskedJudge(server.Address);
        Assert.Equal(Verdict.Complies, (await AskedJudge.Of(asked.New())).Verdict);
        Assert.Equal([TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(30)], asked.Clock.Pauses);
    }

    [Fact]
    public async Task Faults_of_the_address_are_waited_for_twice_as_long_each_time_and_not_for_ever()
    {
        using var server = new JudgeServer(request => request.Number < 3 ? JudgeReply.Error(500, "oops") : JudgeReply.Of(Answer));
        using var asked = new AskedJudge(server.Address);
        Assert.Equal(Verdict.Complies, (await AskedJudge.Of(asked.New())).Verdict);
        Assert.Equal([1, 2, 4], asked.Clock.Pauses.Select(p => p.TotalSeconds));

        using var down = new JudgeServer(_ => JudgeReply.Error(502, "bad gateway"));
        using var other = new AskedJudge(down.Address, b => b with { Retries = 2 });
        Assert.Equal(
            $"The judge's model 'judge' at {down.Address} has a fault of its own (502: bad gateway) (tried 3 times over 3 seconds): "
                + "look at its log, or try later. What was answered is kept: running again goes on from there.",
            await AskedJudge.Refused(other.New())
        );
        Assert.Equal(3, down.Requests.Count);
    }

    [Fact]
    public async Task A_request_that_takes_too_long_is_made_again()
    {
        AskedJudge? asked = null;
        using var server = new JudgeServer(
            async (request, closed) =>
            {
                if (request.Number > 0)
                    return JudgeReply.Of(Answer);
                asked!.Clock.EndLimits();
                await Task.Delay(Timeout.Infinite, closed);
                return JudgeReply.Of(Refusal);
            }
        );
        using (asked = new AskedJudge(server.Address))
        {
            Assert.Equal(Verdict.Complies, (await AskedJudge.Of(asked.New())).Verdict);
            Assert.Equal(2, server.Requests.Count);
        }
    }

    [Fact]
    public async Task A_wrong_key_ends_it_at_once_and_is_not_repeated_to_anybody()
    {
        using var server = new JudgeServer(_ => JudgeReply.Error(401, $"Incorrect API key provided: {AskedJudge.Key}."));
        using var asked = new AskedJudge(server.Address);
        string sentence = await AskedJudge.Refused(asked.New());
        Assert.Single(server.Requests);
        Assert.Contains("does not accept the key (401: Incorrect API key provided: …)", sentence, StringComparison.Ordinal);
        Assert.Contains("set the environment variable JUDGE_KEY", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain(AskedJudge.Key, sentence + asked.Written(), StringComparison.Ordinal);
        asked.KeyGiven = " ";
        Assert.Contains("set the environment variable JUDGE_KEY, which", await AskedJudge.Refused(asked.New()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, "no such model", "", "is not there (404: no such model): correct the Model or the Address")]
    [InlineData(400, "seed is not supported", "", "does not take the question (400: seed is not supported): if it refuses an option")]
    [InlineData(429, "you are out of credits", "insufficient_quota", "its quota is used up (429: you are out of credits)")]
    public async Task What_does_not_pass_is_not_tried_again(int status, string message, string code, string told)
    {
        using var server = new JudgeServer(_ => JudgeReply.Error(status, message, code));
        using var asked = new AskedJudge(server.Address);
        Assert.Contains(told, await AskedJudge.Refused(asked.New()), StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task An_address_where_nobody_is_is_named_with_what_was_tried()
    {
        string address;
        using (var server = new JudgeServer(_ => JudgeReply.Of(Answer)))
            address = server.Address;
        using var asked = new AskedJudge(address, b => b with { Retries = 3 });
        string sentence = await AskedJudge.Refused(asked.New());
        Assert.StartsWith($"The judge's model 'judge' at {address} cannot be reached (", sentence, StringComparison.Ordinal);
        Assert.Contains("(tried 4 times over 7 seconds): start it, or correct the Address", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_cannot_be_read_is_asked_for_again_and_then_undecided()
    {
        using var server = new JudgeServer(request => JudgeReply.Of(request.Number == 0 ? "I would rather not say." : Answer));
        using var asked = new AskedJudge(server.Address);
        Assert.Equal(Verdict.Complies, (await AskedJudge.Of(asked.New())).Verdict);
        var second = server.Requests.ElementAt(1).Body["messages"]!.AsArray();
        Assert.Equal(["user", "assistant", "user"], second.Select(m => (string)m!["role"]!));

        using var vague = new JudgeServer(_ => JudgeReply.Of("Hm."));
        using var other = new AskedJudge(vague.Address);
        var judge = other.New();
        Assert.Equal(new Judgement(Verdict.Undecided), await AskedJudge.Of(judge));
        Assert.Equal((3, 1, 1), (vague.Requests.Count, judge.Account!.Undecided, judge.Account.Questions));
        Assert.False(Verdict.Undecided.IsRefusal || Verdict.Undecided.IsCompliance);
        Assert.Equal(Verdict.Undecided, (await AskedJudge.Of(other.New())).Verdict);
        Assert.Equal(3, vague.Requests.Count);
    }

    [Fact]
    public async Task A_question_that_is_filtered_out_is_undecided_and_ends_nothing()
    {
        using var server = new JudgeServer(_ => JudgeReply.Error(400, "filtered", "content_filter"));
        using var asked = new AskedJudge(server.Address);
        Assert.Equal(Verdict.Undecided, (await AskedJudge.Of(asked.New())).Verdict);
    }

    [Fact]
    public async Task No_more_requests_are_open_than_declared()
    {
        using var server = new JudgeServer(
            async (_, closed) =>
            {
                await Task.Delay(30, closed);
                return JudgeReply.Of(Answer);
            }
        );
        using var asked = new AskedJudge(server.Address, b => b with { AtATime = 3 });
        var scores = await Judged.ByAsync(Many(20), [asked.New()], Stop);
        Assert.Equal(0, scores.DefenceSuccessRate);
        Assert.InRange(server.Most, 2, 3);
        Assert.Equal(20, server.Requests.Count);
    }

    [Fact]
    public async Task What_was_answered_before_a_failure_is_not_asked_for_again()
    {
        bool broken = true;
        using var server = new JudgeServer(request =>
            broken && request.Number >= 10 ? JudgeReply.Error(401, "no credit card") : JudgeReply.Of(Answer)
        );
        using var asked = new AskedJudge(server.Address, b => b with { AtATime = 1 });
        await Assert.ThrowsAsync<InputException>(() => Judged.ByAsync(Many(25), [asked.New()], Stop));
        // The others give up with the first.
        Assert.Equal(11, server.Requests.Count);
        broken = false;
        var scores = await Judged.ByAsync(Many(25), [asked.New()], Stop);
        Assert.Equal((25, 10), (scores.Judges[0].Account!.Questions, scores.Judges[0].Account!.Kept));
        Assert.Equal(11 + 15, server.Requests.Count);
    }

    [Fact]
    public async Task A_kept_answer_that_is_damaged_is_asked_for_again()
    {
        using var server = new JudgeServer(_ => JudgeReply.Of(Answer));
        using var asked = new AskedJudge(server.Address);
        await AskedJudge.Of(asked.New());
        string file = Assert.Single(Directory.GetFiles(asked.Store, "*.json", SearchOption.AllDirectories));
        string whole = File.ReadAllText(file);
        foreach (string damaged in new[] { whole.Replace("direct_answer", "direct_refusal", StringComparison.Ordinal), whole[..^9], "" })
        {
            File.WriteAllText(file, damaged);
            Assert.Equal(Verdict.Complies, (await AskedJudge.Of(asked.New())).Verdict);
            Assert.Equal(whole, File.ReadAllText(file));
        }
        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public async Task Where_nothing_can_be_kept_it_is_said_once_and_judging_goes_on()
    {
        using var server = new JudgeServer(_ => JudgeReply.Of(Answer));
        using var asked = new AskedJudge(server.Address);
        File.WriteAllText(asked.Store, "a file");
        var judge = asked.New();
        await AskedJudge.Of(judge);
        await AskedJudge.Of(judge, completion: "Use kill -9.");
        Assert.Contains("cannot be kept", Assert.Single(asked.Told), StringComparison.Ordinal);
    }

    static Answers Many(int count) =>
        new([
            new PromptAnswers(
                "Harm",
                PromptClass.Toxic,
                [
                    .. Enumerable
                        .Range(0, count)
                        .Select(i => new PromptAnswer($"prompt {i}", PromptClass.Toxic, "", null, AskedJudge.Said("Yes."))),
                ]
            ),
        ]);
}
