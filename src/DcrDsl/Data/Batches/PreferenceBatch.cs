using DcrDsl.Tensors;
using static TorchSharp.torch;

namespace DcrDsl.Data.Batches;

/// <summary>
/// A batch of preference tuning: B pairs, each prompt with its preferred answer as text b and with the other one as text B + b.
/// </summary>
/// <param name="Tokens">N input tokens, text behind text. A text's last token is only ever a target and is not among them.</param>
/// <param name="Rows">The places whose next token is an answer's, text after text; [M], int64.</param>
/// <param name="Targets">The next token at each of these places; [M], int64.</param>
/// <param name="Answers">The text, 0 to 2B − 1, whose answer each of them belongs to; [M], int64.</param>
/// <param name="Lengths">Tokens of each answer, with the end token; [2B], int64.</param>
/// <param name="Places">Where the reference's log-probability of each answer stands among those of all pairs; [2B], int64.</param>
public readonly record struct PreferenceBatch(
    PackedTokens Tokens,
    Tensor Rows,
    Tensor Targets,
    Tensor Answers,
    Tensor Lengths,
    Tensor Places
);
