using System.Globalization;
using DcrDsl.Evaluation.Discerning;
using DcrDsl.Planning;
using DcrDsl.Results;
using Microsoft.Extensions.Logging;

namespace DcrDsl.Execution;

/// <summary>Tells a logger of every stage run.</summary>
sealed class RunLog(ILogger logger) : IRunObserver
{
    public void Started(StageRunNode node) => logger.LogDebug("{StageRun} begins.", node.Id);

    public void Finished(FinishedStageRun finished)
    {
        logger.LogDebug(
            "{StageRun} is complete: {Steps} steps, {Seconds} s.",
            finished.Node.Id,
            finished.Steps,
            finished.Duration.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)
        );
        if (finished.Run.Discernment is not { } discernment)
            return;
        logger.LogInformation(
            "{StageRun} (ℓ = {Layer}): {Discernment}.",
            finished.Node.Id,
            discernment.Layer,
            DiscernmentText.Of([discernment])
        );
        if (DiscernmentText.OfStop(discernment) is { } stop)
            logger.LogInformation("{StageRun} {Ended}.", finished.Node.Id, stop);
        Doubt(finished.Node, discernment);
    }

    public void Stored(StageRunNode node, StageRunRecord record)
    {
        if (record.Discernment is { } discernment)
            Doubt(node, discernment);
    }

    void Doubt(StageRunNode node, DiscernmentRecord discernment)
    {
        if (DiscernmentText.Doubt(discernment) is { } why)
            logger.LogWarning("{StageRun} did not discern: {Why}.", node.Id, why);
    }

    public void Failed(StageFailure failure) =>
        logger.LogWarning(failure.Exception, "{StageRun} failed: {Reason}", failure.Node.Id, failure.Reason);
}
