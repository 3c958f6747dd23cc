namespace DcrDsl.Evaluation.Separation;

/// <summary>Solves systems of linear equations whose matrix is symmetric and positive definite.</summary>
static class Cholesky
{
    /// <summary>x with A x = b.</summary>
    /// <param name="matrix">A; its lower half is used up.</param>
    /// <param name="right">b.</param>
    /// <exception cref="ArgumentException">The matrix is not positive definite, or not of finite numbers.</exception>
    public static double[] Solve(double[][] matrix, double[] right)
    {
        Factor(matrix);
        return Substitute(matrix, right);
    }

    /// <summary>x with A x = b, for two b.</summary>
    /// <param name="matrix">A; its lower half is used up.</param>
    /// <param name="first">One b.</param>
    /// <param name="second">The other.</param>
    /// <exception cref="ArgumentException">The matrix is not positive definite, or not of finite numbers.</exception>
    public static (double[] First, double[] Second) Solve(double[][] matrix, double[] first, double[] second)
    {
        Factor(matrix);
        return (Substitute(matrix, first), Substitute(matrix, second));
    }

    /// <summary>Puts L with L Lᵀ = A in place of the lower half.</summary>
    static void Factor(double[][] matrix)
    {
        int n = matrix.Length;
        for (int i = 0; i < n; i++)
        for (int j = 0; j <= i; j++)
        {
            double sum = matrix[i][j];
            for (int k = 0; k < j; k++)
                sum -= matrix[i][k] * matrix[j][k];
            if (i != j)
                matrix[i][j] = sum / matrix[j][j];
            else if (sum > 0)
                matrix[i][i] = Math.Sqrt(sum);
            else
                throw new ArgumentException("the matrix is not positive definite", nameof(matrix));
        }
    }

    static double[] Substitute(double[][] matrix, double[] right)
    {
        int n = right.Length;
        double[] x = [.. right];
        for (int i = 0; i < n; i++)
        {
            for (int k = 0; k < i; k++)
                x[i] -= matrix[i][k] * x[k];
            x[i] /= matrix[i][i];
        }
        for (int i = n - 1; i >= 0; i--)
        {
            for (int k = i + 1; k < n; k++)
                x[i] -= matrix[k][i] * x[k];
            x[i] /= matrix[i][i];
        }
        return x;
    }
}
