using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Data;

/// <summary>What a declaration of a file says of its prompts before the file is read.</summary>
public sealed class PromptFileDeclarationTests : DataFileTests
{
    [Fact]
    public void Declarations_that_contradict_themselves_are_told()
    {
        string path = Write("a.csv", "goal,target\nBe rude,Sure\n");
        string Told(PromptFile spec) => Mistake(() => Load(spec with { Path = path }));
        var toxic = new PromptFile { Layout = PromptLayout.AdvBench, Class = PromptClass.Toxic };
        Assert.Equal(
            "a.csv: the layout AdvBench knows its columns; leave PromptColumn out, or set Layout to Columns.",
            Told(toxic with { PromptColumn = "goal" })
        );
        Assert.Equal(
            "a.csv: the layout AdvBench knows its columns; leave ResponseColumn out, or set Layout to Columns.",
            Told(toxic with { ResponseColumn = "target" })
        );
        Assert.Equal(
            "a.csv: the layout AdvBench knows its columns; leave CategoryColumn out, or set Layout to Columns.",
            Told(toxic with { CategoryColumn = "target" })
        );
        Assert.Equal(
            "a.csv: the layout AdvBench holds no prompts of the class General; set Class to Toxic.",
            Told(new() { Layout = PromptLayout.AdvBench })
        );
        Assert.Equal(
            "a.csv: the layout XSTest holds no prompts of the class General; set Class to SeeminglyToxic or Toxic.",
            Told(new() { Layout = PromptLayout.XSTest })
        );
        Assert.Equal(
            "a.csv: the layout AdvBench has no answers to load; leave Answers out.",
            Told(toxic with { Answers = AnswerUse.File })
        );
        Assert.Equal(
            "a.csv: answers are asked for, but no column is named for them; set ResponseColumn.",
            Told(new() { Answers = AnswerUse.File })
        );
        Assert.Equal(
            "a.csv: ResponseColumn names answers that are not to be loaded; leave one of the two out.",
            Told(new() { ResponseColumn = "target", Answers = AnswerUse.None })
        );
        Assert.StartsWith(
            "a.csv: there is no layout 99: set Layout to one of Columns, Alpaca,",
            Told(new() { Layout = (PromptLayout)99 }),
            StringComparison.Ordinal
        );
        Assert.Equal(
            "Be rude",
            Assert.Single(Load(toxic with { Path = path, WhereColumn = "target", WhereValue = "Sure" }).Examples).Prompt
        );
    }

    [Fact]
    public void Only_the_parts_of_one_file_that_a_class_chooses_are_known_to_be_disjoint()
    {
        var safe = new PromptFile
        {
            Path = "x.csv",
            Layout = PromptLayout.XSTest,
            Class = PromptClass.SeeminglyToxic,
        };
        var harmful = safe with { Class = PromptClass.Toxic };
        Assert.False(safe.MayOverlap(harmful));
        Assert.True(safe.MayOverlap(safe with { Take = 3, Order = PromptOrder.ByPlace }));
        Assert.False((safe with { Split = Split.Between(0, 0.5) }).MayOverlap(safe with { Split = Split.Between(0.5, 1) }));
        Assert.True(harmful.MayOverlap(harmful with { Layout = PromptLayout.Columns, Class = PromptClass.SeeminglyToxic }));
        var answered = new SelfAnswered { Prompts = safe };
        Assert.Equal(
            (true, true, true, false, false),
            (
                safe.MayOverlap(answered),
                answered.MayOverlap(safe),
                answered.MayOverlap(answered),
                harmful.MayOverlap(answered),
                answered.MayOverlap(harmful)
            )
        );
        Assert.True(ToyWorld.RefinementToxic.MayOverlap(new SelfAnswered { Prompts = ToyWorld.RefinementToxic }));
        Assert.True((safe with { Layout = PromptLayout.OrBench }).MayOverlap(harmful with { Layout = PromptLayout.OrBench }));
    }

    [Fact]
    public void Ordered_by_place_the_first_prompts_do_not_depend_on_the_order_of_rows()
    {
        string[] prompts = [.. Enumerable.Range(0, 300).Select(i => $"prompt {i}")];
        string[] Taken(IEnumerable<string> rows, PromptOrder order) =>
            [
                .. Load(
                    new()
                    {
                        Path = Write("a.csv", "prompt\n" + string.Join('\n', rows)),
                        Take = 60,
                        Order = order,
                    }
                )
                    .Examples.Select(e => e.Prompt),
            ];
        Assert.Equal(prompts[..60], Taken(prompts, PromptOrder.FileOrder));
        string[] sample = Taken(prompts, PromptOrder.ByPlace);
        Assert.Equal(sample, Taken(prompts.Reverse(), PromptOrder.ByPlace));
        Assert.Equal(prompts.OrderBy(DcrDsl.Data.Files.PromptPlace.Of).Take(60), sample);
        // A fair sample of both halves: 3.5 standard deviations.
        Assert.InRange(sample.Count(prompt => Array.IndexOf(prompts, prompt) < 150), 30 - 12, 30 + 12);
    }
}
