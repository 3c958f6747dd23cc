using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Objectives;

/// <summary>
/// What a contrastive objective comes to where nothing is discerned: every two prompts of a batch have the same cosine s, whatever their
/// classes. Circle with m = ¼, γ = 80 and 16 + 16 prompts is 35.5 at its lowest, s = ½, which is the saddle that a refinement can stay in.
/// </summary>
static class EqualSimilarity
{
    // s from 0 to 1 in steps of 0.05, and around the lowest of these once more in steps of 0.005.
    const int Steps = 20,
        Finer = 10;

    /// <summary>The lowest value over s: what can be had without telling the classes apart.</summary>
    /// <param name="objective">The objective: vectors [B, H] and labels [B] to a scalar.</param>
    /// <param name="labels">The labels of a batch, [B].</param>
    public static double Least(Func<Tensor, Tensor, Tensor> objective, Tensor labels)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var classes = labels.cpu();
        double coarse = Enumerable.Range(0, Steps + 1).Select(i => (double)i / Steps).MinBy(Loss);
        return Enumerable
            .Range(-Finer, 2 * Finer + 1)
            .Select(i => coarse + (double)i / (Steps * Finer))
            .Where(s => s is >= 0 and <= 1)
            .Min(Loss);

        double Loss(double similarity)
        {
            using var inner = NewDisposeScope();
            return objective(Vectors((int)classes.shape[0], similarity), classes).ToDouble();
        }
    }

    /// <summary>Vectors of length 1, each two with the same cosine: the rows of the root of their Gram matrix, [n, n], float64.</summary>
    /// <param name="count">n.</param>
    /// <param name="similarity">The cosine, from 0 to 1.</param>
    internal static Tensor Vectors(int count, double similarity)
    {
        var mean = full([count, count], 1.0 / count, ScalarType.Float64);
        return Math.Sqrt(1 - similarity) * (eye(count, dtype: ScalarType.Float64) - mean) + Math.Sqrt(1 + (count - 1) * similarity) * mean;
    }
}
