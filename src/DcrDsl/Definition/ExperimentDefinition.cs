using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Definition;

/// <summary>An experiment as the generator hands it over: its arms with the stages that they run, what is swept, and the seeds.</summary>
public sealed record ExperimentDefinition
{
    /// <summary>The name on the command line.</summary>
    public required string Name { get; init; }

    /// <summary>The question that the experiment asks; one or two sentences.</summary>
    public required string Summary { get; init; }

    /// <summary>The file in which it is declared, by its path in the project; of a file outside of it, its name.</summary>
    public required string DeclaredIn { get; init; }

    /// <summary>The text of the generated training program.</summary>
    public required string Source { get; init; }

    /// <summary>The arms, in the order declared.</summary>
    public required IReadOnlyList<ArmDefinition> Arms { get; init; }

    /// <summary>The properties that declare the base model and the stages, in the order declared.</summary>
    public required IReadOnlyList<string> Properties { get; init; }

    /// <summary>The axes, in the order declared; empty if nothing is swept.</summary>
    public IReadOnlyList<AxisDefinition> Axes { get; init; } = [];

    /// <summary>Groups of axes that advance together.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Zips { get; init; } = [];

    /// <summary>Combinations that are not run: field ("arm" or an axis) and the label of its value; all must hold.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Exclusions { get; init; } = [];

    /// <summary>The seeds.</summary>
    public required IReadOnlyList<int> Seeds { get; init; }

    /// <summary>The distinct stages, in the order in which arms come to them.</summary>
    public IEnumerable<StageDefinition> Stages => Arms.SelectMany(a => a.Stages).Distinct();

    /// <summary>The metrics that the tasks of its evaluations give.</summary>
    public IReadOnlyList<Metric> Metrics =>
        [.. Stages.Select(s => s.Spec).OfType<EvaluationGrid>().SelectMany(g => g.Metrics).Distinct().Order()];

    /// <summary>The defence at which compliance is compared: that of the first evaluation.</summary>
    public double MatchedDefence =>
        Stages
            .Select(s => s.Spec)
            .OfType<EvaluationGrid>()
            .Select(g => g.MatchedDefence)
            .FirstOrDefault(new EvaluationGrid().MatchedDefence);

    /// <summary>What its report concludes: as the first evaluation has it.</summary>
    public Inference Inference =>
        Stages.Select(s => s.Spec).OfType<EvaluationGrid>().Select(g => g.Inference).FirstOrDefault(new Inference());

    /// <summary>How often a language model prefers the arms' answers to a reference's; null: nobody is asked.</summary>
    public WinRate? WinRate =>
        Stages.Select(s => s.Spec).OfType<EvaluationGrid>().Select(g => g.WinRate).FirstOrDefault(w => w is not null);

    /// <summary>Threads one stage run uses; 0 = all that the run is given.</summary>
    public int ThreadsPerRun => Stages.Select(s => s.Spec).OfType<ModelSpec>().Select(m => m.ThreadsPerRun).DefaultIfEmpty(0).Min();

    /// <summary>The names in braces that its paths hold, as in <c>{data}/prompts.csv</c>; each run is told where they lie.</summary>
    public IReadOnlyList<string> PathNames => [.. Values.SelectMany(RunPathsIn).SelectMany(PlaceNames.In).Distinct()];

    /// <summary>What the reader of results must know about its prompts, in sentences.</summary>
    public IReadOnlyList<string> Caveats => [.. Values.SelectMany(SourcesIn).Select(s => s.Caveat).OfType<string>().Distinct()];

    /// <summary>The declaration in normal form: YAML, every option written out.</summary>
    public string Spec => NormalForm.Of(this);

    /// <summary>The records of its stages, and the values of its axes.</summary>
    internal IEnumerable<object> Values =>
        Stages.Select(s => (object)s.Spec).Concat(Axes.SelectMany(a => a.Values).Select(v => v.Value).OfType<object>());

    internal static IEnumerable<string> RunPathsIn(object value) =>
        value is string text ? [text]
        : !SpecOptions.Is(value) ? []
        : SpecOptions
            .Walk(value)
            .Where(o => o.Option.IsDefined(typeof(RunPathAttribute), inherit: true))
            .Select(o => o.Value)
            .OfType<string>();

    static IEnumerable<PromptSource> SourcesIn(object value) =>
        value is PromptSource source ? [source]
        : SpecOptions.Is(value) ? SpecOptions.Within<PromptSource>(value)
        : [];
}

/// <summary>An arm: a named pipeline.</summary>
/// <param name="Name">The name in tables.</param>
/// <param name="Member">The name of the property that declares it, and of its member in the typed results.</param>
/// <param name="Summary">What the arm is for; may be empty.</param>
/// <param name="Stages">The stages in order; the first makes the base model, the last evaluates.</param>
public sealed record ArmDefinition(string Name, string Member, string Summary, IReadOnlyList<StageDefinition> Stages)
{
    /// <summary>What it is in the answer to the experiment's question.</summary>
    public ArmRole Role { get; init; }
}
