using System.Text.Json.Nodes;
using DcrDsl.Definition;
using DcrDsl.Execution;
using TorchSharp;

namespace DcrDsl.Runtime.Tests.Runs.Events;

/// <summary>Runs of a made-up experiment whose events are read back, each in a folder of its own over one store.</summary>
public sealed class WatchedRun : IDisposable
{
    public const string Align = "seed0-Learn-Align";

    readonly string root = Directory.CreateTempSubdirectory("dcrdsl").FullName;

    public string In(params string[] parts) => Path.Combine([root, .. parts]);

    public RunSettings Settings(string folder) =>
        new()
        {
            Folder = In(folder),
            Store = In("store"),
            Selection = new() { Arms = ["STL"], Seeds = [0] },
            Threads = 1,
        };

    /// <summary>An experiment that does something at each step of Align that is really made, counted from 1 over all runs.</summary>
    public static ExperimentDefinition WithStepsOfAlign(Action<int> made)
    {
        int count = 0;
        return FakeExperiment.Of(
            during: (stage, run) =>
            {
                if (stage == "Align" && run.Device.type != DeviceType.META)
                    made(++count);
            }
        );
    }

    /// <summary>The lines of a stage run's events.</summary>
    public JsonObject[] Lines(string folder, string stageRun = Align) =>
        [.. File.ReadLines(In(folder, "events", stageRun + ".jsonl")).Select(l => JsonNode.Parse(l)!.AsObject())];

    public static string Kind(JsonObject line) => (string)line["event"]!;

    public static JsonObject[] Steps(JsonObject[] lines) => [.. lines.Where(l => Kind(l) == "step")];

    public void Dispose() => Directory.Delete(root, recursive: true);
}
