using DcrDsl.Reports;
using DcrDsl.Results;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>Who is compared with whom is declared, or chosen for a report; no name decides it.</summary>
public class ArmComparisonTests
{
    [Fact]
    public void The_roles_that_arms_declare_decide()
    {
        var declared = FakeExperiment.Of();
        using var run = new FakeRun(
            declared with
            {
                Arms =
                [
                    .. declared.Arms.Select(a =>
                        a with
                        {
                            Role = a.Name switch
                            {
                                "STL-aug" => ArmRole.Reference,
                                "STL" => ArmRole.Subject,
                                _ => ArmRole.None,
                            },
                        }
                    ),
                ],
            }
        );
        Assert.Contains(" than STL-aug ", ReportModel.Of(run.Results).Answer, StringComparison.Ordinal);
        Assert.StartsWith("STL answers ", ReportModel.Of(run.Results).Answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_none_is_declared_the_first_arm_is_compared_with_the_second()
    {
        var declared = FakeExperiment.Of();
        using var run = new FakeRun(declared with { Arms = [.. declared.Arms.Reverse().Select(a => a with { Role = ArmRole.None })] });
        string answer = ReportModel.Of(run.Results).Answer;
        Assert.StartsWith("STL-aug answers ", answer, StringComparison.Ordinal);
        Assert.Contains(" than DCR ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_may_compare_others()
    {
        using var run = new FakeRun(FakeExperiment.Of());
        var chosen = run.Results.Comparing(new ArmComparison("STL-aug"), "report . --reference STL-aug");
        var report = ReportModel.Of(chosen);
        Assert.StartsWith("DCR answers ", report.Answer, StringComparison.Ordinal);
        Assert.Contains(report.Sections, s => s.Title == "Against STL-aug");
        Assert.Contains("report . --reference STL-aug", MarkdownReport.Of(report), StringComparison.Ordinal);

        // An arm that is chosen as the subject is the reference no more.
        var exchanged = run.Results.Comparing(new ArmComparison("DCR", "STL"), "report");
        Assert.Equal(
            [("STL", ArmRole.Subject), ("STL-aug", ArmRole.None), ("DCR", ArmRole.Reference)],
            exchanged.Experiment.Arms.Select(a => (a.Name, a.Role))
        );
    }

    [Theory]
    [InlineData("SLT", null, "There is no arm 'SLT' to be the reference of the comparison. Did you mean STL?")]
    [InlineData(null, "X", "There is no arm 'X' to be the subject of the comparison. There are: STL, STL-aug, DCR.")]
    [InlineData("DCR", "DCR", "'DCR' cannot be compared with itself: choose another arm as reference or as subject.")]
    public void What_cannot_be_compared_is_refused(string? reference, string? subject, string sentence)
    {
        using var run = new FakeRun(FakeExperiment.Of());
        Assert.Equal(
            sentence,
            Assert.Throws<InputException>(() => run.Results.Comparing(new ArmComparison(reference, subject), "report")).Message
        );
    }
}
