using static TorchSharp.torch;

namespace DcrDsl.Tensors;

static class TensorMemory
{
    /// <summary>
    /// The first byte of a contiguous, non-empty CPU tensor, also of one beyond the 2 GiB that <see cref="Tensor.bytes"/> can span.
    /// Valid as long as the tensor is.
    /// </summary>
    public static unsafe byte* Pointer(Tensor tensor)
    {
        using var flat = tensor.view(-1);
        using var first = flat.narrow(0, 0, 1);
        fixed (byte* pointer = first.bytes)
            return pointer; // native memory: nothing for the collector to move
    }
}
