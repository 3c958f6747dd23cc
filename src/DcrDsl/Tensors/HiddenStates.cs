using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Tensors;

/// <summary>Vectors taken out of a batch's hidden states.</summary>
public static class HiddenStates
{
    /// <summary>The state at each prompt's last token.</summary>
    /// <param name="hidden">[N, H].</param>
    /// <param name="prompts">Where the B prompts stand among the N tokens.</param>
    /// <returns>[B, H].</returns>
    public static Tensor LastPromptToken(Tensor hidden, TextSpans prompts)
    {
        using var scope = NewDisposeScope();
        return hidden.RowsAt(prompts.Starts.Plus(prompts.Lengths).MinusOne()).MoveToOuterDisposeScope();
    }

    /// <summary>The mean state over each prompt's tokens.</summary>
    /// <param name="hidden">[N, H].</param>
    /// <param name="prompts">Where the B prompts stand among the N tokens.</param>
    /// <returns>[B, H].</returns>
    public static Tensor Mean(Tensor hidden, TextSpans prompts)
    {
        using var scope = NewDisposeScope();
        var place = arange(hidden.shape[0], int64, hidden.device).unsqueeze(0);
        var starts = prompts.Starts.unsqueeze(1);
        var lengths = prompts.Lengths.unsqueeze(1);
        using Scalar shared = prompts.Shared;
        // bitwise_and, as logical_and cannot be gone through without values
        var own = place.ge(starts).bitwise_and(place.lt(starts.Plus(lengths))).bitwise_or(place.lt(shared)); // [B, N]
        return own.to(hidden.dtype).matmul(hidden).div(lengths.Plus(shared).to(hidden.dtype)).MoveToOuterDisposeScope();
    }

    /// <summary>The states at some places.</summary>
    /// <param name="hidden">[N, H].</param>
    /// <param name="places">[M], int64, from 0 to N − 1.</param>
    /// <returns>[M, H].</returns>
    public static Tensor Rows(Tensor hidden, Tensor places) => hidden.RowsAt(places);
}
