using System.Diagnostics;
using DcrDsl.Evaluation;

namespace DcrDsl.Definition;

/// <summary>How far an evaluation has come.</summary>
/// <param name="Passes">What was answered.</param>
/// <param name="Elapsed">How long it took, over all processes that worked on it.</param>
/// <param name="Operations">Floating-point operations of the model, over all processes.</param>
sealed record AnsweringState(IReadOnlyList<AnsweredPass> Passes, TimeSpan Elapsed, double Operations)
{
    /// <summary>Prompts and questions that were answered.</summary>
    public int Done => Passes.Sum(p => p.Count);
}

/// <summary>
/// Lets an evaluation go on behind what an earlier process was answered, keeps what it is answered when that is due, and before it stops.
/// </summary>
static class ResumedAnswers
{
    public static Answers Of(StageRun run, Func<Answers> ask)
    {
        if (run.Checkpoints is not { } checkpoints)
            return ask();
        var watch = Stopwatch.StartNew();
        var before = checkpoints.RestoreAnswers();
        run.GoesOnAfter(before?.Elapsed ?? default, before?.Operations ?? 0);
        var log = new PassLog(
            before?.Passes ?? [],
            log =>
            {
                if (checkpoints.IsDue(log.Passes.Count))
                    checkpoints.Write(StateOf(log));
            }
        );
        try
        {
            return log.During(ask);
        }
        catch (OperationCanceledException) when (log.Passes.Count > (before?.Passes.Count ?? 0))
        {
            checkpoints.Write(StateOf(log));
            throw;
        }

        AnsweringState StateOf(PassLog log) => new(log.Passes, run.Before + watch.Elapsed, run.Operations);
    }
}
