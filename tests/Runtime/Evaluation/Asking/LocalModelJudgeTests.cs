using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Judging.Asking;
using DcrDsl.FileSystem;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Evaluation.Asking;

public class LocalModelJudgeTests
{
    [Fact]
    public async Task A_models_directory_answers_greedily_with_its_chat_template_and_is_kept_by_its_content()
    {
        using var model = new TinyCheckpoint(longest: 2048);
        string store = Directory.CreateTempSubdirectory("dcrdsl").FullName;
        try
        {
            var spec = new LanguageModelJudge
            {
                Backend = new LocalModel { Path = model.Folder },
                // Whatever it says begins with something.
                Rubric = Rubrics.AfterOrBench with
                {
                    Fields = [new RubricField { Name = "word", Pattern = @"(?s)^(.).*" }],
                    Classes = [],
                    Score = new RubricScore { Fields = ["word"] },
                },
                MaxNewTokens = 5,
                AskAgain = 1,
            };
            var first = await Judge();
            // Random weights give no number from 1 to 5: it was asked twice, and knows both answers the next time.
            Assert.Equal((1, 2, 0), (first.Questions, first.Requests, first.Kept));
            Assert.True(first is { InputTokens: > 100, OutputTokens: <= 10, Cost: null });
            Assert.Equal((1, 0, 2), ((await Judge()) is var again ? (again.Questions, again.Requests, again.Kept) : default));

            async Task<JudgeAccount> Judge()
            {
                using var place = new JudgingPlace { Answers = JudgeAnswers.Of(store, Disk.Real, _ => { }) }.Enter();
                var judge = StoredJudge.Make(spec);
                Assert.Equal(Verdict.Undecided, (await AskedJudge.Of(judge)).Verdict);
                return judge.Account!;
            }
        }
        finally
        {
            Directory.Delete(store, recursive: true);
        }
    }

    [Fact]
    public void A_directory_that_is_not_there_is_named() =>
        Assert.Contains(
            "There is no model directory nowhere for the judge",
            Assert
                .Throws<InputException>(() => StoredJudge.Make(new LanguageModelJudge { Backend = new LocalModel { Path = "nowhere" } }))
                .Message,
            StringComparison.Ordinal
        );
}
