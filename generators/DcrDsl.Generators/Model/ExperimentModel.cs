using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Model;

/// <summary>An experiment as the emitter needs it: valid, in normal form, comparable by value, without places or symbols.</summary>
sealed record ExperimentModel
{
    public required string Name { get; init; }
    public required string Namespace { get; init; }
    public required string TypeName { get; init; }

    /// <summary>Whether the user declared a partial record that the generated part can join.</summary>
    public required bool IsRecord { get; init; }
    public required bool IsPublic { get; init; }
    public required string Summary { get; init; }

    /// <summary>The declaration's file: see <see cref="DeclaredFile"/>.</summary>
    public required string DeclaredIn { get; init; }
    public required EquatableArray<StageModel> Stages { get; init; }
    public required EquatableArray<ArmModel> Arms { get; init; }
    public required EquatableArray<AxisModel> Axes { get; init; }
    public required EquatableArray<EquatableArray<string>> Zips { get; init; }
    public required EquatableArray<EquatableArray<(string Field, string Label)>> Exclusions { get; init; }
    public required EquatableArray<int> Seeds { get; init; }
    public required EquatableArray<Metric> Metrics { get; init; }

    /// <summary>The class of the training program.</summary>
    public string ProgramType => TypeName + "Program";

    /// <summary>The class of the typed results.</summary>
    public string ResultsType => TypeName + "Results";
}

/// <summary>A distinct stage: one generated method. Arms whose stages are declared alike share it.</summary>
/// <param name="Name">The stage's name: that of its property, with the arm's where an arm declares its own variant.</param>
/// <param name="Property">The property that declares it.</param>
/// <param name="Spec">The <see cref="ModelSpec"/> or <see cref="Stage"/>.</param>
/// <param name="Axes">The axes whose values it takes as parameters.</param>
/// <param name="Arms">The arms that run it.</param>
/// <param name="Excluded">Prompts of other stages that are taken out of its own.</param>
sealed record StageModel(
    string Name,
    string Property,
    object Spec,
    EquatableArray<AxisModel> Axes,
    EquatableArray<string> Arms,
    EquatableArray<PromptSource> Excluded
);

/// <param name="Name">The name in tables.</param>
/// <param name="Member">The name of its member in the typed results.</param>
/// <param name="Summary">What it is for.</param>
/// <param name="Stages">The names of its stages in order.</param>
/// <param name="Role">What it is in the answer.</param>
sealed record ArmModel(string Name, string Member, string Summary, EquatableArray<string> Stages, ArmRole Role);

/// <summary>An axis: the swept field, the name of the parameter that carries it, and its values.</summary>
sealed record AxisModel(
    string Path,
    string Property,
    string Field,
    string Parameter,
    AxisKind Kind,
    EquatableArray<object?> Values,
    double Minimum,
    double Maximum,
    bool ExclusiveMinimum
)
{
    /// <summary>Whether one of its values is none.</summary>
    public bool HasNone => Values.Contains(null);
}
