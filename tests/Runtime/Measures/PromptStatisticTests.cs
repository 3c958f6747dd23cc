using DcrDsl.Data;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Measures;
using DcrDsl.Runtime.Tests.Evaluation;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Measures;

/// <summary>What is looked up once gives the numbers of the formulas, to the last bit.</summary>
public class PromptStatisticTests
{
    static readonly PromptClass[] Classes = [PromptClass.Toxic, PromptClass.SeeminglyToxic, PromptClass.General];

    public static TheoryData<Metric> Metrics => [.. MetricTable.Rows.Select(r => r.Metric)];

    [Theory]
    [MemberData(nameof(Metrics))]
    public void A_metric_of_prompts_drawn_again_is_that_of_their_scores(Metric metric)
    {
        var random = new RandomStream(3, "test");
        var row = MetricTable.Of(metric);
        for (int trial = 0; trial < 40; trial++)
        {
            // Two tasks of each class, one of them trained on; some trials lack a class, some prompts were not probed, many tie.
            var scores = new Scores([
                .. Classes
                    .Skip(trial % 3)
                    .SelectMany(c => Enumerable.Range(0, 2).Select(n => Task(c, n, trial, random)))
                    .Where(t => trial % 4 > 0 || !t.InDistribution),
            ]);
            int[][] rows = [.. scores.PromptTasks.Select(t => t.Items.Select(_ => random.Next(t.Items.Count)).ToArray())];
            double expected = new PromptStatistic(s => row.Formula(s, 0.95) ?? double.NaN).Drawn(scores)(rows);
            Assert.Equal(expected, PromptStatistic.Of(row, 0.95).Drawn(scores)(rows));
        }
    }

    [Fact]
    public void A_class_whose_prompts_were_all_trained_on_stands_for_itself()
    {
        var task = Task(PromptClass.Toxic, 1, 5, new RandomStream(3, "test")) with { InDistribution = true };
        var scores = new Scores([task]);
        int[][] rows =
        [
            [.. Enumerable.Repeat(0, task.Items.Count)],
        ];
        double value = PromptStatistic.Of(MetricTable.Of(Metric.DefenceSuccessRate), 0.95).Drawn(scores)(rows);
        Assert.Equal(task.Items[0].Refused ? 1 : 0, value);
    }

    static PromptTaskOutcome Task(PromptClass promptClass, int number, int trial, RandomStream random) =>
        new(
            $"{promptClass}{number}",
            promptClass,
            [
                .. Enumerable
                    .Range(0, 3 + random.Next(8))
                    .Select(i =>
                        Outcomes.Of(
                            $"prompt {i}",
                            promptClass,
                            "",
                            random.Next(2) == 0 ? Verdict.Refuses : Verdict.Complies,
                            random.Next(5) == 0 && trial % 2 == 0 ? null : random.Next(6) / 5.0,
                            correct: i % 3 == 0 ? null : i % 3 == 1,
                            loss: i % 4 == 0 ? null : random.NextDouble()
                        )
                    ),
            ],
            InDistribution: number == 1
        );
}
