namespace DcrDsl.Evaluation.Statistics;

/// <summary>Ranks from 1, where equal values share the mean of their ranks.</summary>
static class Ranks
{
    /// <summary>Twice the midrank of each value, which is a whole number. No value may be NaN.</summary>
    public static int[] Doubled(IReadOnlyList<double> values)
    {
        int[] order = [.. Enumerable.Range(0, values.Count)];
        Array.Sort([.. values], order);
        int[] ranks = new int[order.Length];
        for (int start = 0, end; start < order.Length; start = end)
        {
            for (end = start + 1; end < order.Length && values[order[end]] == values[order[start]]; )
                end++;
            foreach (int i in order[start..end])
                ranks[i] = start + end + 1;
        }
        return ranks;
    }
}
