namespace DcrDsl.Definition;

/// <summary>How far a stage run is.</summary>
/// <param name="Done">Steps, or prompts, done.</param>
/// <param name="Total">Steps, or prompts, in all.</param>
/// <param name="Loss">The last loss logged; null in an evaluation.</param>
/// <param name="TokensPerSecond">Real tokens per second since the stage began, or was resumed.</param>
public readonly record struct StageProgress(int Done, int Total, double? Loss, double TokensPerSecond)
{
    /// <summary>The steps of these that an earlier process had made.</summary>
    public int Resumed { get; init; }

    /// <summary>The task of an evaluation that is being answered; null in training.</summary>
    public string? Task { get; init; }
}
