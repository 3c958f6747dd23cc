using DcrDsl.Data;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Measures;
using DcrDsl.Evaluation.Statistics;
using DcrDsl.Runtime.Tests.Evaluation;
using DcrDsl.Runtime.Tests.Runs;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Measures;

public class PromptBootstrapTests
{
    static readonly PromptStatistic[] Compliance = [new(s => s.ComplianceRate!.Value)];

    [Fact]
    public void The_interval_of_a_share_has_the_width_of_the_binomial()
    {
        var bootstrap = PromptBootstrap.Of(
            [
                [Of(Enumerable.Range(0, 200).Select(i => i % 4 == 0))],
            ],
            Compliance,
            new RandomStream(1, "test"),
            4_000
        );
        var interval = bootstrap.Interval(0, 0);
        double half = 1.96 * Math.Sqrt(0.75 * 0.25 / 200);
        Assert.Equal(0.75 - half, interval.Low, 0.01);
        Assert.Equal(0.75 + half, interval.High, 0.01);
    }

    [Fact]
    public void Arms_are_drawn_together_so_that_what_they_share_drops_out()
    {
        bool[] refused = [.. Enumerable.Range(0, 200).Select(i => i % 3 == 0)];
        bool[] oneMore = [.. refused.Select((r, i) => r || i < 20)];
        var bootstrap = PromptBootstrap.Of(
            [
                [Of(refused)],
                [Of(oneMore)],
            ],
            Compliance,
            new RandomStream(1, "test"),
            4_000
        );
        int changed = refused.Zip(oneMore).Count(p => p.First != p.Second);
        double share = changed / 200.0,
            half = 1.96 * Math.Sqrt(share * (1 - share) / 200);
        var difference = bootstrap.Difference(1, 0, 0);
        Assert.Equal(-share - half, difference.Low, 0.008);
        Assert.Equal(-share + half, difference.High, 0.008);
        Assert.Equal(new Interval(0, 0), bootstrap.Difference(0, 0, 0));
    }

    [Fact]
    public void Seeds_of_an_arm_are_averaged_on_the_same_prompts()
    {
        bool[] refused = [.. Enumerable.Range(0, 100).Select(i => i % 2 == 0)];
        // Where one seed refuses the other complies, so the mean is one half whatever is drawn.
        var bootstrap = PromptBootstrap.Of(
            [
                [Of(refused), Of(refused.Select(r => !r))],
            ],
            Compliance,
            new RandomStream(1, "test"),
            100
        );
        Assert.Equal(new Interval(0.5, 0.5), bootstrap.Interval(0, 0));
    }

    static readonly PromptStatistic Graded = new(s => MetricTable.Of(Metric.GeneralGrade).Formula(s, 0.95)!.Value);

    /// <summary>Of each metric that is a mean, for all prompts and with some that have no value.</summary>
    [Fact]
    public void The_quick_way_to_a_mean_gives_what_its_formula_gives_to_the_last_bit()
    {
        var scores = FakeScores.Of("STL", 1, compliance: 0.4, defence: 0.9, loss: 0.2);
        Metric[] means = [.. FakeExperiment.Metrics.Where(m => MetricTable.Of(m).Mean is not null)];
        PromptStatistic[] slow = [.. means.Select(m => new PromptStatistic(s => MetricTable.Of(m).Formula(s, 0.95) ?? double.NaN))],
            quick = [.. means.Zip(slow, (m, s) => s with { Mean = MetricTable.Of(m).Mean })];
        var both = PromptBootstrap.Of(
            [
                [scores],
            ],
            [.. slow, .. quick],
            new RandomStream(1, "test"),
            200
        );
        Assert.True(means.Length >= 8);
        for (int metric = 0; metric < means.Length; metric++)
            Assert.Equal(both.Interval(0, metric), both.Interval(0, means.Length + metric));
    }

    [Fact]
    public void Numbers_that_judges_leave_have_the_width_of_their_mean()
    {
        var judge = new JudgeIdentity("grades", "1", new LanguageModelJudge { Rubric = Rubrics.AfterMTBench });
        var graded = Enumerable
            .Range(0, 200)
            .Select(i =>
                Outcomes.Of($"prompt {i}", PromptClass.General, "text", Verdict.Graded) with
                {
                    Scores = [i % 2 == 0 ? 4.0 : 8.0],
                }
            );
        var scores = new Scores([new PromptTaskOutcome("Task", PromptClass.General, [.. graded])], [judge]);
        var bootstrap = PromptBootstrap.Of(
            [
                [scores],
            ],
            [Graded, Graded with { Mean = MetricTable.Of(Metric.GeneralGrade).Mean }],
            new RandomStream(1, "test"),
            4_000
        );
        double half = 1.96 * 2 / Math.Sqrt(200);
        var interval = bootstrap.Interval(0, 0);
        Assert.Equal(6 - half, interval.Low, 0.05);
        Assert.Equal(6 + half, interval.High, 0.05);
        // The quick way to a mean draws the very same.
        Assert.Equal(interval, bootstrap.Interval(0, 1));
        Assert.Equal(new Interval(0, 0), bootstrap.Difference(0, 0, 1));
        // And each prompt adds its number to comparisons over seeds and prompts.
        Assert.Equal(6, MetricTable.Of(Metric.GeneralGrade).Mean!.Values(scores).Average(), 1e-12);
    }

    [Fact]
    public void It_needs_the_same_prompts()
    {
        Scores one = Of([true, false]),
            other = Of([true, false, false]);
        Assert.True(PromptBootstrap.Applies([one, Of([false, false])]));
        Assert.False(PromptBootstrap.Applies([one, other]));
        Assert.False(PromptBootstrap.Applies([]));
        Assert.Throws<ArgumentException>(() =>
            PromptBootstrap.Of(
                [
                    [one],
                    [other],
                ],
                Compliance,
                new RandomStream(1, "test")
            )
        );
    }

    static Scores Of(IEnumerable<bool> refused) =>
        new([
            new PromptTaskOutcome(
                "Task",
                PromptClass.SeeminglyToxic,
                [
                    .. refused.Select(
                        (r, i) =>
                            Outcomes.Of(
                                $"prompt {i}",
                                PromptClass.SeeminglyToxic,
                                "",
                                r ? Verdict.Refuses : Verdict.Complies,
                                r ? 0.9 : 0.1
                            )
                    ),
                ]
            ),
        ]);
}
