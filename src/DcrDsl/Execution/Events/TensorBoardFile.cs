using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Tensorboard;

namespace DcrDsl.Execution.Events;

/// <summary>
/// An event file of TensorBoard. The messages are those that TorchSharp brings; its own SummaryWriter gives times that TensorBoard does not
/// read as such (ticks since the year 1), opens the file again for every number, and cannot say that training went back to a checkpoint.
/// </summary>
/// <param name="folder">TensorBoard's run.</param>
/// <param name="mark">The end of the file's name, by which files of one stage run are known.</param>
sealed class TensorBoardFile(string folder, string mark) : IDisposable
{
    const string Prefix = "events.out.tfevents.";

    static int number;

    TensorFlowRecords? file;

    /// <summary>The event files of a folder.</summary>
    public static IEnumerable<string> In(string folder) => Directory.Exists(folder) ? Directory.EnumerateFiles(folder, Prefix + "*") : [];

    /// <summary>Adds what a line has of numbers.</summary>
    public void Add(EventLine line)
    {
        if (line is not { At: { } at } || Values(line) is not { Count: > 0 } values)
            return;
        var summary = new Summary();
        foreach (var (tag, value) in values)
            summary.Value.Add(new Summary.Types.Value { Tag = tag, SimpleValue = (float)value });
        Write(
            new Event
            {
                WallTime = Unix(at),
                Step = StepOf(line),
                Summary = summary,
            }
        );
    }

    /// <summary>Training goes on behind a checkpoint: what an earlier process has shown behind it is shown no more.</summary>
    /// <param name="step">The next step.</param>
    /// <param name="lines">All events up to it, for a folder that has none of them.</param>
    public void GoOn(int step, string lines)
    {
        if (In(folder).Any())
        {
            var restart = new SessionLog { Status = SessionLog.Types.SessionStatus.Start };
            Write(
                new Event
                {
                    WallTime = Unix(DateTime.UtcNow),
                    Step = step,
                    SessionLog = restart,
                }
            );
            return;
        }
        using var earlierLines = new FileStream(lines, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(earlierLines);
        while (reader.ReadLine() is { } line)
            if (JsonSerializer.Deserialize(line, EventJson.Default.EventLine) is { } earlier)
                Add(earlier);
    }

    static IReadOnlyList<(string Tag, double Value)> Values(EventLine line) =>
        line switch
        {
            StepLine step =>
            [
                ("train/loss", step.Loss),
                .. (step.Terms ?? []).Select(t => ($"train/loss/{t.Name}", t.Value)),
                .. step.Norm is { } norm ? [("train/grad_norm", norm)] : Array.Empty<(string, double)>(),
                ("train/learning_rate", step.Rate),
                .. step.TokensPerSecond is { } speed ? [("speed/tokens_per_second", speed)] : Array.Empty<(string, double)>(),
                .. step.Memory is { } memory ? [("memory/resident_bytes", memory)] : Array.Empty<(string, double)>(),
            ],
            ReadingLine reading => [(TagOf(reading), reading.Value)],
            AnsweredLine answer => [($"answered/{answer.Task}", answer.Done), ("memory/resident_bytes", answer.Memory)],
            _ => [],
        };

    // An evaluation has no steps: TensorBoard's horizontal axis is then the second.
    static long StepOf(EventLine line) =>
        line switch
        {
            StepLine step => step.Step,
            ReadingLine reading => reading.Step,
            _ => (long)(line.Seconds ?? 0),
        };

    static string TagOf(ReadingLine reading)
    {
        string[] parts =
        [
            reading.Watch,
            reading.Measure,
            .. reading.Of.Length > 0 ? [reading.Of] : Array.Empty<string>(),
            .. reading.Layer is { } layer ? [string.Create(CultureInfo.InvariantCulture, $"layer {layer}")] : Array.Empty<string>(),
        ];
        return string.Join('/', parts);
    }

    static double Unix(DateTime at) => (at.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds;

    void Write(Event message)
    {
        if (file is null)
        {
            Directory.CreateDirectory(folder);
            string name = string.Create(
                CultureInfo.InvariantCulture,
                // TensorBoard reads the files of a run in the order of their names, and knows one by the prefix and the seconds behind it.
                $"{Prefix}{DateTimeOffset.UtcNow.ToUnixTimeSeconds():0000000000}.{Environment.MachineName}."
                    + $"{Environment.ProcessId}.{Interlocked.Increment(ref number):0000}.{mark}"
            );
            file = new TensorFlowRecords(Path.Combine(folder, name));
            file.Append(new Event { WallTime = Unix(DateTime.UtcNow), FileVersion = "brain.Event:2" }.ToByteArray());
        }
        file.Append(message.ToByteArray());
    }

    public void Dispose() => file?.Dispose();
}
