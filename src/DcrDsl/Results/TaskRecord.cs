namespace DcrDsl.Results;

/// <summary>What a task of a run measures on, and whether something was trained on that.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Set">The published set, by its name in PublishedTasks; null: the task names none.</param>
/// <param name="Rows">How many rows the set's file has here; null: the task names no set, or the file was not at hand.</param>
/// <param name="Published">How many rows the published file has; null: the task names no set.</param>
/// <param name="Declared">Whether its declaration says that it was trained on.</param>
/// <param name="Trained">
/// The stages that train on the same file or set, as far as declarations tell, each with its arms: "Dcr (DCR, DCR+STL)".
/// </param>
/// <param name="Perhaps">Why stages may train on prompts of it, in sentences.</param>
public sealed record TaskRecord(
    string Task,
    string? Set,
    int? Rows,
    int? Published,
    bool Declared,
    IReadOnlyList<string> Trained,
    IReadOnlyList<string> Perhaps
)
{
    /// <summary>Who is known to train on such prompts elsewhere; empty: nobody.</summary>
    public string KnownElsewhere { get; init; } = "";
}
