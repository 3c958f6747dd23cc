using DcrDsl.Data;
using DcrDsl.Data.Corpus;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Data;

/// <summary>Prompts of a record that the runtime does not know come from the function beside it.</summary>
public class OwnPromptsTests
{
    sealed record Numbers(bool Answered) : PromptSource
    {
        public override bool HasAnswers => Answered;

        public override bool MayOverlap(PromptSource other) => other is Numbers;
    }

    static Example Number(int i, string? answer) => new($"What is {i}?", answer, PromptClass.General, "", null, $"numbers, {i}");

    static IReadOnlyList<Example> Load(PromptSource declared, Func<ulong, IReadOnlyList<Example>> read, ulong seed = 3) =>
        PromptSources.Load(new OwnPrompts(declared, read), seed, new ToyWorldTokenizer()).Examples;

    [Fact]
    public void The_seed_reaches_the_function_and_the_records_own_options_hold()
    {
        ulong got = 0;
        var examples = Load(
            new Numbers(false) { Class = PromptClass.Toxic, Take = 2 },
            seed =>
            {
                got = seed;
                return [.. Enumerable.Range(0, 5).Select(i => Number(i, null))];
            }
        );
        Assert.Equal(3UL, got);
        Assert.Equal(["What is 0?", "What is 1?"], examples.Select(e => e.Prompt));
        Assert.All(examples, e => Assert.Equal(PromptClass.Toxic, e.Class));
    }

    [Fact]
    public void No_prompts_and_missing_answers_are_said_with_their_place()
    {
        Assert.Equal(
            "Numbers gives no prompts: let its function return at least one.",
            Assert.Throws<InputException>(() => Load(new Numbers(false), _ => [])).Message
        );
        Assert.Equal(
            "Numbers, numbers, 7: the prompt comes without an answer, and HasAnswers says that all have one: give it a Response.",
            Assert.Throws<InputException>(() => Load(new Numbers(true), _ => [Number(6, "Six."), Number(7, null)])).Message
        );
    }

    [Fact]
    public void Two_are_compared_by_what_they_declare()
    {
        var own = new OwnPrompts(new Numbers(true), _ => []);
        Assert.True(own.HasAnswers);
        Assert.True(own.MayOverlap(new OwnPrompts(new Numbers(false), _ => [])));
        Assert.False(own.MayOverlap(new PromptFile { Path = "a.csv" }));
    }
}
