using DcrDsl.Definition;
using DcrDsl.Models;
using DcrDsl.Models.SafeTensors;
using DcrDsl.Tensors;
using DcrDsl.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Execution.Checkpoints;

/// <summary>A checkpoint of training: the trained tensors and the optimiser's state, and how far training has come.</summary>
static class TrainingCheckpoint
{
    /// <summary>The names of the files, in the order in which they are written.</summary>
    public const string Tensors = "tensors.safetensors",
        State = "state.json";

    const string Weights = "weights.",
        Optimiser = "optimiser.";

    /// <summary>The files.</summary>
    public static IReadOnlyList<CheckpointFile> Of(TrainingState state, ParameterList weights, IOptimiser optimiser) =>
        [
            new(
                Tensors,
                SafeTensorsWriter.Writing(
                    weights
                        .Names.Select(n => (Weights + n, weights[n]))
                        .Concat(optimiser.ExportState().Select(s => (Optimiser + s.Name, s.Value)))
                )
            ),
            new(State, CheckpointFiles.Json(state, CheckpointJson.Default.TrainingState)),
        ];

    /// <summary>Puts a checkpoint back into weights and optimiser.</summary>
    /// <exception cref="UnusableCheckpointException">It is not whole or not this stage run's; nothing was changed.</exception>
    /// <exception cref="InputException">It cannot be read any more, and what was changed is not whole.</exception>
    public static TrainingState Restore(string folder, string identity, ParameterList weights, IOptimiser optimiser)
    {
        CheckpointFiles.Check(folder, identity, Tensors, State);
        var state = CheckpointFiles.Parse(Path.Combine(folder, State), CheckpointJson.Default.TrainingState);
        using var file = Opened(Path.Combine(folder, Tensors));
        foreach (string name in weights.Names)
            if (
                !file.Entries.TryGetValue(Weights + name, out var entry)
                || entry.Type != weights[name].dtype
                || !entry.Shape.SequenceEqual(weights[name].shape)
            )
                throw new UnusableCheckpointException($"it has no {name} of the shape and type that is trained now");
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        try
        {
            optimiser.ImportState(
                file.Entries.Keys.Where(n => n.StartsWith(Optimiser, StringComparison.Ordinal))
                    .ToDictionary(n => n[Optimiser.Length..], n => file.Load(n))
            );
        }
        catch (InputException other)
        {
            throw new UnusableCheckpointException("it is of another optimiser", other);
        }
        foreach (string name in weights.Names)
            using (var value = file.Load(Weights + name))
                weights[name].copy_(value);
        return state;
    }

    static SafeTensorsFile Opened(string path)
    {
        try
        {
            return SafeTensorsFile.Open(path);
        }
        catch (InputException e)
        {
            throw new UnusableCheckpointException($"{Path.GetFileName(path)} cannot be read", e);
        }
    }
}
