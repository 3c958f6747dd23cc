using DcrDsl.Data;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Likelihoods;
using DcrDsl.Evaluation.Steering;
using DcrDsl.Models;
using DcrDsl.Models.Interventions;
using DcrDsl.Runtime.Tests.Models.Attachments;
using DcrDsl.Specs;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Evaluation.Steering;

/// <summary>How directions are looked for, and what is said where there is none.</summary>
public class DirectionSearchTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void A_hopeless_direction_is_dropped_early_and_the_choice_is_that_of_the_whole_search()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = Toy();
        var (directions, search, refusal, over) = Search(model);
        var whole = search.Try(directions, (d, _) => new DirectionAblation(d), double.PositiveInfinity, over.Validation);
        double middle = whole.Where(c => c.Kl is not null).Select(c => c.Kl!.Value).Order().ElementAt(3);

        var found = search.ByAblation(directions, over, middle, best: 2).Table;

        Assert.Contains(found.Candidates, c => c.Fate == CandidateFate.KlAboveThreshold && c.Score is null);
        var kept = whole.Where(c => c.Kl <= middle).OrderBy(c => c.Score).ToList();
        Assert.Equal(kept.Take(2).Select(c => (c.Position, c.Block, c.Score)), found.Chosen.Select(c => (c.Position, c.Block, c.Score)));
        Assert.All(
            found.Candidates.Zip(whole),
            pair => Assert.True(pair.First.Kl is null || pair.First.Kl <= pair.Second.Kl, "what was read until it was dropped")
        );
    }

    [Fact]
    public void A_direction_that_others_outscore_is_dropped_and_the_best_are_those_of_the_whole_search()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = Toy();
        var (directions, search, _, over) = Search(model);
        var whole = search.Try(directions, (d, _) => new DirectionAblation(d), double.PositiveInfinity, over.Validation);

        var found = search.Try(directions, (d, _) => new DirectionAblation(d), limit: 1000, over.Validation, enough: 2);

        Assert.Contains(found, c => c.Fate == CandidateFate.Outscored);
        Assert.Equal(Best(whole), Best(found));
        foreach (var (one, measured) in found.Zip(whole).Where(c => c.First.Fate == CandidateFate.Outscored))
        {
            Assert.Equal(measured.Score, one.Score);
            Assert.True(one.Kl <= measured.Kl);
        }

        static IEnumerable<DirectionCandidate> Best(List<DirectionCandidate> candidates) =>
            candidates.Where(c => c.Fate == CandidateFate.Kept).OrderBy(c => c.Score).Take(2);
    }

    [Fact]
    public void At_the_first_blocks_input_there_is_no_direction()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = Toy();
        var (directions, _, refusal, over) = Search(model);
        var search = new DirectionSearch("Cut", refusal, Prompts(model, PromptClass.General), new BlockRange(1, 1));
        var nothing = Assert.Throws<InputException>(() => search.ByAblation(directions, over, 0.2));
        Assert.StartsWith("Cut: in blocks 1 to 1 the classes do not differ, so there is no direction", nothing.Message);
    }

    [Fact]
    public void A_threshold_that_nothing_meets_is_told_with_the_lowest_divergence()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = Toy();
        var (directions, search, refusal, over) = Search(model);
        double lowest = search
            .Try(directions, (d, _) => new DirectionAblation(d), double.PositiveInfinity, over.Validation)
            .Where(c => c.Kl is not null)
            .Min(c => c.Kl!.Value);
        var nothing = Assert.Throws<InputException>(() => search.ByAblation(directions, over, 1e-12));
        Assert.Equal(
            FormattableString.Invariant(
                $"Cut: none of {6 * directions.Positions} directions changes general prompts by at most KlThreshold = 1E-12; the lowest KL "
            ) + FormattableString.Invariant($"found is {lowest:g3}: raise the threshold, or look in other blocks."),
            nothing.Message
        );
        var few = Assert.Throws<InputException>(() => search.ByAblation(directions, over, lowest * 1.0000001, best: 2));
        Assert.Contains("2 directions are to be chosen, and 1 of", few.Message);
    }

    [Fact]
    public void Prompts_that_are_too_few_or_treated_otherwise_are_told()
    {
        using var scope = NewDisposeScope();
        using var model = Toy();
        var examples = Examples(model, PromptClass.Toxic);
        Assert.Equal(
            "Cut.Toxic: 128 prompts to learn from are wanted, and there are 40 different ones; give more, or ask for fewer.",
            Told(() => SteeringPrompts.Of("Cut.Toxic", examples, model.Chat, training: 128))
        );
        Assert.StartsWith(
            "Cut.Toxic: 9 prompts to choose by that are not learnt from are wanted, and there are 8 different ones",
            Told(() => SteeringPrompts.Of("Cut.Toxic", [.. examples, .. examples], model.Chat, training: 32, validation: 9))
        );
        Assert.StartsWith(
            "Cut.Toxic: 1 prompt to choose by that are not learnt from are wanted, and there are 0",
            Told(() => SteeringPrompts.Of("Cut.Toxic", examples, model.Chat, training: 40, validation: 1, heldOut: examples))
        );
        var prompts = SteeringPrompts.Of("Cut.Toxic", examples, model.Chat, training: 32);
        var refusal = RefusalScore.Of(model, ["sorry"], prompts, batch: 8, Cancellation);
        Assert.StartsWith("Cut.Toxic: of 32 prompts the model refuses 0, and at least 2 are needed", Told(() => refusal.Refused(prompts)));
        Assert.Equal(32, refusal.Answered(prompts).Kept.Kept);
        Assert.StartsWith(
            "The refusal score is made of 'alas', which the model's vocabulary lacks",
            Told(() => RefusalScore.Of(model, ["alas"], prompts, batch: 8, Cancellation))
        );
        Assert.StartsWith("The refusal score is made of nothing", Told(() => RefusalScore.Of(model, [], prompts, batch: 8, Cancellation)));
        Assert.StartsWith(
            "Cut.Toxic: the Suffix that scores a query is 'gladly', which",
            Told(() => ScansAnchors.Suffix(model, "Gladly", prompts))
        );
    }

    [Fact]
    public void Blocks_are_named_by_number_or_by_fraction_of_the_depth()
    {
        using var scope = NewDisposeScope();
        using var model = Toy(layers: 4);
        Assert.Equal(new BlockRange(1, 3), SteeredBlocks.Before("Cut", model, endDepth: 0.8));
        Assert.Equal(new BlockRange(2, 3), SteeredBlocks.Before("Cut", model, endDepth: 0.8, startDepth: 0.25));
        Assert.Equal(new BlockRange(3, 3), SteeredBlocks.Before("Cut", model, endDepth: 0.8, startDepth: 0.25, startLayer: 3));
        Assert.Equal(new BlockRange(2, 3), SteeredBlocks.Between("Steer", model, 10 / 32.0, 19 / 32.0));
        Assert.Equal(new BlockRange(2, 4), SteeredBlocks.Scored("Steer", model, new(2, 3)));
        Assert.StartsWith(
            "Cut: StartLayer, StartDepth and EndDepth give no block: from 4 to 3 in a model of 4",
            Told(() => SteeredBlocks.Before("Cut", model, endDepth: 0.8, startDepth: 0.9))
        );
        Assert.Contains("give no block: from 5 to 3 in a model of 4", Told(() => SteeredBlocks.Between("Steer", model, 1, 19 / 32.0)));
        Assert.Contains("give no block: from 4 to 2 in", Told(() => SteeredBlocks.Scored("Steer", model, new(4, 4), last: 2)));
    }

    /// <summary>A query keeps its sign whether its answer is decoded or scored, and whatever is asked beside it.</summary>
    [Fact]
    public void Queries_are_steered_alike_when_answers_are_decoded_and_when_they_are_scored()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = AttachedModel.Bare();
        int[][] prompts =
        [
            [3, 5, 7],
            [11, 13, 17, 19, 23],
            [29, 31],
        ];
        using var probe = AttachedModel.Scans(threshold: 0);
        double[] scores = [.. prompts.Select(p => probe.Score(model.Decoder, p))];
        var steering = model.Attach(AttachedModel.Scans(threshold: scores.Order().ElementAt(1)));
        Assert.Equal(1, steering.ExtraPassesAPrompt);

        var together = Generation.Complete(model.Decoder, prompts, 4, stopTokens: [], cancellation: Cancellation);

        Assert.Equal(scores, prompts.Select(p => steering.Score(model.Decoder, p)));
        foreach (var (prompt, decoded) in prompts.Zip(together))
        {
            var alone = Assert.Single(Generation.Complete(model.Decoder, [prompt], 4, stopTokens: [], cancellation: Cancellation));
            Assert.Equal(alone.Tokens, decoded.Tokens);
            var likelihoods = ContinuationLikelihood.Of(
                model.Decoder,
                [.. new[] { decoded.Tokens, [.. decoded.Tokens[..2], 1] }.Select(r => new EncodedText([.. prompt, .. r], prompt.Length))],
                cancellation: Cancellation
            );
            Assert.True(likelihoods[0].IsGreedy);
            double[] logits = [.. decoded.FirstLogits.Select(l => (double)l)];
            double first = OpenerProbability.Of(
                model.Decoder,
                prompts,
                [
                    [decoded.Tokens[0]],
                ],
                cancellation: Cancellation
            )[Array.IndexOf(prompts, prompt)];
            Assert.Equal(Math.Exp(logits[decoded.Tokens[0]]) / logits.Sum(Math.Exp), first, 1e-5);
        }
        steering.Detach();
        Assert.NotEqual(
            together.Select(t => t.FirstLogits),
            Generation.Complete(model.Decoder, prompts, 4, stopTokens: [], cancellation: Cancellation).Select(t => t.FirstLogits)
        );
    }

    static string Told(Action mistake) => Assert.Throws<InputException>(mistake).Message;

    static LanguageModel Toy(int layers = 8) =>
        ToyWorldModel.Create(
            new ToyLlama
            {
                Layers = layers,
                Width = 16,
                Heads = 2,
                KeyValueHeads = 1,
                FeedForward = 24,
            },
            seed: 3,
            CPU
        );

    static IReadOnlyList<Example> Examples(LanguageModel model, PromptClass of) =>
        PromptSources
            .Load(
                new ToyWorldPrompts
                {
                    Part = ToyWorldPart.Refinement,
                    Class = of,
                    Take = 40,
                },
                seed: 0,
                model.Chat
            )
            .Examples;

    static SteeringPrompts Prompts(LanguageModel model, PromptClass of) =>
        SteeringPrompts.Of($"Cut.{of}", Examples(model, of), model.Chat, training: 20, validation: 20);

    static (Directions Directions, DirectionSearch Search, RefusalScore Refusal, SteeringPrompts Over) Search(LanguageModel model)
    {
        SteeringPrompts over = Prompts(model, PromptClass.SeeminglyToxic),
            general = Prompts(model, PromptClass.General);
        var refusal = RefusalScore.Of(model, ToyWorld.Judge.Openers, over, batch: 16, Cancellation);
        int positions = SteeringPrompts.CommonEnd(over, general);
        var directions = Directions.Between(Mean(over), Mean(general));
        return (directions, new DirectionSearch("Cut", refusal, general, new BlockRange(2, 7)), refusal, over);

        Tensor Mean(SteeringPrompts prompts) => MeanStates.Of(model, prompts, StreamSite.BlockInput, positions, 8, Cancellation);
    }
}
