using DcrDsl.Definition;
using DcrDsl.Results;

namespace DcrDsl.Execution;

/// <summary>What a run's folder and the store say of a finished stage run.</summary>
static class StageRecords
{
    /// <param name="finished">The stage run.</param>
    /// <param name="key">Its key as a digest.</param>
    public static StageRunRecord Of(FinishedStageRun finished, string key)
    {
        var node = finished.Node;
        var watching = finished.Run.Watching;
        return new StageRunRecord(
            node.Id,
            node.Stage.Name,
            node.Stage.Kind,
            node.Parent?.Id,
            node.Seed,
            key,
            Labels(node.Values),
            finished.Steps,
            (finished.Duration - (watching?.Elapsed ?? default)).TotalSeconds,
            finished.Run.Tokens,
            finished.Run.Entries,
            finished.Run.LeftOut,
            Stored: false
        )
        {
            Watching = watching is null
                ? null
                : new WatchingRecord(watching.Readings.Count, watching.Elapsed.TotalSeconds, watching.Operations),
            Readings = watching?.Readings ?? [],
            Findings = finished.Run.Findings,
            Discernment = finished.Run.Discernment,
            ExtraPasses = finished.Run.ExtraPasses,
            Guarding = finished.Run.Guarding,
            Profile = finished.Run.Profile,
        };
    }

    /// <summary>The labels of values, by axis.</summary>
    public static OrderedDictionary<string, string> Labels(IReadOnlyDictionary<string, AxisValue> values) =>
        new(values.Select(v => KeyValuePair.Create(v.Key, v.Value.Label)));
}
