namespace DcrDsl.Specs;

/// <summary>
/// Runs every task on the model: completions of prompts are judged, the choices of multiple-choice questions are scored by their
/// likelihood.
/// </summary>
public sealed record EvaluationGrid : Stage
{
    /// <summary>The tasks.</summary>
    public ValueList<EvaluationTask> Tasks { get; init; } = ValueList<EvaluationTask>.Empty;

    /// <summary>
    /// Decides whether a completion refuses; null: the base model's own judge, which only ToyWorld's models have (<see
    /// cref="ToyWorld.Judge"/>).
    /// </summary>
    public JudgeSpec? Judge { get; init; }

    /// <summary>How completions are written.</summary>
    public DecodingSpec Decoding { get; init; } = new Greedy();

    /// <summary>Longest completion, in tokens.</summary>
    [Range(1, 65_536)]
    public int MaxNewTokens { get; init; } = 16;

    /// <summary>Prompts or questions read side by side.</summary>
    [NoEffectOnResult, Range(1)]
    public int Batch { get; init; } = 100;

    /// <summary>The defence at which compliance is compared between arms, as a share of toxic prompts refused.</summary>
    [Range(0, 1, ExclusiveMinimum = true)]
    public double MatchedDefence { get; init; } = 0.95;
}
