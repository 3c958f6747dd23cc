using DcrDsl.Definition;
using DcrDsl.Evaluation;
using DcrDsl.Models;
using DcrDsl.Planning;
using DcrDsl.Results;

namespace DcrDsl.Execution;

/// <summary>Tells several observers, in their order.</summary>
sealed class Observers(params IReadOnlyList<IRunObserver> all) : IRunObserver
{
    public void Started(StageRunNode node)
    {
        foreach (var one in all)
            one.Started(node);
    }

    public void Progressed(StageRunNode node, StageProgress progress)
    {
        foreach (var one in all)
            one.Progressed(node, progress);
    }

    public void Made(StageRunNode node, LanguageModel model)
    {
        foreach (var one in all)
            one.Made(node, model);
    }

    Action? IRunObserver.Gave(FinishedStageRun finished, StageProduct product)
    {
        Action? left = null;
        foreach (var one in all)
            left += one.Gave(finished, product);
        return left;
    }

    public void Stored(StageRunNode node, StageRunRecord record)
    {
        foreach (var one in all)
            one.Stored(node, record);
    }

    public void Finished(FinishedStageRun finished)
    {
        foreach (var one in all)
            one.Finished(finished);
    }

    public void Scored(Cell cell, Scores scores)
    {
        foreach (var one in all)
            one.Scored(cell, scores);
    }

    public void Failed(StageFailure failure)
    {
        foreach (var one in all)
            one.Failed(failure);
    }
}
