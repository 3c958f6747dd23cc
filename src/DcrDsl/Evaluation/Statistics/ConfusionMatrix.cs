namespace DcrDsl.Evaluation.Statistics;

/// <summary>How often each label of one judge met each label of another over the same items.</summary>
sealed class ConfusionMatrix
{
    readonly int[,] counts;

    ConfusionMatrix(int[] labels, int[,] counts) => (Labels, this.counts) = (labels, counts);

    /// <summary>The labels that either judge gave, ascending.</summary>
    public IReadOnlyList<int> Labels { get; }

    /// <summary>
    /// The items to which the first judge gave label <paramref name="row"/> and the second label <paramref name="column"/>.
    /// </summary>
    /// <param name="row">The position in <see cref="Labels"/> of the first judge's label.</param>
    /// <param name="column">The position in <see cref="Labels"/> of the second judge's label.</param>
    public int this[int row, int column] => counts[row, column];

    /// <summary>The items.</summary>
    public int Count => Positions.Sum(RowSum);

    /// <summary>The share of items on which the judges agree; NaN for no item.</summary>
    public double ObservedAgreement => Positions.Sum(i => counts[i, i]) / (double)Count;

    /// <summary>The items to which the first judge gave label <paramref name="row"/>.</summary>
    public int RowSum(int row) => Positions.Sum(column => counts[row, column]);

    /// <summary>The items to which the second judge gave label <paramref name="column"/>.</summary>
    public int ColumnSum(int column) => Positions.Sum(row => counts[row, column]);

    /// <summary>Counts the pairs of labels.</summary>
    /// <param name="a">[items] labels of the first judge: the rows.</param>
    /// <param name="b">[items] labels of the second judge, in the same order of items: the columns.</param>
    /// <param name="times">[items] how often each item is there; null: once.</param>
    /// <exception cref="ArgumentException">The judges have different numbers of labels.</exception>
    public static ConfusionMatrix Of(IReadOnlyList<int> a, IReadOnlyList<int> b, IReadOnlyList<int>? times = null)
    {
        if (a.Count != b.Count)
            throw new ArgumentException($"Two judges are compared on the same items, not on {a.Count} and {b.Count}.");
        int[] labels = [.. a.Concat(b).Distinct().Order()];
        int[,] counts = new int[labels.Length, labels.Length];
        for (int item = 0; item < a.Count; item++)
            counts[Array.BinarySearch(labels, a[item]), Array.BinarySearch(labels, b[item])] += times?[item] ?? 1;
        return new(labels, counts);
    }

    IEnumerable<int> Positions => Enumerable.Range(0, Labels.Count);
}
