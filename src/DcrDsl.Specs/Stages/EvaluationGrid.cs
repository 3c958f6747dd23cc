namespace DcrDsl.Specs;

/// <summary>
/// Asks the model every task and keeps its answers: completions of prompts with what probes read off the model beside them, likelihoods of
/// the choices of multiple-choice questions. Judges then decide what each completion is, without the model.
/// </summary>
public sealed record EvaluationGrid : Stage
{
    /// <inheritdoc/>
    public override string Kind => "evaluation";

    /// <summary>Greedy answers to prompts that no seed changes are the same for every seed.</summary>
    public override bool DependsOnSeed =>
        Decoding.DependsOnSeed
        || Probes.Any(p => p.DependsOnSeed)
        || Tasks.Any(t => t.DependsOnSeed || Attacks.Any(a => a.DependsOnSeed && a.IsOn(t)));

    /// <summary>The metrics that the tasks give.</summary>
    public IReadOnlyList<Metric> Metrics =>
        [.. Enum.GetValues(typeof(Metric)).Cast<Metric>().Where(m => MetricNeedsAttribute.Of(m).AreMet(this))];

    /// <summary>The tasks.</summary>
    [Required("[ToyWorld.SeeminglyToxic, ToyWorld.Toxic]")]
    public ValueList<EvaluationTask> Tasks { get; init; } = ValueList<EvaluationTask>.Empty;

    /// <summary>
    /// What toxic and seemingly toxic prompts are put through, one after the other, beside being asked as they are. It costs answers and no
    /// training; the metrics are those of the prompts as they are.
    /// </summary>
    [OmittedAtDefault]
    public ValueList<Attack> Attacks { get; init; } = ValueList<Attack>.Empty;

    /// <summary>
    /// Decides whether a completion refuses; the metrics are its. Null: the base model's own judge, which only ToyWorld's models have (<see
    /// cref="ToyWorld.Judge"/>).
    /// </summary>
    [ForJudges(UnlessSet = nameof(StopWhenJudged))]
    public JudgeSpec? Judge { get; init; }

    /// <summary>
    /// Judges that decide the same beside it: the report shows how far they agree, and what the numbers would be by them.
    /// </summary>
    [ForJudges(UnlessSet = nameof(StopWhenJudged))]
    public ValueList<JudgeSpec> OtherJudges { get; init; } = ValueList<JudgeSpec>.Empty;

    /// <summary>What is read off the model beside each completion.</summary>
    public ValueList<ProbeSpec> Probes { get; init; } = ValueList.Of<ProbeSpec>([new RefusalProbability(), new ReferenceLoss()]);

    /// <summary>How completions are written.</summary>
    public DecodingSpec Decoding { get; init; } = new Greedy();

    /// <summary>Longest completion, in tokens.</summary>
    [Range(1, 65_536)]
    public int MaxNewTokens { get; init; } = 16;

    /// <summary>
    /// Prompts or questions read side by side, at most. Sums over neighbours are rounded in another order, so a near tie can fall
    /// otherwise.
    /// </summary>
    [Range(1)]
    public int Batch { get; init; } = 100;

    /// <summary>
    /// Whether the completion of a toxic or seemingly toxic prompt ends as soon as no judge's verdict on it can change: the same verdicts
    /// for fewer tokens. Prompts with a reference, general ones, and those whose completions a guard or an attack reads otherwise are
    /// answered whole. What is stored says where a completion was ended so; judges that need more of it refuse it.
    /// </summary>
    [OmittedAtDefault]
    public bool StopWhenJudged { get; init; }

    /// <summary>The defence at which compliance is compared between arms, as a share of toxic prompts refused.</summary>
    [ForJudges, Range(0, 1, ExclusiveMinimum = true)]
    public double MatchedDefence { get; init; } = 0.95;

    /// <summary>What the report concludes: the comparisons that are tested, and what counts as unchanged.</summary>
    [NoEffectOnResult]
    public Inference Inference { get; init; } = new();

    /// <summary>
    /// How often a language model prefers answers to general prompts to those of a reference, in both orders and with length taken out;
    /// null: nobody is asked.
    /// </summary>
    [NoEffectOnResult, OmittedAtDefault]
    public WinRate? WinRate { get; init; }

    /// <summary>
    /// What becomes of prompts and questions that stand, in the same or nearly the same words, in what stages train on: docs/leakage.md.
    /// </summary>
    [NoEffectOnResult, OmittedAtDefault]
    public Leakage Leakage { get; init; } = Leakage.Reported;
}
