using System.Runtime.InteropServices;
using DcrDsl.Definition;
using DcrDsl.Execution.Checkpoints;
using DcrDsl.FileSystem;
using DcrDsl.Models;
using DcrDsl.Tensors;
using TorchSharp;

namespace DcrDsl.Runtime.Tests.Runs.Checkpoints;

/// <summary>Runs of one stage run, each as if in a process of its own, over one folder of checkpoints.</summary>
sealed class CheckpointedRun : IDisposable
{
    public const string Identity = "5eed";

    readonly string root = Directory.CreateTempSubdirectory("dcrdsl").FullName;

    public RecordingLogger Log { get; } = new();

    public string Folder => Path.Combine(root, "checkpoints", Identity);

    /// <summary>The names of what lies there.</summary>
    public string[] Names =>
        Directory.Exists(Folder) ? [.. Directory.GetFileSystemEntries(Folder).Select(f => Path.GetFileName(f)!).Order()] : [];

    /// <summary>Those of them that are checkpoints.</summary>
    public string[] Steps => [.. Names.Where(name => name.All(char.IsAsciiDigit))];

    public string In(params string[] parts) => Path.Combine([Folder, .. parts]);

    public StageCheckpoints Checkpoints(CheckpointInterval? every = null, Disk? disk = null, string identity = Identity) =>
        new("seed3-Align", new CheckpointFolder(Folder, identity, disk ?? Disk.Real), every ?? CheckpointInterval.Default, Log);

    /// <summary>A run; <paramref name="after"/> is called with the steps made, and may cancel or throw.</summary>
    public static StageRun New(IStageCheckpoints? checkpoints, Action<int>? after = null, CancellationTokenSource? stop = null) =>
        new("Align", 3, new Dictionary<string, AxisValue>(), torch.CPU, p => after?.Invoke(p.Done), stop?.Token ?? default)
        {
            Checkpoints = checkpoints,
        };

    /// <summary>All that training leaves, to be compared with another's.</summary>
    public static (byte[] Weights, TrainingLogEntry[] Log, long Tokens) Outcome(ParameterList weights, StageRun run) =>
        ([.. weights.SelectMany(Bytes)], [.. run.Entries], run.Tokens);

    static byte[] Bytes(torch.Tensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        return MemoryMarshal.AsBytes<float>(tensor.detach().cpu().contiguous().data<float>().ToArray()).ToArray();
    }

    public void Dispose() => Directory.Delete(root, recursive: true);
}

/// <summary>What ends a process: nobody catches it.</summary>
sealed class KilledException : Exception;
