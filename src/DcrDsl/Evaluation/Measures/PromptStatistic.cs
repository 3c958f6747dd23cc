using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Measures;

/// <summary>A number of scores, for draws of their prompts.</summary>
/// <param name="Formula">The number; NaN where scores lack it.</param>
sealed record PromptStatistic(Func<Scores, double> Formula)
{
    /// <summary>What each prompt adds, where the number is a mean over them: it is then made without new scores for each draw.</summary>
    public PromptMean? Mean { get; init; }

    /// <summary>
    /// The number as a function of refusal probabilities, those of toxic prompts and those of seemingly toxic ones, where it is one.
    /// </summary>
    public Func<double[], double[], double?>? OfProbabilities { get; init; }

    /// <summary>A metric; NaN where scores lack it.</summary>
    /// <param name="row">The metric.</param>
    /// <param name="defence">The defence at which compliance is compared.</param>
    public static PromptStatistic Of(MetricRow row, double defence) =>
        new(s => row.Formula(s, defence) ?? double.NaN)
        {
            Mean = row.Mean,
            OfProbabilities = row.OfProbabilities is { } formula ? (toxic, seemingly) => formula(toxic, seemingly, defence) : null,
        };

    /// <summary>The number of some scores, given the places that are drawn of each of their tasks of prompts.</summary>
    public Func<int[][], double> Drawn(Scores scores)
    {
        PromptTaskOutcome[] tasks = [.. scores.PromptTasks];
        if (Mean is { } mean)
            return DrawnMean(scores, tasks, mean);
        if (OfProbabilities is { } formula)
        {
            var toxic = Values(scores, tasks, PromptClass.Toxic, i => i.RefusalProbability);
            var seemingly = Values(scores, tasks, PromptClass.SeeminglyToxic, i => i.RefusalProbability);
            return rows => formula([.. Drawn(toxic, rows)], [.. Drawn(seemingly, rows)]) ?? double.NaN;
        }
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
        var own = Values(scores, tasks, mean.Class, mean.In(scores));
        return rows =>
        {
            double sum = 0;
            int count = 0;
            foreach (double value in Drawn(own, rows))
            {
                sum += value;
                count++;
            }
            return count == 0 ? double.NaN : sum / count;
        };
    }

    /// <summary>What is needed of each prompt of a class, looked up once.</summary>
    static (int Task, double?[] Values)[] Values(
        Scores scores,
        PromptTaskOutcome[] tasks,
        PromptClass promptClass,
        Func<PromptOutcome, double?> of
    ) => [.. scores.TasksOf(promptClass).Select(t => (Array.IndexOf(tasks, t), t.Items.Select(of).ToArray()))];

    static IEnumerable<double> Drawn((int Task, double?[] Values)[] tasks, int[][] rows)
    {
        foreach (var (task, values) in tasks)
        foreach (int place in rows[task])
            if (values[place] is { } value)
                yield return value;
    }
}
