using DcrDsl.Definition;
using DcrDsl.Planning;

namespace DcrDsl.Execution;

/// <summary>How far a run is at one moment.</summary>
/// <param name="Elapsed">Since the run began.</param>
/// <param name="Finished">Stage runs that are complete.</param>
/// <param name="Failed">Stage runs that failed.</param>
/// <param name="StageRuns">Stage runs in all.</param>
/// <param name="CellsFinished">Cells that have scores.</param>
/// <param name="Cells">Cells in all.</param>
/// <param name="Running">The stage runs under way.</param>
/// <param name="Left">How long it will go on; null: not known yet.</param>
public sealed record RunProgress(
    TimeSpan Elapsed,
    int Finished,
    int Failed,
    int StageRuns,
    int CellsFinished,
    int Cells,
    IReadOnlyList<StageRunProgress> Running,
    TimeSpan? Left
)
{
    /// <summary>The folder of the run, where what is finished lies; null: stage runs by themselves, which have none.</summary>
    public string? Folder { get; init; }
}

/// <summary>A stage run under way.</summary>
/// <param name="Node">Its place in the plan.</param>
/// <param name="Progress">How far it is.</param>
/// <param name="Left">How long it will go on; null: not known yet.</param>
public sealed record StageRunProgress(StageRunNode Node, StageProgress Progress, TimeSpan? Left);
