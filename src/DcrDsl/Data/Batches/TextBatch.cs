using static TorchSharp.torch;

namespace DcrDsl.Data.Batches;

/// <summary>A batch of next-token training.</summary>
/// <param name="Tokens">Input tokens, [B, T], int64, right padded. A text's last token is only ever a target and is not among them.</param>
/// <param name="Rows">The positions whose next token is a target, as flat indices b · T + t, ascending; [N], int64.</param>
/// <param name="Targets">The next token at each of these positions; [N], int64.</param>
/// <param name="RealTokens">Input tokens that are no padding.</param>
public readonly record struct TextBatch(Tensor Tokens, Tensor Rows, Tensor Targets, int RealTokens);
