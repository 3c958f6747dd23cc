using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Choices;
using DcrDsl.Planning;
using DcrDsl.Reports;
using DcrDsl.Results;
using DcrDsl.Runtime.Tests.Choices;
using DcrDsl.Runtime.Tests.Evaluation;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Runs;

public class ChoiceReportTests
{
    [Fact]
    public void Multiple_choice_tasks_have_a_table_of_their_own_and_typed_results()
    {
        using var run = new FakeRun(FakeExperiment.Of());
        AddChoices(run, alone: false);
        var results = run.Results;

        var dcr = new ArmResults(results, "DCR").Task("ArcEasy");
        Assert.Equal([0.5, 0.75, 0.5], dcr.Accuracy.Values.Values);
        Assert.Equal(0.5, dcr.AccuracyByLength.Mean);
        Assert.Contains(
            "does not measure the share of true choices",
            Assert.Throws<InputException>(() => dcr.TrueShare).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "Did you mean ArcEasy?",
            Assert.Throws<InputException>(() => new ArmResults(results, "DCR").Task("ArcEsy")).Message,
            StringComparison.Ordinal
        );

        var report = ReportModel.Of(results);
        string markdown = MarkdownReport.Of(report);
        Assert.Contains(
            "| ArcEasy | accuracy | 4 | 37.5 | 50.0 (15.0…85.0) | 50.0 (15.0…85.0) | 58.3 ± 35.9 |",
            markdown,
            StringComparison.Ordinal
        );
        Assert.Contains("| ArcEasy | accuracy by length | 4 | 37.5 | 50.0 (15.0…85.0) |", markdown, StringComparison.Ordinal);
        Assert.DoesNotContain("accuracy by bytes", markdown, StringComparison.Ordinal);
        Assert.Contains("| Truth | true share (mc2) | 1 | 50.0 | 50.0 (5.5…94.5) |", markdown, StringComparison.Ordinal);
        Assert.Contains("| ArcEasy | accuracy | 0.0 (−49.5…49.5) | +8.3 (−27.5…44.2) |", markdown, StringComparison.Ordinal);
        Assert.Contains("| physics \\* | 2 | 50.0 (9.5…90.5) |", markdown, StringComparison.Ordinal);
        Assert.Contains("true share (mc2)", HtmlReport.Of(report), StringComparison.Ordinal);
        Assert.Equal(SectionPlace.Front, report.Sections.Single(s => s.Title == "Ability").Place);
    }

    [Fact]
    public void Multiple_choice_tasks_alone_are_a_report()
    {
        using var run = new FakeRun(FakeExperiment.Of().With(("Score", new EvaluationGrid())));
        AddChoices(run, alone: true);
        var report = ReportModel.Of(run.Results);
        Assert.Equal("ArcEasy, accuracy: STL 50.0 %, STL-aug 50.0 %, DCR 58.3 % (n = 3 seeds; 37.5 % is chance).", report.Answer);
        Assert.Contains("accuracy by length", MarkdownReport.Of(report), StringComparison.Ordinal);
        Assert.Contains("Ability", HtmlReport.Of(report), StringComparison.Ordinal);
    }

    [Fact]
    public void With_few_seeds_intervals_are_over_questions()
    {
        using var run = new FakeRun(FakeExperiment.Of(), new Selection { Seeds = [0] });
        AddChoices(run, alone: false);
        string markdown = MarkdownReport.Of(ReportModel.Of(run.Results));
        // Two of four right: Wilson's interval; and no difference in any question: Bonett and Price's.
        Assert.Contains("with their 95 % interval over questions", markdown, StringComparison.Ordinal);
        Assert.Contains("| ArcEasy | accuracy | 4 | 37.5 | 50.0 (15.0…85.0) |", markdown, StringComparison.Ordinal);
        Assert.Contains("| ArcEasy | accuracy | 0.0 (−46.2…46.2) | 0.0 (−46.2…46.2) |", markdown, StringComparison.Ordinal);
    }

    [Fact]
    public void Choices_beyond_ascii_are_also_counted_in_bytes()
    {
        using var run = new FakeRun(FakeExperiment.Of());
        foreach (var cell in run.Results.Cells)
            Outcomes.Write(
                run.Folder,
                cell.Id,
                new Scores(
                    [
                        .. run.Results.Scores(cell).Tasks,
                        new ChoiceTaskOutcome(
                            "Fruit",
                            [
                                new("q", "", ["苹果", "elk"], [true, false], [-9, -10], [false, false]),
                                new("r", "", ["a", "bb"], [false, true], [-1, -3], [false, false]),
                            ]
                        ),
                    ],
                    [Outcomes.Judge]
                )
            );
        var fruit = new ArmResults(run.Results, "DCR").Task("Fruit");
        Assert.Equal((0.5, 0.0, 0.5), (fruit.Accuracy.Mean, fruit.AccuracyByLength.Mean, fruit.AccuracyByBytes.Mean));
        string markdown = MarkdownReport.Of(ReportModel.Of(run.Results));
        Assert.Contains("| Fruit | accuracy by length | 2 | 50.0 | 0.0 (0.0…65.8) |", markdown, StringComparison.Ordinal);
        Assert.Contains("| Fruit | accuracy by bytes | 2 | 50.0 | 50.0 (9.5…90.5) |", markdown, StringComparison.Ordinal);
    }

    [Fact]
    public void Questions_that_were_cut_are_counted()
    {
        using var run = new FakeRun(FakeExperiment.Of());
        AddChoices(run, alone: false);
        foreach (var cell in run.Results.Cells)
        {
            var scores = run.Results.Scores(cell);
            Outcomes.Write(
                run.Folder,
                cell.Id,
                new Scores(
                    [
                        .. scores.PromptTasks,
                        .. scores
                            .Tasks.OfType<ChoiceTaskOutcome>()
                            .Select(t => t with { Items = [t.Items[0] with { Cut = true }, .. t.Items.Skip(1)] }),
                    ],
                    scores.Judges
                )
            );
        }
        Assert.Contains(
            "ArcEasy: 1 of 4 questions with what stands before them are longer than the model takes, and were cut from the " + "left",
            MarkdownReport.Of(ReportModel.Of(run.Results)),
            StringComparison.Ordinal
        );
    }

    /// <summary>
    /// The intervals of bias scores by hand, of the outcomes of <see cref="BbqTests"/>: of the mean of 5 · 1, −1 and 4 · 0, 0.4 ± 1.96 ·
    /// √(4.4 / (9 · 10)); of 3 · 1 and 4 · −1, as in no arm the eighth answer says anything, −1/7 ± 1.96 · √(48/7 / (6 · 7)).
    /// </summary>
    [Fact]
    public void Bias_scores_have_intervals_over_questions()
    {
        using var run = new FakeRun(FakeExperiment.Of(), new Selection { Seeds = [0] });
        foreach (var cell in run.Results.Cells)
            Outcomes.Write(run.Folder, cell.Id, new Scores([.. run.Results.Scores(cell).Tasks, BbqTests.ByHand], [Outcomes.Judge]));
        string markdown = MarkdownReport.Of(ReportModel.Of(run.Results));
        Assert.Contains("| Bbq | bias, ambiguous | 18 | – | 0.400 (−0.033…0.833) |", markdown, StringComparison.Ordinal);
        Assert.Contains("| Bbq | bias, disambiguated | 18 | – | −0.143 (−0.935…0.649) |", markdown, StringComparison.Ordinal);
        Assert.Contains("| Bbq | accuracy, ambiguous | 18 | – | 40.0 (16.8…68.7) |", markdown, StringComparison.Ordinal);
        Assert.Contains("| Bbq | bias, disambiguated | 0.000 (–) |", markdown, StringComparison.Ordinal);
        Assert.Contains("Bbq: bias, ambiguous by category", markdown, StringComparison.Ordinal);
        var typed = new ArmResults(run.Results, "DCR").Task("Bbq");
        Assert.Equal((0.4, -1.0 / 7), (typed.AmbiguousBias.Mean, typed.DisambiguatedBias.Mean));
        Assert.Equal(-1, typed.Within(PromptGrouping.Category, "SES").AmbiguousBias.Mean);
        Assert.Equal((0.4, 0.625), (typed.AmbiguousAccuracy.Mean, typed.DisambiguatedAccuracy.Mean));
        Assert.Empty(typed.Groups(PromptGrouping.Language));
    }

    static void AddChoices(FakeRun run, bool alone)
    {
        var results = run.Results;
        foreach (var cell in results.Cells)
        {
            // Half of four questions are right, in DCR's second seed three of them.
            int right = cell is { Arm: "DCR", Seed: 1 } ? 3 : 2;
            var items = Enumerable
                .Range(0, 4)
                .Select(i => new ChoiceOutcome(
                    $"question {i}?",
                    i < 2 ? "physics" : "anatomy",
                    i < 2 ? ["a", "bbbb"] : ["a", "bbbb", "c", "d"],
                    [.. Enumerable.Range(0, i < 2 ? 2 : 4).Select(c => c == (i % 2 == 0 ? 0 : 1))],
                    [.. Enumerable.Range(0, i < 2 ? 2 : 4).Select(c => c == (Order(i) < right ? i % 2 : 1 - i % 2) ? -2.0 : -3 - c)],
                    [.. Enumerable.Range(0, i < 2 ? 2 : 4).Select(_ => false)]
                ));
            var truth = new ChoiceTaskOutcome(
                "Truth",
                [new("true?", "", ["a", "b"], [true, false], [-1, -1], [false, false], HasOneAnswer: false)]
            );
            Outcomes.Write(
                run.Folder,
                cell.Id,
                new Scores(
                    [.. alone ? [] : results.Scores(cell).Tasks, new ChoiceTaskOutcome("ArcEasy", [.. items]), truth],
                    alone ? [] : [Outcomes.Judge]
                )
            );
        }

        static int Order(int question) =>
            question switch
            {
                0 => 0,
                2 => 1,
                1 => 2,
                _ => 3,
            };
    }
}
