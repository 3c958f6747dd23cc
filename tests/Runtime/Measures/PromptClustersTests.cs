using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Results.Comparing;
using DcrDsl.Runtime.Tests.Evaluation;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Measures;

public class PromptClustersTests
{
    static readonly PromptOutcome[] Prompts =
    [
        Of("a", "violence", "en", "XSTest"),
        Of("b", "privacy", "de", "XSTest"),
        Of("c", "violence", "de", "OKTest"),
        Of("d", "", "", ""),
        Of("e", "", "", ""),
    ];

    static PromptOutcome Of(string prompt, string category, string language, string source)
    {
        var outcome = Outcomes.Of(prompt, PromptClass.SeeminglyToxic, "", Verdict.Complies, category: category);
        return outcome with { Answer = outcome.Answer with { Language = language, Source = source } };
    }

    /// <summary>What has no value is a cluster of its own.</summary>
    [Theory]
    [InlineData("category", new[] { 0, 1, 0, 2, 3 })]
    [InlineData("Language", new[] { 0, 1, 1, 2, 3 })]
    [InlineData("source", new[] { 0, 0, 1, 2, 3 })]
    public void Prompts_with_one_value_are_one_cluster(string column, int[] clusters) =>
        Assert.Equal(clusters, PromptClusters.Of(Prompts, column));

    [Fact]
    public void A_column_that_answers_lack_or_that_is_empty_gives_none()
    {
        Assert.Null(PromptClusters.Of(Prompts, "template"));
        Assert.Null(PromptClusters.Of(Prompts[3..], "source"));
    }
}
