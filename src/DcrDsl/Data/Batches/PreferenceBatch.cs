using static TorchSharp.torch;

namespace DcrDsl.Data.Batches;

/// <summary>
/// A batch of preference tuning: B pairs, each prompt with its preferred answer in row b and with the other one in row B + b.
/// </summary>
/// <param name="Tokens">
/// Input tokens, [2B, T], int64, right padded. A text's last token is only ever a target and is not among them.
/// </param>
/// <param name="Rows">The positions whose next token is an answer's, as flat indices b · T + t, ascending; [N], int64.</param>
/// <param name="Targets">The next token at each of these positions; [N], int64.</param>
/// <param name="Answers">The row, 0 to 2B − 1, whose answer each of them belongs to; [N], int64.</param>
/// <param name="Lengths">Tokens of each answer, with the end token; [2B], int64.</param>
/// <param name="Places">Where the reference's log-probability of each answer stands among those of all pairs; [2B], int64.</param>
/// <param name="RealTokens">Input tokens that are no padding.</param>
public readonly record struct PreferenceBatch(
    Tensor Tokens,
    Tensor Rows,
    Tensor Targets,
    Tensor Answers,
    Tensor Lengths,
    Tensor Places,
    int RealTokens
);
