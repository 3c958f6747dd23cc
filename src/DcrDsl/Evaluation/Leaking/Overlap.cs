using System.Text.Json.Serialization;
using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Leaking;

/// <summary>
/// A prompt or question that a task measures on, and the prompt of one source of a stage that it overlaps with most closely: a line of
/// <c>leakage.jsonl</c>.
/// </summary>
/// <param name="Kind">How they overlap.</param>
/// <param name="Task">The task.</param>
/// <param name="Item">The prompt's place among those of the task, from 0.</param>
/// <param name="Seed">The seed at which it is so; null: at every seed.</param>
/// <param name="Evaluated">The prompt that is measured on.</param>
/// <param name="Source">The option of the stage that names the source: <c>Align.Refusals</c>.</param>
/// <param name="Trained">The prompt of that source.</param>
public sealed record Overlap(
    OverlapKind Kind,
    string Task,
    int Item,
    int? Seed,
    OverlapPlace Evaluated,
    string Source,
    OverlapPlace Trained
)
{
    /// <summary>How many other prompts of the source it overlaps with.</summary>
    public int Others { get; init; }

    /// <summary>The words in a row that both share, where it is not all of them; null: they are the same, or other words.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Words { get; init; }

    /// <summary>Whether these words stand in an answer that is learnt and not in the prompt before it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool InAnswer { get; init; }

    /// <summary>The cosine similarity of the two, where that is how they overlap; null: it is not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Similarity { get; init; }

    /// <summary>Whether the stage is watched on the source, and not trained.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Watched { get; init; }

    /// <summary>Whether the task says that it measures on what was trained on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool InDistribution { get; init; }
}

/// <summary>A prompt with the place where it stands.</summary>
/// <param name="Origin">File and line, or what else tells where it comes from.</param>
/// <param name="Text">The prompt.</param>
public sealed record OverlapPlace(string Origin, string Text);

/// <summary>A prompt's nearest training prompt by the base model's own hidden states: a line of <c>neighbours.jsonl</c>.</summary>
/// <param name="Task">The task.</param>
/// <param name="Item">The prompt's place among those of the task, from 0.</param>
/// <param name="Seed">The seed at which it is so; null: at every seed.</param>
/// <param name="Evaluated">The prompt that is measured on.</param>
/// <param name="Source">The option of the stage that names the source of the other one.</param>
/// <param name="Trained">The nearest prompt of all that is trained on.</param>
/// <param name="Similarity">The cosine of the two vectors.</param>
public sealed record Neighbour(
    string Task,
    int Item,
    int? Seed,
    OverlapPlace Evaluated,
    string Source,
    OverlapPlace Trained,
    double Similarity
);

/// <summary>What was compared to find overlaps: the first line of <c>leakage.jsonl</c>.</summary>
/// <param name="Format">The version of the format.</param>
/// <param name="Rules">How it was compared; several where arms differ in it.</param>
/// <param name="Pairs">What with what.</param>
/// <param name="NotCompared">What could not be read for it and why, in sentences.</param>
sealed record LeakageRecord(
    int Format,
    IReadOnlyList<LeakageRule> Rules,
    IReadOnlyList<ComparedTexts> Pairs,
    IReadOnlyList<string> NotCompared
);

/// <summary>When two texts overlap.</summary>
/// <param name="Words">How many words in a row they must share.</param>
/// <param name="CommonIn">In how many different training texts words may stand and still count.</param>
/// <param name="Refuses">Whether an overlap is an error.</param>
sealed record LeakageRule(int Words, int CommonIn, bool Refuses)
{
    /// <summary>The cosine similarity from which on prompts overlap by their embedding; null: that was not asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Similarity { get; init; }
}

/// <summary>A task and a source that were compared.</summary>
/// <param name="Task">The task.</param>
/// <param name="Source">The option of the stage that names the source.</param>
/// <param name="Evaluated">Prompts of the task, over the seeds at which they differ.</param>
/// <param name="Trained">Prompts of the source, over the seeds at which they differ.</param>
sealed record ComparedTexts(string Task, string Source, int Evaluated, int Trained)
{
    /// <summary>Whether the stage is watched on the source, and not trained.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Watched { get; init; }

    /// <summary>Whether the task says that it measures on what was trained on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool InDistribution { get; init; }
}

/// <summary>Everything that was found when what a plan trains on was compared with what it measures on.</summary>
/// <param name="Compared">What was compared.</param>
/// <param name="Overlaps">The overlaps, by task, seed, prompt and source.</param>
/// <param name="Neighbours">Each prompt's nearest training prompt; empty where that was not asked.</param>
sealed record FoundLeakage(LeakageRecord Compared, IReadOnlyList<Overlap> Overlaps, IReadOnlyList<Neighbour> Neighbours)
{
    /// <summary>The overlaps of tasks that do not say that they are in-distribution.</summary>
    public IReadOnlyList<Overlap> Unsaid => [.. Overlaps.Where(o => !o.InDistribution)];
}
