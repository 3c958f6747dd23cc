using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Objectives;

/// <summary>
/// Losses over pairs of answers (y₊, y₋) to a prompt x: r = log π(y | x) − log π_ref(y | x), Δ = r(y₊) − r(y₋), and Δ̄ the same with each r
/// divided by its answer's tokens. Each is the mean over the pairs. All take [2B] values: those of the preferred answers, then those of the
/// others; gradients go to the trained model alone.
/// </summary>
public static class PreferenceLoss
{
    /// <summary>DPO (Rafailov et al., 2023): −log σ(β Δ).</summary>
    /// <param name="policy">log π(y | x) of the trained model, [2B].</param>
    /// <param name="reference">log π_ref(y | x), [2B].</param>
    /// <param name="lengths">Tokens of each answer, [2B], int64; not looked at where nothing is divided by them.</param>
    /// <param name="beta">β &gt; 0.</param>
    /// <returns>The loss, 0-dimensional.</returns>
    public static Tensor Sigmoid(Tensor policy, Tensor reference, Tensor lengths, double beta)
    {
        using var scope = NewDisposeScope();
        return Wrong(Margin(policy, reference), beta).mean().MoveToOuterDisposeScope();
    }

    /// <summary>Conservative DPO (Mitchell, 2023): −(1 − ε) log σ(β Δ) − ε log σ(−β Δ).</summary>
    /// <param name="policy">See <see cref="Sigmoid"/>.</param>
    /// <param name="reference">See there.</param>
    /// <param name="lengths">See there.</param>
    /// <param name="beta">See there.</param>
    /// <param name="labelSmoothing">ε, from 0 to below ½.</param>
    /// <returns>The loss, 0-dimensional.</returns>
    public static Tensor Conservative(Tensor policy, Tensor reference, Tensor lengths, double beta, double labelSmoothing)
    {
        using var scope = NewDisposeScope();
        using Scalar right = 1 - labelSmoothing,
            wrong = labelSmoothing;
        var margin = Margin(policy, reference);
        return Wrong(margin, beta).mul(right).Plus(Wrong(margin, -beta).mul(wrong)).mean().MoveToOuterDisposeScope();
    }

    /// <summary>Robust DPO (Chowdhury et al., 2024): [−(1 − ε) log σ(β Δ) + ε log σ(−β Δ)] / (1 − 2 ε).</summary>
    /// <param name="policy">See <see cref="Sigmoid"/>.</param>
    /// <param name="reference">See there.</param>
    /// <param name="lengths">See there.</param>
    /// <param name="beta">See there.</param>
    /// <param name="labelSmoothing">ε, from 0 to below ½.</param>
    /// <returns>The loss, 0-dimensional.</returns>
    public static Tensor Robust(Tensor policy, Tensor reference, Tensor lengths, double beta, double labelSmoothing)
    {
        using var scope = NewDisposeScope();
        using Scalar right = (1 - labelSmoothing) / (1 - 2 * labelSmoothing),
            wrong = -labelSmoothing / (1 - 2 * labelSmoothing);
        var margin = Margin(policy, reference);
        return Wrong(margin, beta).mul(right).Plus(Wrong(margin, -beta).mul(wrong)).mean().MoveToOuterDisposeScope();
    }

    /// <summary>IPO (Azar et al., 2023): (Δ̄ − 1 / (2β))², or (Δ − 1 / (2β))² as in the paper.</summary>
    /// <param name="policy">See <see cref="Sigmoid"/>.</param>
    /// <param name="reference">See there.</param>
    /// <param name="lengths">See there.</param>
    /// <param name="beta">See there; the paper's τ.</param>
    /// <param name="lengthNormalised">Whether each log ratio is divided by its answer's tokens.</param>
    /// <returns>The loss, 0-dimensional.</returns>
    public static Tensor Ipo(Tensor policy, Tensor reference, Tensor lengths, double beta, bool lengthNormalised)
    {
        using var scope = NewDisposeScope();
        using Scalar wanted = -1 / (2 * beta);
        var margin = lengthNormalised ? Margin(policy, reference, lengths) : Margin(policy, reference);
        return margin.Plus(wanted).square().mean().MoveToOuterDisposeScope();
    }

    /// <summary>A hinge on the margin (after SLiC-HF, Zhao et al., 2023): [1 − β Δ]₊.</summary>
    /// <param name="policy">See <see cref="Sigmoid"/>.</param>
    /// <param name="reference">See there.</param>
    /// <param name="lengths">See there.</param>
    /// <param name="beta">See there.</param>
    /// <returns>The loss, 0-dimensional.</returns>
    public static Tensor Hinge(Tensor policy, Tensor reference, Tensor lengths, double beta)
    {
        using var scope = NewDisposeScope();
        using Scalar slope = -beta,
            one = 1;
        return MetaDevice.Relu(Margin(policy, reference).mul(slope).Plus(one)).mean().MoveToOuterDisposeScope();
    }

    /// <summary>DPO with log ratios by token, trl's sigmoid_norm: −log σ(β Δ̄).</summary>
    /// <param name="policy">See <see cref="Sigmoid"/>.</param>
    /// <param name="reference">See there.</param>
    /// <param name="lengths">See there.</param>
    /// <param name="beta">See there.</param>
    /// <returns>The loss, 0-dimensional.</returns>
    public static Tensor LengthNormalisedSigmoid(Tensor policy, Tensor reference, Tensor lengths, double beta)
    {
        using var scope = NewDisposeScope();
        return Wrong(Margin(policy, reference, lengths), beta).mean().MoveToOuterDisposeScope();
    }

    /// <summary>Δ of each pair, [B]; with lengths Δ̄.</summary>
    static Tensor Margin(Tensor policy, Tensor reference, Tensor? lengths = null)
    {
        var ratio = policy.Plus(reference.neg());
        if (lengths is not null)
            ratio = ratio.div(lengths.to(ratio.dtype));
        long pairs = ratio.shape[0] / 2;
        return ratio.narrow(0, 0, pairs).Plus(ratio.narrow(0, pairs, pairs).neg());
    }

    /// <summary>−log σ(slope · Δ) as softplus(−slope · Δ), which no large Δ makes infinite.</summary>
    static Tensor Wrong(Tensor margin, double slope)
    {
        using Scalar negative = -slope;
        return nn.functional.softplus(margin.mul(negative), 1, 40);
    }
}
