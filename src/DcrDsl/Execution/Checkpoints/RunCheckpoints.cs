using DcrDsl.FileSystem;
using DcrDsl.Planning;
using Microsoft.Extensions.Logging;

namespace DcrDsl.Execution.Checkpoints;

/// <summary>Where the stage runs of a run keep their checkpoints: <c>ROOT/checkpoints/IDENTITY</c>.</summary>
/// <param name="Root">The store.</param>
/// <param name="Every">How often a checkpoint is written.</param>
/// <param name="Disk">The file system.</param>
/// <param name="Logger">Is told what a user should know.</param>
sealed record RunCheckpoints(string Root, CheckpointInterval Every, Disk Disk, ILogger Logger)
{
    /// <summary>The checkpoints of a stage run.</summary>
    /// <param name="node">The stage run.</param>
    /// <param name="identity">What decides about its result, as a digest.</param>
    /// <param name="isOurs">Whether the stage run is still this process's, and not taken over by another; null: it is.</param>
    public StageCheckpoints Of(StageRunNode node, string identity, Func<bool>? isOurs = null) =>
        new(node.Id, Folder(Root, identity, Disk), Every, Logger, isOurs);

    /// <summary>Behind how many steps, or prompts, a stage run would go on; null: it has no checkpoint.</summary>
    /// <param name="root">The store.</param>
    /// <param name="identity">What decides about its result, as a digest.</param>
    public static int? Latest(string root, string identity) => Folder(root, identity, Disk.Real).Latest;

    static CheckpointFolder Folder(string root, string identity, Disk disk) =>
        new(Path.Combine(root, "checkpoints", identity), identity, disk);
}
