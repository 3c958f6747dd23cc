using DcrDsl.Tensors;
using static TorchSharp.torch;

namespace DcrDsl.Data.Batches;

/// <summary>A batch of next-token training.</summary>
/// <param name="Tokens">N input tokens, text behind text. A text's last token is only ever a target and is not among them.</param>
/// <param name="Rows">The places whose next token is a target, text after text; [M], int64.</param>
/// <param name="Targets">The next token at each of these places; [M], int64.</param>
public readonly record struct TextBatch(PackedTokens Tokens, Tensor Rows, Tensor Targets);
