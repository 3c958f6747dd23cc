using static TorchSharp.torch;

namespace DcrDsl.Models;

/// <summary>
/// Rows that branch: behind a beginning that all of a row's branches share, several ways to go on stand side by side, and a token sees its
/// own way only. One pass then does what as many passes as branches would do.
/// </summary>
/// <param name="Positions">[B, T], int64: how many tokens stand before each token on its own way, those of a cache not counted.</param>
/// <param name="Visible">[B, T, T], bool: which tokens of its row a token (second index) sees; itself always.</param>
/// <param name="Length">The largest position and 1.</param>
sealed record BranchedRows(Tensor Positions, Tensor Visible, int Length);
