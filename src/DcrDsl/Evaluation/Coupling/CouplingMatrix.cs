namespace DcrDsl.Evaluation.Coupling;

/// <summary>
/// What a tangent kernel says of pairs of prompts: how far a step of training on one moves the first response token of the other.
/// </summary>
/// <param name="Norms">‖K(x, x')‖ (Frobenius), by row x and column x'; symmetric.</param>
sealed record CouplingMatrix(double[][] Norms)
{
    /// <summary>The matrix of a kernel.</summary>
    /// <param name="kernel">[n·k, n·k], row after row.</param>
    /// <param name="prompts">n.</param>
    public static CouplingMatrix Of(double[] kernel, int prompts)
    {
        int logits = (int)Math.Round(Math.Sqrt(kernel.Length)),
            top = logits / prompts;
        double[][] squares = [.. Enumerable.Range(0, prompts).Select(_ => new double[prompts])];
        for (int row = 0; row < logits; row++)
        for (int column = 0; column < logits; column++)
            squares[row / top][column / top] += kernel[row * logits + column] * kernel[row * logits + column];
        return new([.. squares.Select(r => Array.ConvertAll(r, Math.Sqrt))]);
    }

    /// <summary>‖K(x, x')‖ / ‖K(x, x)‖: normalised by the row's own; 1 on the diagonal, not symmetric, and it may exceed 1.</summary>
    public double Coupling(int row, int column) => Norms[row][column] / Norms[row][row];

    /// <summary>
    /// The mean over pairs of two groups of prompts, a prompt with itself left out.
    /// </summary>
    /// <param name="rows">The one group, as numbers of prompts.</param>
    /// <param name="columns">The other, or the same.</param>
    /// <param name="of">What of a pair.</param>
    public static double Mean(IEnumerable<int> rows, IReadOnlyList<int> columns, Func<int, int, double> of) =>
        rows.SelectMany(r => columns.Where(c => c != r).Select(c => of(r, c))).Average();
}
