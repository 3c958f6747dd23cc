using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Measures;

namespace DcrDsl.Results.Comparing;

/// <summary>What the prompts of one cell add to a metric, each with a key by which other cells have the same prompt.</summary>
/// <param name="Keys">[prompts] task and prompt, with a number where a task has a prompt twice.</param>
/// <param name="Values">[prompts] what each adds.</param>
/// <param name="Items">[prompts] the prompts.</param>
sealed record PromptValues(IReadOnlyList<string> Keys, double[] Values, IReadOnlyList<PromptOutcome> Items)
{
    /// <summary>Those that count for a metric, in order.</summary>
    public static PromptValues Of(Scores scores, PromptMean mean)
    {
        List<string> keys = [];
        List<double> values = [];
        List<PromptOutcome> items = [];
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var adds = mean.In(scores);
        foreach (var task in scores.TasksOf(mean.Class))
        foreach (var item in task.Items)
        {
            string key = $"{task.Name}\n{item.Prompt}";
            int times = seen[key] = seen.GetValueOrDefault(key) + 1;
            if (adds(item) is not { } value)
                continue;
            keys.Add(times == 1 ? key : $"{key}\n{times}");
            values.Add(value);
            items.Add(item);
        }
        return new([.. keys], [.. values], items);
    }
}
