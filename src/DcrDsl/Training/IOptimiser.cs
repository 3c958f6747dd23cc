using static TorchSharp.torch;

namespace DcrDsl.Training;

/// <summary>
/// Updates parameters from their gradients. A parameter whose gradient is null is skipped altogether: no decay, no change of state,
/// and its own step count stands still. State is created with the optimiser and belongs to no DisposeScope.
/// Different instances may be used by different threads at once; one instance by one thread at a time.
/// </summary>
public interface IOptimiser : IDisposable
{
    /// <summary>
    /// Updates every parameter that has a gradient, and sets these to null: the next forward pass has the memory that they held.
    /// </summary>
    /// <param name="rate">The learning rate of this step.</param>
    void Step(double rate);

    /// <summary>
    /// Sets all gradients to null, so that the next backward pass starts afresh, whatever passes that no step followed have left.
    /// </summary>
    void ZeroGradients();

    /// <summary>
    /// The state by name, <c>{place of the parameter}.{PyTorch's name}</c>, for example <c>0.exp_avg</c>. These are the live tensors:
    /// write or clone them before the next step.
    /// </summary>
    IReadOnlyList<(string Name, Tensor Value)> ExportState();

    /// <summary>Copies in what <see cref="ExportState"/> of an optimiser over the same parameters gave.</summary>
    /// <exception cref="InputException">A tensor is missing, left over, or of another shape or type.</exception>
    void ImportState(IReadOnlyDictionary<string, Tensor> state);
}
