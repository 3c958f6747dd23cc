using static TorchSharp.torch;

namespace DcrDsl.Models.Guards;

/// <summary>
/// A logistic regression on the residual stream after a block at a prompt's last token: P(harm) = σ(w·h + b). A prompt whose w·h + b is at
/// least the threshold is refused.
/// </summary>
public sealed class PromptClassifier : IDisposable
{
    readonly float[] weights;

    /// <param name="layer">ℓ: the block, counted from 1.</param>
    /// <param name="weights">w, [H]; copied.</param>
    /// <param name="bias">b.</param>
    /// <param name="threshold">As log-odds.</param>
    public PromptClassifier(int layer, Tensor weights, double bias, double threshold)
    {
        (Layer, Bias, Threshold) = (layer, bias, threshold);
        Weights = weights.detach().cpu().to(float32).clone().DetachFromDisposeScope();
        this.weights = Weights.data<float>().ToArray();
    }

    /// <summary>ℓ: the block, counted from 1.</summary>
    public int Layer { get; }

    /// <summary>w, [H].</summary>
    public Tensor Weights { get; }

    /// <summary>b.</summary>
    public double Bias { get; }

    /// <summary>The log-odds from which on a prompt is refused.</summary>
    public double Threshold { get; }

    /// <summary>The log-odds of harm, w·h + b, for each row of states [B, H], summed in double.</summary>
    public double[] Scores(Tensor states)
    {
        using var scope = NewDisposeScope();
        float[] all = states.detach().to(float32).cpu().contiguous().data<float>().ToArray();
        return [.. all.Chunk(weights.Length).Select(row => Bias + row.Zip(weights, (h, w) => (double)h * w).Sum())];
    }

    /// <summary>A copy of its own.</summary>
    internal PromptClassifier Copied() => new(Layer, Weights, Bias, Threshold);

    /// <summary>Frees the weights.</summary>
    public void Dispose() => Weights.Dispose();
}
