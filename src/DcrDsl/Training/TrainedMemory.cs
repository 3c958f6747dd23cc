using DcrDsl.Tensors;
using static TorchSharp.torch;

namespace DcrDsl.Training;

/// <summary>
/// What a training stage keeps in memory for its parameters, whatever its batches: weights, their gradients, and what the optimiser
/// remembers of these. In bytes.
/// </summary>
/// <param name="Parameters">How many numbers are trained.</param>
/// <param name="Weights">Of the weights.</param>
/// <param name="Gradients">Of their gradients, which are of the same type.</param>
/// <param name="State">Of the optimiser's moments.</param>
sealed record TrainedMemory(long Parameters, long Weights, long Gradients, long State)
{
    /// <summary>All of it.</summary>
    public long Bytes => Weights + Gradients + State;

    /// <summary>What one parameter costs.</summary>
    public double BytesEach => (double)Bytes / Parameters;

    /// <summary>Counts; the tensors need no values.</summary>
    public static TrainedMemory Of(ParameterList weights, IOptimiser optimiser)
    {
        long bytes = weights.Sum(Size);
        return new(weights.Sum(w => w.numel()), bytes, bytes, optimiser.ExportState().Sum(s => Size(s.Value)));
    }

    static long Size(Tensor tensor) => tensor.numel() * tensor.element_size();
}
