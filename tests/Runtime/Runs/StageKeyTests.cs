using DcrDsl.Definition;
using DcrDsl.Planning;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>What decides about a result is in the identity of its stage run, and nothing else.</summary>
public class StageKeyTests
{
    static readonly Arithmetic Plain = new("cpu", 1, "Float32");

    static string Of(StageSpec dcr, int seed = 0, Arithmetic? arithmetic = null)
    {
        var plan = Plan.Of(FakeExperiment.Of().With(("Dcr", dcr)), new Selection { Seeds = [seed] });
        return new StageKeys(arithmetic ?? Plain).Of(plan.StageRuns.Single(r => r.Stage.Name == "Dcr")).Digest;
    }

    static readonly ContrastiveRefinement Dcr = new() { Toxic = ToyWorld.RefinementToxic };

    [Fact]
    public void Options_that_change_the_result_are_in_it_and_those_without_effect_are_not()
    {
        Assert.Equal(Of(Dcr), Of(Dcr with { LogEvery = 3 }));
        Assert.NotEqual(Of(Dcr), Of(Dcr with { Layer = 3 }));
        Assert.NotEqual(Of(Dcr), Of(Dcr with { Objective = new CircleLoss { Margin = 0.3 } }));
        Assert.NotEqual(Of(Dcr), Of(Dcr with { Objective = new PairwiseCircleLoss { Scale = 80 } }));
        Assert.NotEqual(Of(Dcr), Of(Dcr, seed: 1));
    }

    [Fact]
    public void An_option_that_is_omitted_at_its_default_is_in_it_where_it_is_set_so_that_a_new_one_leaves_stored_results_valid()
    {
        static string[] Parts(ContrastiveRefinement dcr)
        {
            var plan = Plan.Of(FakeExperiment.Of().With(("Dcr", dcr)), new Selection { Seeds = [0] });
            return [.. new StageKeys(Plain).Of(plan.StageRuns.Single(r => r.Stage.Name == "Dcr")).Parts.Select(p => $"{p.Name} {p.Value}")];
        }

        var set = Dcr with
        {
            GradientNorm = GradientNorm.Max,
            Optimiser = new AdamW { Amsgrad = true, RateFactors = [new() { Modules = "norm" }] },
        };
        Assert.Equal(
            [
                "GradientNorm Max",
                "Optimiser.Amsgrad true",
                "Optimiser.RateFactors 1 in order",
                "Optimiser.RateFactors[0] DcrDsl.Specs.RateFactor",
                "Optimiser.RateFactors[0].Factor 1",
                "Optimiser.RateFactors[0].Modules \"norm\"",
            ],
            Parts(set).Except(Parts(Dcr)).Order(StringComparer.Ordinal)
        );
        Assert.Empty(Parts(Dcr).Except(Parts(set)));
    }

    [Fact]
    public void Threads_are_in_it_and_the_format_of_frozen_matrices_where_there_are_any()
    {
        var adapted = new SupervisedFineTuning { Adapter = new Lora() };
        Assert.NotEqual(Of(Dcr), Of(Dcr, arithmetic: Plain with { Threads = 2 }));
        Assert.Equal(Of(Dcr), Of(Dcr, arithmetic: Plain with { FrozenBase = "BFloat16" }));
        Assert.NotEqual(Of(adapted), Of(adapted, arithmetic: Plain with { FrozenBase = "BFloat16" }));
    }

    [Fact]
    public void The_format_of_products_is_in_it_where_something_is_trained()
    {
        var plan = Plan.Of(FakeExperiment.Of(), new Selection { Seeds = [0], Arms = ["STL"] });
        var (plain, mixed) = (new StageKeys(Plain), new StageKeys(Plain with { Products = "BFloat16" }));
        Assert.All(
            plan.StageRuns,
            n =>
                Assert.Equal(
                    n.Stage.Body is Train ? [new KeyPart(StageKeys.Products, "BFloat16")] : [],
                    mixed.Of(n).Parts.Where(p => p.Name != StageKeys.Before).Except(plain.Of(n).Parts)
                )
        );
    }

    [Fact]
    public void A_batch_of_answers_is_in_it_since_neighbours_can_flip_a_near_tie()
    {
        var grid = new EvaluationGrid { Tasks = [ToyWorld.Toxic], Judge = ToyWorld.Judge };
        (string Answers, string Verdicts) Score(EvaluationGrid spec)
        {
            var cell = Plan.Of(FakeExperiment.Of().With(("Score", spec)), new Selection { Seeds = [0], Arms = ["STL"] }).Cells[0];
            return (new StageKeys(Plain).Of(cell.StageRuns[^2]).Digest, new StageKeys(Plain).Of(cell.StageRuns[^1]).Digest);
        }

        Assert.NotEqual(Score(grid).Answers, Score(grid with { Batch = 50 }).Answers);
        // Another judge judges the same answers.
        var other = grid with
        {
            Judge = new RefusalOpeners { Openers = ["never"] },
        };
        Assert.Equal(Score(grid).Answers, Score(other).Answers);
        Assert.NotEqual(Score(grid).Verdicts, Score(other).Verdicts);
        // Unless it decides where they end; what metrics alone are made of never does.
        EvaluationGrid stopped = grid with { StopWhenJudged = true },
            otherwise = other with { StopWhenJudged = true };
        Assert.Equal(Score(grid).Answers, Score(grid with { StopWhenJudged = false }).Answers);
        Assert.NotEqual(Score(grid).Answers, Score(stopped).Answers);
        Assert.NotEqual(Score(stopped).Answers, Score(otherwise).Answers);
        Assert.Equal(Score(stopped).Answers, Score(stopped with { MatchedDefence = 0.9 }).Answers);
    }

    [Fact]
    public void What_no_seed_changes_runs_once_for_all_seeds()
    {
        var files = new EvaluationGrid
        {
            Tasks =
            [
                new PromptTask
                {
                    Name = "Prompts",
                    Prompts = new PromptFile { Path = "prompts.csv" },
                },
            ],
            Judge = RefusalJudges.XSTest,
        };
        var definition = FakeExperiment.Of().With(("Base", new HuggingFace()), ("Score", files));
        var untrained = definition.Arms[0] with
        {
            Name = "base",
            Stages = [definition.Arms[0].Stages[0], .. definition.Arms[0].Stages.TakeLast(2)],
        };
        var plan = Plan.Of(definition with { Arms = [untrained, definition.Arms[0]] }, Selection.Everything);

        Assert.Equal(["base", "stl-seed0", "stl-seed1", "stl-seed2"], plan.Cells.Select(c => c.Id));
        Assert.Equal([null, 0, 1, 2], plan.Cells.Select(c => c.Seed));
        Assert.Single(plan.StageRuns, r => r.Stage.Name == "Base");

        var sampled = files with { Decoding = new Sampling() };
        Assert.Equal(
            6,
            Plan.Of((definition with { Arms = [untrained, definition.Arms[0]] }).With(("Score", sampled)), Selection.Everything).Cells.Count
        );
    }
}
