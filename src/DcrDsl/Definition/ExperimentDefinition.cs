using System.Globalization;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Measures;
using DcrDsl.Models;
using DcrDsl.Planning;
using DcrDsl.Specs;

namespace DcrDsl.Definition;

/// <summary>An experiment as the generator hands it over: what can be run, and the generated methods that run it.</summary>
public sealed record ExperimentDefinition
{
    /// <summary>The name on the command line.</summary>
    public required string Name { get; init; }

    /// <summary>The question that the experiment asks; one or two sentences.</summary>
    public required string Summary { get; init; }

    /// <summary>The file in which it is declared, as the compiler was given it.</summary>
    public required string DeclaredIn { get; init; }

    /// <summary>The declaration in normal form: YAML, every option written out.</summary>
    public required string Spec { get; init; }

    /// <summary>The text of the generated training program.</summary>
    public required string Source { get; init; }

    /// <summary>The arms, in the order declared.</summary>
    public required IReadOnlyList<ArmDefinition> Arms { get; init; }

    /// <summary>The axes; empty if nothing is swept.</summary>
    public IReadOnlyList<AxisDefinition> Axes { get; init; } = [];

    /// <summary>Groups of axes that advance together.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Zips { get; init; } = [];

    /// <summary>Combinations that are not run: field ("arm" or an axis) and the label of its value; all must hold.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Exclusions { get; init; } = [];

    /// <summary>The files of prompts that the stages read, those of swept fields aside.</summary>
    public IReadOnlyList<PromptFile> Files { get; init; } = [];

    /// <summary>The names in braces that its paths hold, as in <c>{data}/prompts.csv</c>; each run is told where they lie.</summary>
    public IReadOnlyList<string> PathNames { get; init; } = [];

    /// <summary>The multiple-choice tasks whose files the evaluation reads.</summary>
    public IReadOnlyList<MultipleChoiceTask> ChoiceTasks { get; init; } = [];

    /// <summary>The layers that stages name.</summary>
    public IReadOnlyList<LayerChoice> Layers { get; init; } = [];

    /// <summary>How deep the base models are, where a stage names a layer.</summary>
    public IReadOnlyList<BaseDepth> Depths { get; init; } = [];

    /// <summary>The seeds.</summary>
    public required IReadOnlyList<int> Seeds { get; init; }

    /// <summary>The metrics that the tasks give.</summary>
    public required IReadOnlyList<Metric> Metrics { get; init; }

    /// <summary>The defence at which compliance is compared.</summary>
    public double MatchedDefence { get; init; } = 0.95;

    /// <summary>Threads one stage run uses; 0 = all that the run is given.</summary>
    public int ThreadsPerRun { get; init; }
}

/// <summary>An arm: a named pipeline.</summary>
/// <param name="Name">The name in tables.</param>
/// <param name="Member">The name of the property that declares it, and of its member in the typed results.</param>
/// <param name="Summary">What the arm is for; may be empty.</param>
/// <param name="Stages">The stages in order; the first makes the base model, the last evaluates.</param>
public sealed record ArmDefinition(string Name, string Member, string Summary, IReadOnlyList<StageDefinition> Stages);

/// <summary>One stage: a generated method with all options folded in but the swept ones.</summary>
/// <param name="Name">The name of the generated method; unique in the experiment.</param>
/// <param name="Property">The property of the experiment that declares the stage.</param>
/// <param name="Kind">
/// The kind of stage, for people: "base model", "pretraining", "contrastive refinement", "supervised fine-tuning", "evaluation".
/// </param>
/// <param name="Axes">The paths of the axes that the method takes as parameters.</param>
public abstract record StageDefinition(string Name, string Property, string Kind, IReadOnlyList<string> Axes);

/// <summary>Makes or opens the base model.</summary>
/// <param name="Name">See <see cref="StageDefinition"/>.</param>
/// <param name="Property">See <see cref="StageDefinition"/>.</param>
/// <param name="Axes">See <see cref="StageDefinition"/>.</param>
/// <param name="Create">The generated method.</param>
public sealed record BaseStage(string Name, string Property, IReadOnlyList<string> Axes, Func<StageRun, LanguageModel> Create)
    : StageDefinition(Name, Property, "base model", Axes);

/// <summary>Trains the model it is given, in place.</summary>
/// <param name="Name">See <see cref="StageDefinition"/>.</param>
/// <param name="Property">See <see cref="StageDefinition"/>.</param>
/// <param name="Kind">See <see cref="StageDefinition"/>.</param>
/// <param name="Axes">See <see cref="StageDefinition"/>.</param>
/// <param name="Train">The generated method; the model is the stage run's own.</param>
public sealed record TrainedStage(
    string Name,
    string Property,
    string Kind,
    IReadOnlyList<string> Axes,
    Action<LanguageModel, StageRun> Train
) : StageDefinition(Name, Property, Kind, Axes);

/// <summary>Runs the tasks on the model it is given, which stays as it is.</summary>
/// <param name="Name">See <see cref="StageDefinition"/>.</param>
/// <param name="Property">See <see cref="StageDefinition"/>.</param>
/// <param name="Axes">See <see cref="StageDefinition"/>.</param>
/// <param name="Evaluate">The generated method.</param>
public sealed record EvaluationStage(
    string Name,
    string Property,
    IReadOnlyList<string> Axes,
    Func<LanguageModel, StageRun, Scores> Evaluate
) : StageDefinition(Name, Property, "evaluation", Axes);

/// <summary>One value of an axis.</summary>
/// <param name="Label">How it is written in tables and on the command line.</param>
/// <param name="Value">
/// What the generated method gets: a number, true or false, a text, an enum member, a prompt source or a function; null where none is
/// given.
/// </param>
public sealed record AxisValue(string Label, object? Value)
{
    /// <summary>The label of a number, a text, an enum member, true or false, or none.</summary>
    public static string LabelOf(object? value) =>
        value switch
        {
            null => "none",
            double number => NumberText.Shortest(number),
            bool flag => flag ? "true" : "false",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
}
