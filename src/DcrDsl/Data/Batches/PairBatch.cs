using DcrDsl.Tensors;
using static TorchSharp.torch;

namespace DcrDsl.Data.Batches;

/// <summary>A batch of contrastive refinement.</summary>
/// <param name="Tokens">N tokens of B prompts, each up to and including the assistant's header, prompt behind prompt.</param>
/// <param name="Prompts">Where each prompt stands among them.</param>
/// <param name="Labels">0 seemingly toxic, 1 toxic, 2 general where that is a class of its own; [B], int64.</param>
public readonly record struct PairBatch(PackedTokens Tokens, TextSpans Prompts, Tensor Labels);
