using System.Globalization;
using DcrDsl.Definition;
using DcrDsl.Execution;
using DcrDsl.Wording;

namespace DcrDsl.Cli;

/// <summary>Progress in words.</summary>
static class ProgressText
{
    public static string Overall(RunProgress now) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{now.Finished} of {now.StageRuns} stage runs, {now.CellsFinished} of {now.Cells} "
                + $"cells{(now.Failed > 0 ? $", {now.Failed} failed" : "")}, {Time(now.Elapsed)} "
                + $"gone{Left(now)}"
        );

    /// <summary>What a stage run is doing.</summary>
    public static string State(StageProgress progress) =>
        progress switch
        {
            { Total: 0 } => "starting",
            { Task: { } task } => $"answering {task}",
            { Resumed: > 0 } => string.Create(CultureInfo.InvariantCulture, $"training from {progress.Resumed}"),
            _ => "training",
        };

    public static string Steps(StageProgress progress) =>
        progress.Total == 0 ? "starting" : string.Create(CultureInfo.InvariantCulture, $"{progress.Done}/{progress.Total}");

    public static string Loss(StageProgress progress) =>
        progress.Loss is { } loss ? loss.ToString("0.0000", CultureInfo.InvariantCulture) : "";

    public static string Speed(StageProgress progress) =>
        progress.TokensPerSecond <= 0 ? "" : progress.TokensPerSecond.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Line(StageRunProgress line) =>
        string.Join(
            ", ",
            new[]
            {
                $"{line.Node.Id} {Steps(line.Progress)}",
                line.Progress.Task is { } task ? $"answering {task}" : "",
                Loss(line.Progress) is { Length: > 0 } loss ? "loss " + loss : "",
                Speed(line.Progress) is { Length: > 0 } speed ? speed + " tokens/s" : "",
                line.Left is { } left ? Time(left) + " left" : "",
            }.Where(part => part.Length > 0)
        );

    static string Left(RunProgress now) =>
        now.Left is { } left && left > TimeSpan.Zero
            ? $", about {English.Duration(TimeSpan.FromSeconds(Math.Ceiling(left.TotalSeconds)))} left"
            : "";

    /// <summary>A clock's time, which keeps its width while it is redrawn.</summary>
    public static string Time(TimeSpan time) =>
        time.TotalHours >= 1
            ? time.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture)
            : time.ToString(@"m\:ss", CultureInfo.InvariantCulture);
}
