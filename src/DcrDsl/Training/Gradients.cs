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
    /// <param name="normType">2, 1 or positive infinity.</param>
    /// <param name="errorIfNonFinite">Throw instead of scaling by a norm that is not finite. Waits for the device.</param>
    /// <returns>
    /// The norm before clipping, 0-dimensional on the parameters' device; reading it waits for the device, making it does not.
    /// 0 on the CPU if there is no gradient at all.
    /// </returns>
    /// <exception cref="NotFiniteNumberException">
    /// The norm is not finite and <paramref name="errorIfNonFinite"/> is set; the gradients are untouched.
    /// </exception>
    public static Tensor Clip(IEnumerable<Tensor> parameters, double maxNorm, double normType = 2, bool errorIfNonFinite = false)
    {
        using var scope = NewDisposeScope();
        Tensor[] gradients = [.. parameters.Select(p => p.grad).OfType<Tensor>()];
        if (gradients.Length == 0)
            return zeros([], ScalarType.Float32).MoveToOuterDisposeScope();

        using Scalar order = normType.ToScalar(),
            limit = maxNorm.ToScalar();
        var norm = (Tensor)TorchScript.Invoke("total_norm", gradients, order)!;
        if (errorIfNonFinite && norm.to(ScalarType.Float64).item<double>() is var value && !double.IsFinite(value))
            throw new NotFiniteNumberException(
                "The norm of the gradients is not finite: training has diverged; lower the learning rate.",
                value
            );
        TorchScript.Invoke("scale_to", gradients, norm, limit);
        return norm.MoveToOuterDisposeScope();
    }
}
