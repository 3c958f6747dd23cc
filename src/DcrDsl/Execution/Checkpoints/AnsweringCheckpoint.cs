using DcrDsl.Definition;

namespace DcrDsl.Execution.Checkpoints;

/// <summary>A checkpoint of an evaluation: what was answered so far.</summary>
static class AnsweringCheckpoint
{
    /// <summary>The name of the file.</summary>
    public const string Answers = "answers.json";

    /// <summary>The files.</summary>
    public static IReadOnlyList<CheckpointFile> Of(AnsweringState state) =>
        [new(Answers, CheckpointFiles.Json(state, CheckpointJson.Default.AnsweringState))];

    /// <summary>What a checkpoint holds.</summary>
    /// <exception cref="UnusableCheckpointException">It is not whole, or not this stage run's.</exception>
    public static AnsweringState Restore(string folder, string identity)
    {
        CheckpointFiles.Check(folder, identity, Answers);
        return CheckpointFiles.Parse(Path.Combine(folder, Answers), CheckpointJson.Default.AnsweringState);
    }
}
