using DcrDsl.Objectives;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Objectives;

/// <summary>What objectives come to where nothing is discerned.</summary>
public class EqualSimilarityTests
{
    static Tensor Labels(int ofEach) => cat([zeros(ofEach, dtype: ScalarType.Int64), ones(ofEach, dtype: ScalarType.Int64)]);

    /// <summary>
    /// At similarity s each anchor has Σₙ exp(γ(s² − m²)) over 16 negatives times Σₚ exp(γ((1 − s)² − m²)) over 15 positives, so
    /// log(16 · 15) + γ(s² + (1 − s)² − 2m²), lowest at s = ½: the saddle of 35.5.
    /// </summary>
    [Fact]
    public void Circle_is_the_saddle_at_half()
    {
        using var scope = NewDisposeScope();
        double least = EqualSimilarity.Least((z, y) => ContrastiveLoss.Circle(z, y, margin: 0.25, scale: 80), Labels(16));
        Assert.Equal(Math.Log(16 * 15) + 80 * (0.5 - 2 * 0.0625), least, 1e-9);
        Assert.Equal(35.48, least, 0.005);
    }

    /// <summary>A softmax over equal similarities is even, whatever they are.</summary>
    [Theory]
    [InlineData(0.07)]
    [InlineData(0.5)]
    public void A_softmax_is_the_logarithm_of_its_candidates(double temperature)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(Math.Log(15), EqualSimilarity.Least((z, y) => ContrastiveLoss.SupCon(z, y, temperature), Labels(8)), 1e-9);
    }

    /// <summary>All triplets are as far from right as the margin.</summary>
    [Fact]
    public void A_triplet_is_its_margin()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(0.3, EqualSimilarity.Least((z, y) => ContrastiveLoss.TripletMargin(z, y, 0.3), Labels(4)), 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(1)]
    public void Every_two_vectors_have_that_cosine(double similarity)
    {
        using var scope = NewDisposeScope();
        var vectors = EqualSimilarity.Vectors(6, similarity);
        double[] products = [.. vectors.matmul(vectors.t()).data<double>()];
        Assert.All(products.Index(), p => Assert.Equal(p.Index % 7 == 0 ? 1 : similarity, p.Item, 1e-12));
    }
}
