using static TorchSharp.torch;

namespace DcrDsl.Data.Batches;

/// <summary>Lays token sequences of different lengths side by side, right padded to the longest.</summary>
static class PaddedRows
{
    /// <summary>Tokens as [B, T], int64.</summary>
    /// <param name="sequences">The B sequences.</param>
    /// <param name="width">T; at least the longest sequence.</param>
    /// <param name="padToken">Fills the end of shorter rows.</param>
    /// <param name="device">Where the tensor is to lie.</param>
    public static Tensor Tokens(ReadOnlySpan<ArraySegment<int>> sequences, int width, int padToken, Device device)
    {
        long[] flat = new long[sequences.Length * width];
        if (padToken != 0)
            Array.Fill(flat, padToken);
        for (int row = 0; row < sequences.Length; row++)
        {
            var sequence = sequences[row].AsSpan();
            for (int t = 0; t < sequence.Length; t++)
                flat[row * width + t] = sequence[t];
        }
        return tensor(flat, [sequences.Length, width], device: device);
    }
}
