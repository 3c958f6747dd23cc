using DcrDsl.Execution;
using DcrDsl.Execution.Slurm;
using DcrDsl.Planning;

namespace DcrDsl.Runtime.Tests.Runs.Slurm;

/// <summary>Which stage runs of a plan go into which task of which job array.</summary>
public class JobPlanTests
{
    static readonly Plan Plan = Plan.Of(FakeExperiment.Of([FakeExperiment.Axis("Dcr.Layer", 1, 2)]), new Selection { Seeds = [0, 1] });

    static readonly StageDurations Unknown = new([]);

    static string[] Of(IReadOnlyList<StageRunNode> toRun, string batch = "1") =>
        [
            .. JobPlan
                .Of(toRun, Unknown, BatchSize.Parse(batch)!)
                .SelectMany(l => l.Tasks.Select(t => $"{l.Number}: {string.Join(' ', t.StageRuns.Select(n => n.Id))}")),
        ];

    [Fact]
    public void A_level_ends_where_the_graph_branches() =>
        Assert.Equal(
            [
                "1: seed0-Learn",
                "1: seed1-Learn",
                "2: seed0-Learn-Align seed0-Learn-Align-Score seed0-Learn-Align-Score-Verdicts",
                "2: seed1-Learn-Align seed1-Learn-Align-Score seed1-Learn-Align-Score-Verdicts",
                "2: seed0-Learn-AlignAug seed0-Learn-AlignAug-Score seed0-Learn-AlignAug-Score-Verdicts",
                "2: seed1-Learn-AlignAug seed1-Learn-AlignAug-Score seed1-Learn-AlignAug-Score-Verdicts",
                .. new[] { "seed0-Learn-Dcr.layer1", "seed1-Learn-Dcr.layer1", "seed0-Learn-Dcr.layer2", "seed1-Learn-Dcr.layer2" }.Select(
                    dcr => $"2: {dcr} {dcr}-Align {dcr}-Align-Score {dcr}-Align-Score-Verdicts"
                ),
            ],
            Of(Plan.StageRuns)
        );

    [Fact]
    public void What_is_stored_has_no_task_and_no_level()
    {
        StageRunNode[] left = [.. Plan.StageRuns.Where(n => n.Line.Any(l => l.Stage.Name == "AlignAug"))];
        Assert.Equal(
            [
                "1: seed0-Learn-AlignAug seed0-Learn-AlignAug-Score seed0-Learn-AlignAug-Score-Verdicts",
                "1: seed1-Learn-AlignAug seed1-Learn-AlignAug-Score seed1-Learn-AlignAug-Score-Verdicts",
            ],
            Of(left)
        );
    }

    [Fact]
    public void A_batch_holds_lines_of_one_level()
    {
        string[] tasks = Of(Plan.StageRuns, "5");
        Assert.Equal("1: seed0-Learn seed1-Learn", tasks[0]);
        // Four lines of three stage runs and four of four, behind the level's number.
        Assert.Equal([4 * 3 + 4, 3 * 4], tasks[1..].Select(t => t.Split(' ').Length - 1));
    }

    [Theory]
    [InlineData("10s", "4 4 2 | 9 | ? | ? | 5 5 | 1")]
    [InlineData("0s", "4 | 4 | 2 | 9 | ? | ? | 5 | 5 | 1")]
    [InlineData("2h", "4 4 2 9 | ? | ? | 5 5 1")]
    [InlineData("4", "4 4 2 9 | ? ? 5 5 | 1")]
    public void A_batch_is_a_number_or_a_time_and_what_is_not_known_is_alone(string size, string batches)
    {
        string[] things = "4 4 2 9 ? ? 5 5 1".Split(' ');
        Assert.Equal(
            batches,
            string.Join(
                " | ",
                BatchSize
                    .Parse(size)!
                    .Of(
                        things,
                        t => t == "?" ? null : TimeSpan.FromSeconds(double.Parse(t, System.Globalization.CultureInfo.InvariantCulture))
                    )
                    .Select(b => string.Join(' ', b))
            )
        );
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("10 minutes")]
    public void Other_texts_are_no_batch(string text) => Assert.Null(BatchSize.Parse(text));
}
