using DcrDsl.Models;
using DcrDsl.Tensors;
using DcrDsl.Training;
using TorchSharp;

namespace DcrDsl.Definition;

/// <summary>
/// How far training has come, beside the weights and the optimiser's state; everything else is a function of seed and step.
/// </summary>
/// <param name="Done">Steps made.</param>
/// <param name="Steps">Steps of the stage.</param>
/// <param name="Tokens">Real tokens trained on.</param>
/// <param name="Elapsed">How long it took, over all processes that worked on it.</param>
/// <param name="Log">The training log.</param>
sealed record TrainingState(int Done, int Steps, long Tokens, TimeSpan Elapsed, IReadOnlyList<TrainingLogEntry> Log)
{
    /// <summary>Where the events of these steps are; null: nowhere.</summary>
    public KeptEvents? Events { get; init; }

    /// <summary>Floating-point operations of the model, over all processes.</summary>
    public double Operations { get; init; }

    /// <summary>What was read along the way; null: nothing is watched.</summary>
    public WatchingState? Watching { get; init; }
}

/// <summary>Keeps the state of one stage run between processes.</summary>
interface IStageCheckpoints
{
    /// <summary>Puts the latest state back into weights and optimiser; null: there is none, and both are as they were.</summary>
    TrainingState? Restore(ParameterList weights, IOptimiser optimiser);

    /// <summary>What was computed once for the stage run, under a name; null: it is not there.</summary>
    torch.Tensor? RestoreOnce(string name, torch.Device device);

    /// <summary>Keeps what was computed once; where that fails, training goes on and a sentence tells of it.</summary>
    void WriteOnce(string name, torch.Tensor value);

    /// <summary>Whether the state is to be written after this many steps, or passes of an evaluation.</summary>
    bool IsDue(int done);

    /// <summary>Writes the state; where that fails, training goes on and a sentence tells of it.</summary>
    void Write(TrainingState state, ParameterList weights, IOptimiser optimiser);

    /// <summary>The latest state of an evaluation; null: there is none.</summary>
    AnsweringState? RestoreAnswers();

    /// <summary>Writes the state of an evaluation; where that fails, it goes on and a sentence tells of it.</summary>
    void Write(AnsweringState state);
}
