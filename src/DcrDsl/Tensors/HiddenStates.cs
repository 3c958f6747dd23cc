using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Tensors;

/// <summary>Vectors taken out of a batch's hidden states.</summary>
public static class HiddenStates
{
    /// <summary>The state at each prompt's last token.</summary>
    /// <param name="hidden">[B, T, H], padded on the right.</param>
    /// <param name="lengths">Tokens of each prompt, [B], int64, from 1 to T.</param>
    /// <returns>[B, H].</returns>
    public static Tensor LastPromptToken(Tensor hidden, Tensor lengths)
    {
        using var scope = NewDisposeScope();
        using Scalar length = hidden.shape[1];
        var rows = arange(hidden.shape[0], int64, hidden.device).mul(length).Plus(lengths).MinusOne();
        return hidden.Rows(rows).MoveToOuterDisposeScope();
    }

    /// <summary>The mean state over each prompt's tokens; padding is left out.</summary>
    /// <param name="hidden">[B, T, H], padded on the right.</param>
    /// <param name="lengths">Tokens of each prompt, [B], int64, from 1 to T.</param>
    /// <returns>[B, H].</returns>
    public static Tensor Mean(Tensor hidden, Tensor lengths)
    {
        using var scope = NewDisposeScope();
        var real = arange(hidden.shape[1], int64, hidden.device).unsqueeze(0).lt(lengths.unsqueeze(1)); // [B, T]
        var sum = hidden.ZeroWhere(real.logical_not().unsqueeze(-1)).sum(1);
        return (sum / lengths.unsqueeze(1).to(hidden.dtype)).MoveToOuterDisposeScope();
    }

    extension(Tensor hidden)
    {
        /// <summary>The states at some places of a batch.</summary>
        /// <param name="rows">Places in the batch read row after row, b · T + t, [N], int64.</param>
        /// <returns>[N, H], from hidden states [B, T, H].</returns>
        public Tensor Rows(Tensor rows)
        {
            using var flat = hidden.flatten(0, 1);
            return flat.RowsAt(rows);
        }
    }
}
