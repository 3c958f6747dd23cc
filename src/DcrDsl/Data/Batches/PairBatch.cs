using static TorchSharp.torch;

namespace DcrDsl.Data.Batches;

/// <summary>A batch of contrastive refinement.</summary>
/// <param name="Tokens">Prompts up to and including the assistant's header, [B, T], int64, right padded.</param>
/// <param name="Lengths">Tokens of each prompt that are no padding, [B], int64: the last prompt token stands at length − 1.</param>
/// <param name="Labels">0 seemingly toxic, 1 toxic, 2 general where that is a class of its own; [B], int64.</param>
/// <param name="RealTokens">Tokens that are no padding.</param>
public readonly record struct PairBatch(Tensor Tokens, Tensor Lengths, Tensor Labels, int RealTokens);
