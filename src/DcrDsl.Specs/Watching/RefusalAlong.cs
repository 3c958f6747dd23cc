namespace DcrDsl.Specs;

/// <summary>
/// The refusal probability along tuning: the mean, over the prompts of each class, of the probability that the response begins with one of
/// the openers.
/// </summary>
[RuntimeCall("Watches.RefusalAlong")]
public sealed record RefusalAlong : WatchSpec
{
    /// <summary>What a refusal begins with; null: as the first judge of the arm's evaluation that knows it.</summary>
    public ValueList<string>? Openers { get; init; }

    /// <summary>Prompts read side by side.</summary>
    [Range(1)]
    public int Batch { get; init; } = 100;
}
