using DcrDsl.Models.SafeTensors;
using static TorchSharp.torch;

namespace DcrDsl.Execution.Checkpoints;

/// <summary>A tensor that a stage run computes once, before its first step, as it lies beside the checkpoints.</summary>
static class OnceComputed
{
    const string Content = "tensor.safetensors",
        Name = "tensor";

    /// <summary>The files.</summary>
    public static IReadOnlyList<CheckpointFile> Of(Tensor value) => [new(Content, SafeTensorsWriter.Writing([(Name, value)]))];

    /// <summary>The tensor, of the caller's scope.</summary>
    /// <exception cref="UnusableCheckpointException">It is not whole or not this stage run's.</exception>
    public static Tensor Restore(string folder, string identity, Device device)
    {
        CheckpointFiles.Check(folder, identity, Content);
        try
        {
            using var file = SafeTensorsFile.Open(Path.Combine(folder, Content));
            using var scope = NewDisposeScope();
            return file.Load(Name).to(device).MoveToOuterDisposeScope();
        }
        catch (InputException e)
        {
            throw new UnusableCheckpointException($"{Content} cannot be read", e);
        }
    }
}
