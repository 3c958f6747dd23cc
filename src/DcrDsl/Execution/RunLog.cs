using System.Globalization;
using DcrDsl.Planning;
using Microsoft.Extensions.Logging;

namespace DcrDsl.Execution;

/// <summary>Tells a logger of every stage run.</summary>
sealed class RunLog(ILogger logger) : IRunObserver
{
    public void Started(StageRunNode node) => logger.LogDebug("{StageRun} begins.", node.Id);

    public void Finished(FinishedStageRun finished) =>
        logger.LogDebug(
            "{StageRun} is complete: {Steps} steps, {Seconds} s.",
            finished.Node.Id,
            finished.Steps,
            finished.Duration.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)
        );

    public void Failed(StageFailure failure) =>
        logger.LogWarning(failure.Exception, "{StageRun} failed: {Reason}", failure.Node.Id, failure.Reason);
}
