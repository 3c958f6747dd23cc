namespace DcrDsl.Evaluation.Measures;

/// <summary>A number of scores, for draws of their prompts.</summary>
/// <param name="Formula">The number; NaN where scores lack it.</param>
sealed record PromptStatistic(Func<Scores, double> Formula)
{
    /// <summary>What each prompt adds, where the number is a mean over them: it is then made without new scores for each draw.</summary>
    public PromptMean? Mean { get; init; }

    /// <summary>The number of some scores, given the places that are drawn of each of their tasks of prompts.</summary>
    public Func<int[][], double> Drawn(Scores scores)
    {
        PromptTaskOutcome[] tasks = [.. scores.PromptTasks];
        if (Mean is { } mean)
            return DrawnMean(scores, tasks, mean);
        return rows =>
            Formula(
                new Scores(
                    [.. tasks.Select((t, i) => t with { Items = Array.ConvertAll(rows[i], place => t.Items[place]) })],
                    scores.Judges
                )
            );
    }

    // Summed in the order in which prompts are drawn, as the formula does, so that it is the same to the last bit.
    static Func<int[][], double> DrawnMean(Scores scores, PromptTaskOutcome[] tasks, PromptMean mean)
    {
        var adds = mean.In(scores);
        (int Task, double?[] Values)[] own =
        [
            .. scores.TasksOf(mean.Class).Select(t => (Array.IndexOf(tasks, t), t.Items.Select(adds).ToArray())),
        ];
        return rows =>
        {
            double sum = 0;
            int count = 0;
            foreach (var (task, values) in own)
            foreach (int place in rows[task])
                if (values[place] is { } value)
                {
                    sum += value;
                    count++;
                }
            return count == 0 ? double.NaN : sum / count;
        };
    }
}
