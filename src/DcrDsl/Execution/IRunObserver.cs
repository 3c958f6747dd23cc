using DcrDsl.Definition;
using DcrDsl.Evaluation;
using DcrDsl.Models;
using DcrDsl.Planning;
using DcrDsl.Results;

namespace DcrDsl.Execution;

/// <summary>Is told how a run goes. Calls come from many threads, those about one stage run in order; an exception ends the run.</summary>
interface IRunObserver
{
    /// <summary>A stage run begins.</summary>
    void Started(StageRunNode node) { }

    /// <summary>A stage run has made a step; called after every step, so it must be quick.</summary>
    void Progressed(StageRunNode node, StageProgress progress) { }

    /// <summary>
    /// A stage run has made or trained its model, to be read only and only during the call; not called for an evaluation.
    /// <see cref="Finished"/> follows.
    /// </summary>
    void Made(StageRunNode node, LanguageModel model) { }

    /// <summary>
    /// A stage run has given its result, to be read only; a model only during the call. <see cref="Finished"/> follows.
    /// </summary>
    /// <returns>
    /// What is left to do until the result is kept, on any thread; null: nothing. It is done while others run, and in any case.
    /// </returns>
    internal Action? Gave(FinishedStageRun finished, StageProduct product) => null;

    /// <summary>A stage run does not run, as its result is in the store.</summary>
    /// <param name="node">Its place in the plan.</param>
    /// <param name="record">What is known of it, with the names of the plan that it ran in.</param>
    void Stored(StageRunNode node, StageRunRecord record) { }

    /// <summary>A stage run is complete.</summary>
    void Finished(FinishedStageRun finished) { }

    /// <summary>A cell is complete.</summary>
    void Scored(Cell cell, Scores scores) { }

    /// <summary>A stage run has failed; whatever follows it is not run.</summary>
    void Failed(StageFailure failure) { }
}

/// <summary>A complete stage run.</summary>
/// <param name="Node">Its place in the plan.</param>
/// <param name="Run">Its log, its tokens and the prompts it left out.</param>
/// <param name="Steps">Optimiser steps, or prompts, done.</param>
/// <param name="Duration">How long it took.</param>
sealed record FinishedStageRun(StageRunNode Node, StageRun Run, int Steps, TimeSpan Duration);

/// <summary>A stage run that failed.</summary>
/// <param name="Node">Its place in the plan.</param>
/// <param name="Reason">What went wrong and what to do, in a sentence.</param>
/// <param name="Exception">The cause, for a log file.</param>
public sealed record StageFailure(StageRunNode Node, string Reason, Exception Exception)
{
    /// <param name="node">The stage run.</param>
    /// <param name="done">Steps, or prompts, done before it failed.</param>
    /// <param name="exception">The cause.</param>
    internal static StageFailure Of(StageRunNode node, int done, Exception exception) =>
        new(
            node,
            exception is InputException
                ? exception.Message
                : OutOfMemory.Sentence(node, done, exception)
                    ?? $"Unexpected {exception.GetType().Name}: {exception.Message.Split('\n')[0].Trim()}",
            exception
        );
}
