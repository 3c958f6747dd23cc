using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Tensors;

/// <summary>Where each of B texts stands among tokens.</summary>
/// <param name="Starts">The place of its first token behind the common beginning, [B], int64.</param>
/// <param name="Lengths">How many tokens it has from there on, at least one, [B], int64.</param>
/// <param name="Shared">How many tokens all begin with, which stand in front, once; 0: none.</param>
public readonly record struct TextSpans(Tensor Starts, Tensor Lengths, int Shared = 0)
{
    /// <summary>Of rows that are padded on the right, read row after row.</summary>
    /// <param name="lengths">Tokens of each row that are no padding, [B], int64.</param>
    /// <param name="width">Tokens of a row, padding included.</param>
    public static TextSpans OfPadded(Tensor lengths, long width)
    {
        using Scalar step = width;
        return new(arange(lengths.shape[0], int64, lengths.device).mul(step), lengths);
    }
}
