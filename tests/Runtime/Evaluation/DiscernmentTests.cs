using DcrDsl.Data;
using DcrDsl.Evaluation.Discerning;
using DcrDsl.Evaluation.Separation;

namespace DcrDsl.Runtime.Tests.Evaluation;

/// <summary>By which rules it is said that a refinement discerned, and a layer is chosen.</summary>
public class DiscernmentTests
{
    /// <summary>Two classes of 30 around points that lie so far apart.</summary>
    static LabelledStates States(double apart, ulong seed)
    {
        var random = new RandomStream(seed, "states");
        return LabelledStates.Of(
            [.. Enumerable.Range(0, 60).Select(i => new[] { random.NextNormal() + (i < 30 ? apart : -apart), random.NextNormal(), 1 })],
            firstCount: 30
        );
    }

    [Fact]
    public void What_stays_as_it_was_has_gained_nothing()
    {
        var gain = PairAucGain.Of(States(0.1, 0), States(0.1, 0), seed: 3);
        Assert.Equal((0, 0), (gain.Low, gain.High));
    }

    /// <summary>Other states of two classes that are no further apart: what they gain is chance.</summary>
    [Fact]
    public void Chance_is_within_the_interval()
    {
        var gain = PairAucGain.Of(States(0, 1), States(0, 2), seed: 3);
        Assert.True(gain is { Low: < 0, High: > 0 } && gain.High - gain.Low < 0.2, $"{gain}");
    }

    /// <summary>The interval is around the difference of the two AUC as they are measured.</summary>
    [Fact]
    public void What_was_planted_is_above_chance()
    {
        var (before, after) = (States(0, 1), States(2, 1));
        double measured = PairSimilarity.Auc(after) - PairSimilarity.Auc(before);
        var gain = PairAucGain.Of(before, after, seed: 3);
        Assert.True(gain.Low > 0.2 && gain.Low < measured && measured < gain.High, $"{gain} around {measured}");
    }

    [Theory]
    [InlineData(0.02, 2)] // 0.93 is within a standard error of 0.95
    [InlineData(0.01, 3)]
    [InlineData(0.5, 1)]
    [InlineData(0, 3)]
    public void The_lowest_layer_within_a_standard_error_of_the_best_is_chosen(double error, int layer)
    {
        LayerCandidate[] candidates = [new(1, 0.6, 0.3, 0, 0), new(2, 0.93, 0.3, 0, 0), new(3, 0.95, error, 0, 0), new(4, 0.95, 0.4, 0, 0)];
        Assert.Equal(layer, LayerCandidate.Chosen(candidates).Layer);
    }

    static DiscernmentRecord Record(double low, double last) =>
        new(2, 8, 8, [new(0, 0.52, 0.7, 0.7, 0), new(120, 0.934, 1, 1, 0.5)], low, 0.5, FirstLoss: 69.06, last, LossWithout: 35.48);

    [Fact]
    public void Both_are_needed_and_the_doubt_says_which_is_missing()
    {
        Assert.True(Record(0.3, 0.8).Discerned);
        Assert.Null(DiscernmentText.Doubt(Record(0.3, 0.8)));
        Assert.Equal("held-out pairs: AUC 0.52 → 0.93; loss 69.1 → 0.8 (35.5 without discernment)", DiscernmentText.Of([Record(0.3, 0.8)]));

        Assert.False(Record(0.3, 43.4).Discerned);
        Assert.Equal(
            "the loss ended at 43.4, not below the 35.5 that it has where all prompts are equally similar",
            DiscernmentText.Doubt(Record(0.3, 43.4))
        );
        Assert.False(Record(-0.01, 0.8).Discerned);
        Assert.Equal(
            "the AUC of held-out pairs went from 0.520 to 0.934, no more than the choice of prompts can make of it (95 % interval of the "
                + "gain −0.010 to +0.500)",
            DiscernmentText.Doubt(Record(-0.01, 0.8))
        );
        Assert.Contains(" and the loss ended", DiscernmentText.Doubt(Record(-0.01, 43.4)), StringComparison.Ordinal);
    }
}
