using DcrDsl.Specs;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Training;

/// <summary>What is done to gradients between the backward pass and the step.</summary>
public static class Gradients
{
    /// <summary>
    /// Scales all gradients by <c>min(1, maxNorm / (norm + 1e-6))</c>, as torch.nn.utils.clip_grad_norm_ does. The norm is that of the
    /// per-tensor norms; null gradients are left out. An infinite norm makes finite gradients 0, a NaN makes all of them NaN.
    /// </summary>
    /// <param name="parameters">Parameters on one device.</param>
    /// <param name="maxNorm">The largest norm that is left as it is.</param>
    /// <param name="gradientNorm">Which norm.</param>
    /// <returns>
    /// The norm before clipping, 0-dimensional on the parameters' device; reading it waits for the device, making it does not.
    /// 0 on the CPU if there is no gradient at all.
    /// </returns>
    public static Tensor Clip(IEnumerable<Tensor> parameters, double maxNorm, GradientNorm gradientNorm = GradientNorm.L2)
    {
        PhaseClock.Enter(Phase.Optimiser);
        using var scope = NewDisposeScope();
        Tensor[] gradients = [.. parameters.Select(p => p.grad).OfType<Tensor>()];
        if (gradients.Length == 0)
            return zeros([], ScalarType.Float32).MoveToOuterDisposeScope();

        using Scalar order = OrderOf(gradientNorm).ToScalar(),
            limit = maxNorm.ToScalar();
        var norm = (Tensor)TorchScript.Invoke("total_norm", gradients, order)!;
        TorchScript.Invoke("scale_to", gradients, norm, limit);
        return norm.MoveToOuterDisposeScope();
    }

    static double OrderOf(GradientNorm norm) =>
        norm switch
        {
            GradientNorm.L2 => 2,
            GradientNorm.L1 => 1,
            GradientNorm.Max => double.PositiveInfinity,
            _ => throw new ArgumentOutOfRangeException(nameof(norm), norm, "There is no such norm."),
        };
}
