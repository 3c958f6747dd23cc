using DcrDsl.Definition;
using DcrDsl.Planning;

namespace DcrDsl.Execution;

/// <summary>Takes the cells of a plan from the store and runs nothing: what other processes or machines have computed.</summary>
static class Gathering
{
    /// <summary>Tells an observer of every stage run and cell that is in the store.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="options">Where the experiment's paths lie.</param>
    /// <param name="reuse">What is in the store.</param>
    /// <param name="observer">Is told.</param>
    /// <returns>Which cells are there; of the others the first stage run that is not counts as failed.</returns>
    public static RunOutcome Of(Plan plan, ExecutionOptions options, Reuse reuse, IRunObserver observer)
    {
        foreach (var node in plan.StageRuns)
            if (reuse.RecordOf(node) is { } record)
                observer.Stored(node, record);
        HashSet<StageRunNode> there = [.. plan.Goals.Where(g => !reuse.Runs(g))];
        foreach (var cell in plan.Cells.Where(c => there.Contains(c.Evaluation)))
            observer.Scored(cell, ((ScoresProduct)reuse.Restore(cell.Evaluation, RunOf)).Scores);
        StageFailure[] missing = [.. reuse.ToRun.Where(IsMissing).Where(n => !n.Line.Skip(1).Any(IsMissing)).Select(Missing)];
        foreach (var failure in missing)
            observer.Failed(failure);
        return RunOutcome.Of(plan, there, missing);

        // A base model is made wherever it is needed.
        bool IsMissing(StageRunNode node) => reuse.Runs(node) && node.Stage.Body is not Make;

        StageRun RunOf(StageRunNode node) => options.RunOf(node, _ => { }, CancellationToken.None);
    }

    static StageFailure Missing(StageRunNode node) =>
        StageFailure.Of(node, 0, new InputException("Its result is not in the store, and with --stored nothing is run."));
}
