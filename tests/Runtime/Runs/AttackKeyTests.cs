using DcrDsl.Definition;
using DcrDsl.Planning;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>Attacks decide about answers and about nothing before them.</summary>
public class AttackKeyTests
{
    static readonly EvaluationGrid Grid = new() { Tasks = [ToyWorld.Toxic] };

    static Dictionary<string, (StageBody Body, StageKey Key)> Keys(EvaluationGrid grid, string content = "one") =>
        new StageKeys(new Arithmetic("cpu", 1, "Float32"), contents: _ => content)
            .Of(Plan.Of(FakeExperiment.Of().With(("Score", grid)), Selection.Everything))
            .ToDictionary(k => k.Key.Id, k => (k.Key.Stage.Body, k.Value));

    static void OnlyAnswersDiffer(
        Dictionary<string, (StageBody Body, StageKey Key)> a,
        Dictionary<string, (StageBody Body, StageKey Key)> b
    )
    {
        Assert.Equal(a.Keys, b.Keys);
        foreach (var (id, (body, key)) in a)
            Assert.Equal(body is not (Answer or Judge), key.Digest == b[id].Key.Digest);
    }

    [Fact]
    public void An_attack_that_is_added_or_changed_costs_only_answers()
    {
        var none = Keys(Grid);
        var some = Keys(Grid with { Attacks = [new Base64()] });
        OnlyAnswersDiffer(none, some);
        OnlyAnswersDiffer(some, Keys(Grid with { Attacks = [new Rot13()] }));
        OnlyAnswersDiffer(some, Keys(Grid with { Attacks = [new Base64 { Text = "Base64: {prompt}" }] }));
        OnlyAnswersDiffer(some, Keys(Grid with { Attacks = [new Base64(), new Rot13()] }));
    }

    [Fact]
    public void Without_attacks_answers_are_those_of_before_there_were_any() =>
        Assert.All(Keys(Grid).Values, k => Assert.DoesNotContain(k.Key.Parts, p => p.Name.StartsWith("Attacks", StringComparison.Ordinal)));

    [Fact]
    public void What_a_file_of_an_attack_holds_decides_too()
    {
        var grid = Grid with { Attacks = [new Combination { Steps = [new Rot13(), new Suffix { Path = "{data}/s.txt", Line = 1 }] }] };
        OnlyAnswersDiffer(Keys(grid), Keys(grid, "another"));
    }

    [Fact]
    public void Attacks_that_draw_make_answers_depend_on_the_seed()
    {
        PromptTask file =
                new()
                {
                    Name = "Mine",
                    Prompts = new PromptFile { Path = "a.csv", Class = PromptClass.Toxic },
                },
            general =
                new()
                {
                    Name = "Chat",
                    Prompts = new PromptFile { Path = "b.csv" },
                };
        var grid = new EvaluationGrid { Tasks = [file, general] };
        Assert.False(grid.DependsOnSeed);
        Assert.False((grid with { Attacks = [new Base64(), new Suffix { Path = "s.txt", Line = 1 }] }).DependsOnSeed);
        Assert.True((grid with { Attacks = [new Suffix { Path = "s.txt" }] }).DependsOnSeed);
        Assert.True((grid with { Attacks = [new Combination { Steps = [new Base64(), new ManyShot { Path = "p.csv" }] }] }).DependsOnSeed);
        Assert.False((grid with { Tasks = [general], Attacks = [new ManyShot { Path = "p.csv" }] }).DependsOnSeed);
    }
}
