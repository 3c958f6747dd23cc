namespace DcrDsl.Evaluation.Statistics;

/// <summary>Ranks from 1, where equal values share the mean of their ranks.</summary>
static class Ranks
{
    /// <summary>Twice the midrank of each value, which is a whole number. No value may be NaN.</summary>
    public static int[] Doubled(IReadOnlyList<double> values)
    {
        double[] sorted = [.. values];
        int[] order = new int[sorted.Length],
            ranks = new int[sorted.Length];
        for (int i = 0; i < order.Length; i++)
            order[i] = i;
        Array.Sort(sorted, order);
        for (int start = 0, end; start < order.Length; start = end)
        {
            for (end = start + 1; end < order.Length && sorted[end] == sorted[start]; )
                end++;
            for (int i = start; i < end; i++)
                ranks[order[i]] = start + end + 1;
        }
        return ranks;
    }
}
