using DcrDsl.Evaluation.Separation;

namespace DcrDsl.Runtime.Tests.Evaluation;

/// <summary>How far two classes of vectors can be told apart, on vectors small enough to reckon with.</summary>
public class SeparationTests
{
    static readonly LabelledStates Five = LabelledStates.Of(
        [
            [1, 0],
            [2, 1],
            [1, 1],
            [0, 1],
            [-1, 2],
        ],
        firstCount: 3
    );

    /// <summary>
    /// With D = 1 − cos, a and b of each vector and the mean of (b − a) / max(a, b) in double: 0.8371756235, 0.8989625936, 0.6475661960,
    /// 0.8284001064, 0.8988438645.
    /// </summary>
    [Fact]
    public void The_silhouette_is_that_of_its_formula() => Assert.Equal(0.8221896767963113, Silhouette.Mean(Five), 1e-14);

    /// <summary>
    /// Similarities within a class 0.707, 0.894, 0.894, 0.949, across −0.447, 0, 0, 0.316, 0.447, 0.707: of 24 comparisons one is a tie,
    /// and all others are won.
    /// </summary>
    [Fact]
    public void Similarity_of_pairs_is_ranked_within_classes_against_across() => Assert.Equal(23.5 / 24, PairSimilarity.Auc(Five), 1e-14);

    /// <summary>Equal classes: within and across there are the same similarities.</summary>
    [Fact]
    public void Classes_that_are_alike_give_no_more_than_chance()
    {
        double[][] once =
        [
            [1, 0],
            [0, 1],
            [-1, 0.5],
        ];
        // Without a vector and its twin, which are alike across classes only, every similarity would be there as often within as across.
        var alike = LabelledStates.Of([.. once, .. once], firstCount: 3);
        Assert.True(PairSimilarity.Auc(alike) < 0.5);
        Assert.True(Silhouette.Mean(alike) < 0);
        var same = LabelledStates.Of(
            [
                [1, 2],
                [1, 2],
                [1, 2],
                [1, 2],
            ],
            firstCount: 2
        );
        Assert.Equal(0.5, PairSimilarity.Auc(same));
        Assert.Equal(0, Silhouette.Mean(same), 1e-12);
        Assert.Equal((0.5, 0.5), LinearProbe.Try(same, [0, 1, 0, 1], ridge: 0.01));
    }

    [Fact]
    public void Planted_classes_are_told_apart_wholly()
    {
        double[][] states = [.. Enumerable.Range(0, 40).Select(i => new[] { i < 20 ? 5.0 : -5, Math.Sin(i), Math.Cos(3 * i) })];
        var planted = LabelledStates.Of(states, firstCount: 20);
        Assert.Equal((1, 1), LinearProbe.Try(planted, planted.Folds(5, seed: 0), ridge: 0.01));
        Assert.Equal(1, PairSimilarity.Auc(planted));
        Assert.InRange(Silhouette.Mean(planted), 0.9, 1);
    }

    /// <summary>
    /// Against ridge regression in its primal form, solved by hand for the two weights: scores −0.84, −0.14, −0.51 and 1.32, 0.56 in part
    /// 0, −0.45, −0.10 and −0.10 (the same vector), −0.08 in part 1. Told right are 5 of 5 and 2 of 4; the areas are 1 and 0.875.
    /// </summary>
    [Fact]
    public void The_probe_is_ridge_regression_on_what_it_was_not_fitted_to()
    {
        var states = LabelledStates.Of(
            [
                [1, 0],
                [2, 1],
                [1, 1],
                [0, 1],
                [0.5, 0.2],
                [0, 1],
                [-1, 2],
                [0.9, 1.2],
                [1, 2],
            ],
            firstCount: 5
        );
        var (accuracy, auc) = LinearProbe.Try(states, [0, 1, 0, 1, 0, 1, 0, 1, 0], ridge: 0.1);
        Assert.Equal((0.75, 0.9375), (accuracy, auc));
    }

    [Fact]
    public void Folds_have_their_share_of_each_class_and_are_of_the_seed()
    {
        var states = LabelledStates.Of([.. Enumerable.Range(0, 23).Select(i => new[] { (double)i })], firstCount: 10);
        int[] folds = states.Folds(5, seed: 7);
        Assert.All(Enumerable.Range(0, 5), part => Assert.Equal(2, folds[..10].Count(f => f == part)));
        Assert.All(Enumerable.Range(0, 5), part => Assert.InRange(folds[10..].Count(f => f == part), 2, 3));
        Assert.Equal(folds, states.Folds(5, seed: 7));
        Assert.NotEqual(folds, states.Folds(5, seed: 8));
    }

    /// <summary>[4 2; 2 3] x = [2; −1] has x = [1; −1].</summary>
    [Fact]
    public void A_system_is_solved()
    {
        double[] x = Cholesky.Solve(
            [
                [4, 2],
                [2, 3],
            ],
            [2, -1]
        );
        Assert.Equal(1, x[0], 1e-15);
        Assert.Equal(-1, x[1], 1e-15);
        Assert.Throws<ArgumentException>(() =>
            Cholesky.Solve(
                [
                    [1, 2],
                    [2, 1],
                ],
                [1, 1]
            )
        );
    }
}
