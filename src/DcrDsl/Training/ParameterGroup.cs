using static TorchSharp.torch;

namespace DcrDsl.Training;

/// <summary>Parameters that share a weight decay, as biases and norm weights (usually 0) against the rest.</summary>
/// <param name="Parameters">
/// Contiguous leaf tensors that require a gradient, all of one type (float32 or float64) and on one device.
/// </param>
/// <param name="WeightDecay">Weight decay of the group.</param>
/// <param name="RateFactor">The group's learning rate is the step's rate times this.</param>
public sealed record ParameterGroup(IReadOnlyList<Tensor> Parameters, double WeightDecay, double RateFactor = 1)
{
    /// <exception cref="ArgumentException">A parameter cannot be trained in place, or occurs twice.</exception>
    internal static void Check(IReadOnlyList<ParameterGroup> groups)
    {
        Tensor[] all = [.. groups.SelectMany(g => g.Parameters)];
        if (all.Length == 0)
            throw new ArgumentException("There is no parameter to train.");
        if (all.Distinct(ReferenceEqualityComparer.Instance).Count() != all.Length)
            throw new ArgumentException("A parameter is listed twice; it would be updated twice a step.");
        foreach (var parameter in all)
        {
            if (parameter.dtype is not (ScalarType.Float32 or ScalarType.Float64))
                throw new ArgumentException(
                    $"A parameter is stored as {parameter.dtype}, in which small updates are lost; train it as float32."
                );
            if (
                parameter.dtype != all[0].dtype
                || parameter.device_type != all[0].device_type
                || parameter.device_index != all[0].device_index
            )
                throw new ArgumentException(
                    "The parameters are not all of one type and on one device; give each kind an optimiser of its own."
                );
            if (!parameter.requires_grad || !parameter.is_leaf || !parameter.is_contiguous())
                throw new ArgumentException(
                    "A parameter is not a contiguous leaf tensor that requires a gradient; list the model's own parameters."
                );
        }
    }
}
