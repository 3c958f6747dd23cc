using DcrDsl.Evaluation.Measures;

namespace DcrDsl.Evaluation;

/// <summary>What the report shows of a task that stands for itself: numbers that no metric pools with those of other tasks.</summary>
/// <param name="Kind">The kind of task, in the plural: "Multiple-choice tasks".</param>
/// <param name="Item">What it has many of: "question".</param>
/// <param name="Categories">The category of each item; empty where none is known.</param>
/// <param name="Measures">Its numbers, the most important first.</param>
sealed record TaskTable(string Kind, string Item, IReadOnlyList<string> Categories, IReadOnlyList<TaskMeasure> Measures)
{
    /// <summary>What blind guessing gets; null: nothing can be guessed.</summary>
    public double? Chance { get; init; }

    /// <summary>What a reader must know of this task; null: nothing.</summary>
    public string? Caution { get; init; }

    /// <summary>What a reader must know of tasks of this kind; null: nothing.</summary>
    public string? Reading { get; init; }
}

/// <summary>One number of a task: the mean over its items.</summary>
/// <param name="Name">The number's name.</param>
/// <param name="Meaning">What it is, in a few words.</param>
/// <param name="Unit">How it lies and is written.</param>
/// <param name="Values">What each item adds, in the task's order; null: nothing.</param>
sealed record TaskMeasure(string Name, string Meaning, MetricUnit Unit, IReadOnlyList<double?> Values)
{
    /// <summary>Whether each item adds 1 or 0, so that the number is a share of items.</summary>
    public bool Counts { get; init; }
}
