using DcrDsl.Data;

namespace DcrDsl.Evaluation.Separation;

/// <summary>Vectors of two classes, the first class before the second, as their inner products: nothing else is looked at.</summary>
/// <param name="Products">[n][n].</param>
/// <param name="FirstCount">How many are of the first class.</param>
sealed record LabelledStates(double[][] Products, int FirstCount)
{
    /// <summary>How many there are.</summary>
    public int Count => Products.Length;

    /// <param name="rows">[n][H], those of the first class before those of the second.</param>
    /// <param name="firstCount">How many are of the first class.</param>
    public static LabelledStates Of(double[][] rows, int firstCount)
    {
        double[][] products = [.. rows.Select(_ => new double[rows.Length])];
        for (int i = 0; i < rows.Length; i++)
        for (int j = 0; j <= i; j++)
            products[i][j] = products[j][i] = Dot(rows[i], rows[j]);
        return new LabelledStates(products, firstCount);
    }

    /// <summary>Whether one is of the second class.</summary>
    public bool IsSecond(int row) => row >= FirstCount;

    /// <summary>The cosine similarity of two vectors; of a vector of length 0 with any other it is 0.</summary>
    public double Cosine(int one, int other)
    {
        double lengths = Math.Sqrt(Products[one][one] * Products[other][other]);
        return lengths == 0 ? 0 : Products[one][other] / lengths;
    }

    /// <summary>
    /// Deals the vectors into parts, each class by itself, so that every part has its share of both: [n], the part of each.
    /// </summary>
    /// <param name="folds">How many parts.</param>
    /// <param name="seed">Decides who comes where.</param>
    public int[] Folds(int folds, ulong seed)
    {
        int[] parts = new int[Count];
        foreach (var (first, count) in new[] { (0, FirstCount), (FirstCount, Count - FirstCount) })
        foreach (var (place, row) in new RandomStream(seed, "Separability.folds", first == 0 ? 0 : 1).Permutation(count).Index())
            parts[first + row] = place % folds;
        return parts;
    }

    static double Dot(double[] one, double[] other)
    {
        double sum = 0;
        for (int i = 0; i < one.Length; i++)
            sum += one[i] * other[i];
        return sum;
    }
}
