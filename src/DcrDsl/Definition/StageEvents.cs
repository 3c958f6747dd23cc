using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Watching;
using DcrDsl.Training;

namespace DcrDsl.Definition;

/// <summary>A step of training as it was.</summary>
/// <param name="Step">The step, from 0.</param>
/// <param name="Loss">Its loss.</param>
/// <param name="Norm">The gradient's norm before clipping; null where nothing is clipped.</param>
/// <param name="Rate">Its learning rate.</param>
/// <param name="Tokens">Real tokens trained on by its end, over all processes.</param>
/// <param name="TokensPerSecond">Real tokens per second over the last second or two.</param>
/// <param name="Elapsed">Since the stage run began, over all processes and without the time between them.</param>
readonly record struct TrainedStep(int Step, double Loss, double? Norm, double Rate, long Tokens, double TokensPerSecond, TimeSpan Elapsed)
{
    /// <summary>What the loss is the sum of, before weights; null: it is of one piece.</summary>
    public IReadOnlyList<LossTerm>? Terms { get; init; }
}

/// <summary>Where the events of a stage run are kept, up to a checkpoint.</summary>
/// <param name="File">The file.</param>
/// <param name="Bytes">How much of it there was then.</param>
sealed record KeptEvents(string File, long Bytes);

/// <summary>Is told of everything that happens in one stage run, step by step, and must be quick.</summary>
interface IStageEvents
{
    /// <summary>A step was made; each is told once, in their order.</summary>
    void Stepped(TrainedStep step);

    /// <summary>A task of an evaluation has come further.</summary>
    void Answered(TaskProgress progress, TimeSpan elapsed);

    /// <summary>Something was read off the model along the way.</summary>
    void Read(Reading reading, TimeSpan elapsed);

    /// <summary>Steps of an earlier process were taken over.</summary>
    void Resumed(TrainingState state);

    /// <summary>Brings what was told so far to the disk; null: it is kept nowhere.</summary>
    KeptEvents? Keep();
}
