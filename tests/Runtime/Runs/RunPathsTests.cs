using DcrDsl.Definition;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Runs;

public class RunPathsTests
{
    /// <summary>An experiment whose paths have the names model and data.</summary>
    internal static readonly ExperimentDefinition Definition = FakeExperiment
        .Of()
        .With(
            ("Base", new HuggingFace()),
            ("AlignAug", new SupervisedFineTuning { General = new PromptFile { Path = "{data}/xstest/prompts.csv" } })
        );

    [Fact]
    public void Names_in_braces_are_replaced()
    {
        var paths = RunPaths.For(Definition, new Dictionary<string, string> { ["model"] = Path.GetTempPath(), ["data"] = "." });
        Assert.Equal("./xstest/prompts.csv", paths.Resolve("{data}/xstest/prompts.csv"));
        Assert.Equal("plain.csv", paths.Resolve("plain.csv"));
    }

    [Fact]
    public void A_name_without_a_place_is_asked_for()
    {
        Assert.Contains("--path model=PATH --path data=PATH", Message([]));
        Assert.Contains("--path other=PATH", Assert.Throws<InputException>(() => RunPaths.None.Resolve("{other}/a.csv")).Message);
    }

    [Fact]
    public void A_name_that_is_not_the_experiments_is_a_mistake() =>
        Assert.Contains("Did you mean model?", Message(new() { ["modell"] = "." }));

    [Fact]
    public void A_place_where_nothing_lies_is_a_mistake() =>
        Assert.Contains("no such folder or file", Message(new() { ["model"] = "not/there", ["data"] = "." }));

    static string Message(Dictionary<string, string> given) => Assert.Throws<InputException>(() => RunPaths.For(Definition, given)).Message;
}
