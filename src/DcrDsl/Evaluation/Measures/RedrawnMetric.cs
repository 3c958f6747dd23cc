using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Measures;

/// <summary>
/// A metric of prompts that are drawn again from the same scores, thousands of times: what it needs of each prompt is looked up once. The
/// numbers are those of <see cref="MetricRow.Formula"/>, to the last digit.
/// </summary>
static class RedrawnMetric
{
    /// <summary>The metric of the prompts at the places drawn for each task; NaN: there are none of its class.</summary>
    /// <param name="row">The metric.</param>
    /// <param name="defence">The defence at which compliance is compared.</param>
    /// <param name="scores">The scores.</param>
    public static Func<int[][], double> Of(MetricRow row, double defence, Scores scores)
    {
        if (row.Mean is { } mean)
        {
            var values = Values(scores, mean.Class, mean.Of);
            return rows => Mean(values, rows);
        }
        if (row.OfProbabilities is { } formula)
        {
            var toxic = Values(scores, PromptClass.Toxic, i => i.RefusalProbability);
            var seemingly = Values(scores, PromptClass.SeeminglyToxic, i => i.RefusalProbability);
            return rows => formula(Drawn(toxic, rows), Drawn(seemingly, rows), defence) ?? double.NaN;
        }
        return rows => row.Formula(Drawn(scores, rows), defence) ?? double.NaN;
    }

    /// <summary>The scores of the prompts at the places drawn for each task.</summary>
    public static Scores Drawn(Scores scores, int[][] rows) =>
        new([.. scores.PromptTasks.Zip(rows, (t, places) => t with { Items = Array.ConvertAll(places, i => t.Items[i]) })]);

    static (int Task, double?[] Values)[] Values(Scores scores, PromptClass promptClass, Func<PromptOutcome, double?> of)
    {
        var tasks = scores.PromptTasks.ToList();
        return [.. scores.TasksOf(promptClass).Select(t => (tasks.IndexOf(t), t.Items.Select(of).ToArray()))];
    }

    static double Mean((int Task, double?[] Values)[] tasks, int[][] rows)
    {
        double sum = 0;
        int count = 0;
        foreach (var (task, values) in tasks)
        foreach (int place in rows[task])
            if (values[place] is { } value)
            {
                sum += value;
                count++;
            }
        return sum / count;
    }

    static double[] Drawn((int Task, double?[] Values)[] tasks, int[][] rows)
    {
        var drawn = new List<double>();
        foreach (var (task, values) in tasks)
        foreach (int place in rows[task])
            if (values[place] is { } value)
                drawn.Add(value);
        return [.. drawn];
    }
}
