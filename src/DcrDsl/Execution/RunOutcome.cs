using DcrDsl.Planning;

namespace DcrDsl.Execution;

/// <summary>How a run ended.</summary>
/// <param name="Finished">The cells that have scores.</param>
/// <param name="Failed">The cells that a failed stage run keeps from having scores, with that failure.</param>
/// <param name="NotRun">The cells that were not reached because the run was stopped.</param>
public sealed record RunOutcome(
    IReadOnlyList<Cell> Finished,
    IReadOnlyList<(Cell Cell, StageFailure Failure)> Failed,
    IReadOnlyList<Cell> NotRun
)
{
    internal static RunOutcome Of(Plan plan, IReadOnlySet<StageRunNode> finished, IReadOnlyList<StageFailure> failures)
    {
        var done = new List<Cell>();
        var failed = new List<(Cell, StageFailure)>();
        var notRun = new List<Cell>();
        foreach (var cell in plan.Cells)
        {
            if (finished.Contains(cell.Evaluation))
                done.Add(cell);
            else if (failures.FirstOrDefault(f => cell.StageRuns.Contains(f.Node)) is { } failure)
                failed.Add((cell, failure));
            else
                notRun.Add(cell);
        }
        return new RunOutcome(done, failed, notRun);
    }
}
