namespace DcrDsl.Specs;

/// <summary>
/// Runs every task on the model: completions of prompts are judged, the choices of multiple-choice questions are scored by their
/// likelihood.
/// </summary>
public sealed record EvaluationGrid : Stage
{
    /// <inheritdoc/>
    public override string Kind => "evaluation";

    /// <summary>Greedy answers to prompts that no seed changes are the same for every seed.</summary>
    public override bool DependsOnSeed => Decoding.DependsOnSeed || Tasks.Any(t => t.DependsOnSeed);

    /// <summary>The metrics that the tasks give.</summary>
    public IReadOnlyList<Metric> Metrics =>
        [.. Enum.GetValues(typeof(Metric)).Cast<Metric>().Where(m => MetricNeedsAttribute.Of(m).AreMet(Tasks.OfType<PromptTask>()))];

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

    /// <summary>Prompts or questions read side by side. Sums over neighbours are rounded in another order, so a near tie can fall otherwise.</summary>
    [Range(1)]
    public int Batch { get; init; } = 100;

    /// <summary>The defence at which compliance is compared between arms, as a share of toxic prompts refused.</summary>
    [Range(0, 1, ExclusiveMinimum = true)]
    public double MatchedDefence { get; init; } = 0.95;
}
