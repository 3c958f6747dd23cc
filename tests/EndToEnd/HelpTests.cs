using DcrDsl.Definition;
using DcrDsl.Evaluation.Judging;

namespace DcrDsl.EndToEnd.Tests;

/// <summary>
/// Every example that the help prints works: those that run something are planned instead, which reads the same names, axes and values,
/// and those that read runs are looked at only.
/// </summary>
public class HelpTests
{
    [Theory]
    [InlineData("")]
    [InlineData("list")]
    [InlineData("show")]
    [InlineData("plan")]
    [InlineData("run")]
    [InlineData("report")]
    [InlineData("judge")]
    [InlineData("label")]
    [InlineData("schema")]
    [InlineData("data")]
    [InlineData("completion")]
    public async Task The_examples_of_the_help_work(string verb)
    {
        var help = await CommandLine.Run(verb.Length == 0 ? ["--help"] : [verb, "--help"]);
        string[] examples =
        [
            .. help
                .Output.Split('\n')
                .SkipWhile(l => !l.StartsWith("Examples:", StringComparison.Ordinal))
                .Skip(1)
                .TakeWhile(l => l.Trim().Length > 0),
        ];
        Assert.NotEmpty(examples);
        foreach (string example in examples)
        {
            string[] words = example[(example.IndexOf(" -- ", StringComparison.Ordinal) + 4)..]
                .Split('>')[0]
                .Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Assert.True(verb.Length == 0 || words[0] == verb, example);
            if (words[0] is "report" or "judge" or "label")
                AssertNames(words);
            else
                Assert.Equal((example, 0, ""), await Planned(example, words));
        }
    }

    static async Task<(string, int, string)> Planned(string example, string[] words)
    {
        if (words[0] == "run")
            words = ["plan", .. words[1..].TakeWhile(w => w is not "--out" and not "--path")];
        var answer = await CommandLine.Run(words);
        return (example, answer.Code, answer.Errors);
    }

    // Whether there are runs to read is not the help's affair, and runs of whoever tests are not judged again.
    static void AssertNames(string[] words)
    {
        // A report may be of two runs.
        foreach (string run in words.Skip(1).TakeWhile(w => !w.StartsWith('-')))
            Assert.Contains(Experiments.DcrCatalog.Experiments, (ExperimentDefinition e) => run.Split('/', '\\').Contains(e.Name));
        if (words is ["report", ..])
            Assert.All(words[1..], run => Assert.DoesNotContain("-", run[..1], StringComparison.Ordinal));
        else if (words is ["label", _, var option, ..])
            Assert.Contains(option, new[] { "--sample", "--read" });
        else if (words.Length > 2)
        {
            Assert.Equal("--judge", words[2]);
            Assert.Contains(words[3], PublishedJudges.Names);
        }
    }
}
