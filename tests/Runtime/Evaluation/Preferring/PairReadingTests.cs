using DcrDsl.Evaluation.Preferring;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Evaluation.Preferring;

public class PairReadingTests
{
    [Theory]
    [InlineData("Reason. [[A]]", 1.0)]
    [InlineData("[[b]]", 0.0)]
    [InlineData("[[ C ]]", 0.5)]
    [InlineData("Not [[A]], rather [[B]].", 0.0)]
    [InlineData("<think>[[A]]?</think>[[B]]", 0.0)]
    [InlineData("<think>[[A]]", null)]
    [InlineData("A", null)]
    [InlineData("[[D]]", null)]
    [InlineData("", null)]
    public void Preferences_after_MT_Bench(string answer, double? preferred) =>
        Assert.Equal(preferred, new PairReading(PairRubrics.AfterMTBench).Read(answer));

    [Fact]
    public void Without_a_tie_one_must_be_preferred()
    {
        var reading = new PairReading(PairRubrics.AfterMTBench with { Tie = null, First = "m", Second = "M2", Pattern = "(m2?|C)" });
        Assert.Equal((1.0, 0.0, null), (reading.Read("m"), reading.Read("m2"), reading.Read("C")));
    }

    [Fact]
    public void Texts_are_put_in_once()
    {
        string asked = new PairReading(PairRubrics.AfterMTBench).Question("{first}?", "{second}", "{prompt} & {completion}")[^1].Text;
        Assert.Contains("<request>\n{first}?\n</request>", asked, StringComparison.Ordinal);
        Assert.Contains("<response_a>\n{second}\n</response_a>", asked, StringComparison.Ordinal);
        Assert.Contains("<response_b>\n{prompt} & {completion}\n</response_b>", asked, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rubric_that_says_too_little_is_refused()
    {
        var whole = PairRubrics.AfterMTBench;
        Assert.Null(whole.Fault);
        Assert.Contains("without a Name", (whole with { Name = " " }).Fault, StringComparison.Ordinal);
        Assert.Contains("would not see both", (whole with { Prompt = "{first}" }).Fault, StringComparison.Ordinal);
        Assert.Contains("without a group", (whole with { Pattern = "A" }).Fault, StringComparison.Ordinal);
        Assert.Contains("one word means two things", (whole with { Second = "a" }).Fault, StringComparison.Ordinal);
        Assert.Contains(
            "looks around or back",
            Assert.Throws<InputException>(() => new PairReading(whole with { Pattern = "(x)(?=y)" })).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_version_is_a_digest_of_all_that_a_rubric_says()
    {
        var whole = PairRubrics.AfterMTBench;
        PairRubric[] others = [whole, whole with { Prompt = whole.Prompt + " " }, whole with { System = "" }, whole with { Tie = null }];
        Assert.Equal(others.Length, others.Select(r => new PairReading(r).Version).Distinct().Count());
        Assert.Equal(new PairReading(whole).Version, new PairReading(whole with { }).Version);
    }
}
