using System.Collections.Concurrent;
using DcrDsl.Definition;
using DcrDsl.Execution;
using DcrDsl.FileSystem;
using DcrDsl.Specs;
using DcrDsl.Store;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>
/// Runs of an experiment over one store; its trainings and evaluations are counted, and its trainings change the weights.
/// </summary>
sealed class CountedStore : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("dcrdsl").FullName;
    int runs;

    public CountedStore(string? folder = null) => Folder = folder ?? Path.Combine(root, "store");

    public string Folder { get; }

    /// <summary>The stages that ran in the last run.</summary>
    public ConcurrentBag<string> Ran { get; } = [];

    /// <summary>What the last run told.</summary>
    public RecordingLogger Log { get; private set; } = new();

    public string[] Warnings => [.. Log.All.Where(l => l.Level == Microsoft.Extensions.Logging.LogLevel.Warning).Select(l => l.Line)];

    public IReadOnlyList<StoreEntry> Entries => [.. new StageStore(Folder).All()];

    public ExperimentDefinition Experiment =>
        FakeExperiment.Of(
            during: (stage, run) =>
            {
                if (stage == "Score")
                    Ran.Add(stage);
            },
            train: (stage, model, run) =>
            {
                if (model.Decoder.Device.type == TorchSharp.DeviceType.META)
                    return;
                Ran.Add(stage);
                using var gradients = TorchSharp.torch.no_grad();
                model.Decoder.Parameters["model.norm.weight"].mul_(1 + 0.01 * (run.Seed + 1)).add_(stage == "Dcr" ? 0.1 : 0.03);
            }
        );

    /// <summary>Runs an arm with seed 0.</summary>
    /// <returns>What it has found out, byte for byte.</returns>
    public async Task<string[]> Run(string arm = "STL", Disk? disk = null)
    {
        Ran.Clear();
        Log = new();
        var ended = await ExperimentRun.StartAsync(
            Experiment,
            new()
            {
                Selection = new() { Arms = [arm], Seeds = [0] },
                Folder = Path.Combine(root, FormattableString.Invariant($"run{++runs}")),
                Store = Folder,
                Threads = 1,
                Disk = disk ?? Disk.Real,
            },
            logger: Log,
            cancellation: TestContext.Current.CancellationToken
        );
        Assert.Empty(ended.Outcome.Failed);
        return
        [
            .. Directory
                .EnumerateFiles(ended.Folder, "*", SearchOption.AllDirectories)
                .Where(f => f.Contains("completions") || f.Contains("verdicts") || f.EndsWith("cells.jsonl", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(f => Path.GetRelativePath(ended.Folder, f) + "\n" + File.ReadAllText(f)),
        ];
    }

    /// <summary>The directory of the entry of a stage run.</summary>
    public string EntryOf(string stageRun) => Assert.Single(Entries, e => e.Manifest.Run.Id == stageRun).Directory;

    /// <summary>Names and bytes of all that lies in the store.</summary>
    public string[] Contents() =>
        [
            .. Directory
                .EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(f => $"{f} {Convert.ToHexString(File.ReadAllBytes(f))}"),
        ];

    public void Dispose() => Directory.Delete(root, recursive: true);
}
