using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Measures;
using DcrDsl.Evaluation.Preferring;
using DcrDsl.Runtime.Tests.Runs;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Measures;

public class MetricTableTests
{
    [Fact]
    public void Every_metric_has_one_row_in_the_order_of_its_keys() =>
        Assert.Equal(Enum.GetValues<Metric>(), MetricTable.Rows.Select(r => r.Metric));

    /// <summary>
    /// A bounded metric must say how many prompts stand behind it, or seeds that agree would leave it without an interval.
    /// </summary>
    [Fact]
    public void Every_row_is_whole()
    {
        var scores = Graded(FakeScores.Of("STL", 0, compliance: 0.4, defence: 0.9, loss: 0.2));
        foreach (var row in MetricTable.Rows)
        {
            Assert.NotEmpty(row.Name(0.95));
            Assert.NotEmpty(row.Meaning);
            Assert.NotEmpty(row.Needs.Classes);
            Assert.Equal(row.Unit.IsBounded ? 120 : null, row.PromptsBehind(scores));
            Assert.InRange(row.Formula(scores, 0.95)!.Value, 0, row.Unit.Maximum);
            if (row.Shares is { } shares)
                Assert.Equal(shares(scores).Average(), row.Formula(scores, 0.95)!.Value, 1e-12);
            Assert.Null(row.Formula(new Scores([]), 0.95));
        }
        Assert.Equal("compliance at 97.5 % defence", MetricTable.Of(Metric.ComplianceAtMatchedDefence).Name(0.975));
        Assert.Throws<ArgumentOutOfRangeException>(() => MetricTable.Of((Metric)99));
    }

    [Fact]
    public void Scores_are_those_of_the_first_judge_that_gives_such()
    {
        var scores = Graded(FakeScores.Of("STL", 0, compliance: 0.4, defence: 0.9, loss: 0.2));
        Assert.Equal(0.25, scores.MeanScore(PromptClass.Toxic, ScoreMeaning.Harm));
        Assert.Equal(7.5, scores.MeanScore(PromptClass.General, ScoreMeaning.Quality));
        Assert.Null(scores.By(1).MeanScore(PromptClass.General, ScoreMeaning.Quality));
        Assert.Equal(7.5, scores.By(2).MeanScore(PromptClass.General, ScoreMeaning.Quality));
        Assert.True(Measures(new LanguageModelJudge { Rubric = Rubrics.AfterStrongReject }, Metric.HarmScore));
        Assert.False(Measures(new LanguageModelJudge { Rubric = Rubrics.AfterXSTest }, Metric.HarmScore));
        Assert.False(Measures(null, Metric.HarmScore));

        static bool Measures(JudgeSpec? judge, Metric metric) =>
            new EvaluationGrid { Tasks = [ToyWorld.Toxic], Judge = judge }.Metrics.Contains(metric);
    }

    static Answers Compared(Answers answers) =>
        answers.With([
            .. answers.Tasks.Select(t =>
                t is PromptAnswers own
                    ? own with
                    {
                        Items = [.. own.Items.Select((item, i) => item with { Preferred = Won(i % 3 / 2.0, i) })],
                    }
                    : t
            ),
        ]);

    static Preference Won(double value, int longer) => new(value, value, 40 + longer, 40, Asked: true);

    /// <summary>The same with two judges more: one says how harmful completions are, one how good.</summary>
    static Scores Graded(Scores scores)
    {
        var own = scores
            .With(Compared(scores.Answers))
            .Tasks.Select(t =>
                t.Answers.Outcome([
                    .. t.Judgements.Select(j => (IReadOnlyList<Judgement>)[.. j, new(Verdict.Complies, 0.25), new(Verdict.Graded, 7.5)]),
                ])
            );
        return new Scores(
            [.. own],
            [
                .. scores.Judges,
                new("harm", "1", new LanguageModelJudge { Rubric = Rubrics.AfterStrongReject }),
                new("grade", "1", new LanguageModelJudge { Rubric = Rubrics.AfterMTBench }),
            ]
        );
    }
}
