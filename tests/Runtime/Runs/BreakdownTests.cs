using DcrDsl.Evaluation;
using DcrDsl.Reports;
using DcrDsl.Results;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>Numbers by category, language and source: in the report, and typed.</summary>
public class BreakdownTests
{
    /// <summary>Every prompt with an even number is French, those of the first ten of a task come from a set of their own.</summary>
    static FakeRun Spoken()
    {
        var run = new FakeRun(FakeExperiment.Of());
        RewrittenRun.Tasks(
            run,
            (_, task) =>
                task with
                {
                    Items =
                    [
                        .. task.Items.Select(
                            (item, i) =>
                                item with
                                {
                                    Answer = item.Answer with
                                    {
                                        Language = i % 2 == 0 ? "fr" : "en",
                                        Source = i < 10 && task.Class == PromptClass.Toxic ? "few" : "",
                                    },
                                }
                        ),
                    ],
                }
        );
        return run;
    }

    [Fact]
    public void The_report_has_each_metric_by_each_grouping_with_wilsons_intervals()
    {
        using var run = Spoken();
        var report = ReportModel.Of(run.Results);
        string[] titles = [.. report.Sections.Select(s => s.Title)];
        Assert.Contains("Compliance by category", titles);
        Assert.Contains("Defence by category", titles);
        Assert.Contains("Compliance by language", titles);
        Assert.Contains("Accuracy by language", titles);
        Assert.Contains("Refusal probability, toxic by language", titles);
        Assert.Contains("Defence by source", titles);
        // Where there is one group, or none is known, there is nothing to compare; these two compare classes.
        Assert.DoesNotContain("Compliance by source", titles);
        Assert.DoesNotContain("General compliance by category", titles);
        Assert.DoesNotContain(titles, t => t.StartsWith("AUC by", StringComparison.Ordinal));
        Assert.Equal(SectionPlace.Back, report.Sections.Single(s => s.Title == "Compliance by category").Place);
        Assert.Equal(SectionPlace.Folded, report.Sections.Single(s => s.Title == "Defence by source").Place);

        var table = report.Sections.Single(s => s.Title == "Compliance by language").Parts.OfType<ReportTable>().Single();
        Assert.Equal(["en", "fr"], table.Rows.Select(r => r[0].Text));
        Assert.Equal(["60", "60"], table.Rows.Select(r => r[1].Text));
        var stl = new ArmResults(run.Results, "STL").Task("SeeminglyToxic").Within(PromptGrouping.Language, "en").ComplianceRate;
        var wilson = DcrDsl.Evaluation.Statistics.Proportion.WilsonOfMean(stl.Mean, 60);
        Assert.Equal($"{Numbers.Of(stl.Mean * 100, 1)} ({Numbers.Interval(wilson.Times(100), 1)})", table.Rows[0][2].Text);
    }

    [Fact]
    public void Small_groups_are_marked()
    {
        using var run = Spoken();
        var section = ReportModel.Of(run.Results).Sections.Single(s => s.Title == "Defence by source");
        Assert.Equal(["Toxic", "few *"], section.Parts.OfType<ReportTable>().Single().Rows.Select(r => r[0].Text));
        Assert.StartsWith(
            "* fewer than 20: the number of such a group says little",
            section.Parts.OfType<ReportText>().Single().Text,
            StringComparison.Ordinal
        );
        var languages = ReportModel.Of(run.Results).Sections.Single(s => s.Title == "Defence by language");
        Assert.Empty(languages.Parts.OfType<ReportText>());
    }

    [Fact]
    public void Typed_results_have_groups()
    {
        using var run = Spoken();
        var task = new ArmResults(run.Results, "DCR").Task("Toxic");
        Assert.Equal(["fr", "en"], task.Groups(PromptGrouping.Language));
        Assert.Equal(["few", "Toxic"], task.Groups(PromptGrouping.Source));
        Assert.Equal(8, task.Groups(PromptGrouping.Category).Count);
        var (french, english) = (task.Within(PromptGrouping.Language, "fr"), task.Within(PromptGrouping.Language, "en"));
        Assert.Equal(task.DefenceSuccessRate.Mean, (french.DefenceSuccessRate.Mean + english.DefenceSuccessRate.Mean) / 2, 12);
        Assert.NotEqual(french.RefusalProbability.Mean, english.RefusalProbability.Mean);
        // A group of a group, and one that there is not.
        Assert.Equal(["few", "Toxic"], french.Groups(PromptGrouping.Source));
        Assert.Equal(3, french.Within(PromptGrouping.Source, "few").DefenceSuccessRate.Count);
        Assert.StartsWith(
            "The task Toxic of DCR has no language 'de'.",
            Assert.Throws<InputException>(() => task.Within(PromptGrouping.Language, "de").DefenceSuccessRate).Message,
            StringComparison.Ordinal
        );
    }
}
