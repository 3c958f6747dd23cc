namespace DcrDsl.Specs;

/// <summary>
/// Marks a partial, top-level record as an experiment. Its instance properties are, in order of declaration, the base model
/// (<see cref="ModelSpec"/>) and the stages (<see cref="Stage"/>); their initialisers are read at build time.
/// </summary>
/// <param name="name">The experiment's name on the command line: lower-case letters, digits and dashes; unique in the assembly.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class DcrExperimentAttribute(string name) : Attribute
{
    /// <summary>The experiment's name on the command line.</summary>
    public string Name { get; } = name;
}

/// <summary>
/// Marks a static property of the experiment's own type as an arm: a named variant of the pipeline, written as
/// <c>new() { Dcr = ContrastiveRefinement.None }</c> or <c>Full with { … }</c>.
/// </summary>
/// <param name="name">The arm's name in tables and on the command line; unique in the experiment.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ArmAttribute(string name) : Attribute
{
    /// <summary>The arm's name in tables and on the command line.</summary>
    public string Name { get; } = name;

    /// <summary>
    /// The stages in another order than declared, by property name; stages not named are left out. Default: all, as declared.
    /// </summary>
    public string[]? Order { get; set; }

    /// <summary>What the arm is in the answer to the experiment's question. Default: one of several.</summary>
    public ArmRole Role { get; set; }
}

/// <summary>
/// Marks a static property holding the values of one axis; cells are made for every value (see <see cref="ZipAttribute"/>).
/// </summary>
/// <param name="path">The swept field: stage property, dot, field; for example <c>Dcr.Layer</c> or <c>Dcr.Objective.Margin</c>.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SweepAttribute(string path) : Attribute
{
    /// <summary>The swept field.</summary>
    public string Path { get; } = path;
}

/// <summary>
/// Marks the static property that holds the seeds: every cell is run once with each. At least three are needed for an interval worth
/// showing.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SeedsAttribute : Attribute;

/// <summary>Axes that advance together instead of multiplying; they must have equally many values.</summary>
/// <param name="paths">The fields of the axes, as given to <see cref="SweepAttribute"/>.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class ZipAttribute(params string[] paths) : Attribute
{
    /// <summary>The fields of the axes.</summary>
    public string[] Paths { get; } = paths;
}

/// <summary>A combination that is not run.</summary>
/// <param name="combination">
/// Field and value in turn, for example <c>"Dcr.Layer", 3, "Dcr.Steps", 200</c>; "arm" stands for the arm's name. All must hold.
/// </param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class ExcludeAttribute(params object[] combination) : Attribute
{
    /// <summary>Field and value in turn.</summary>
    public object[] Combination { get; } = combination;
}

/// <summary>What an arm is in the answer to an experiment's question.</summary>
public enum ArmRole
{
    /// <summary>One of several.</summary>
    None,

    /// <summary>What the others are compared with; where no arm is it, the first one is.</summary>
    Reference,

    /// <summary>What the answer is about; where no arm is it, the first one that is not the reference.</summary>
    Subject,
}
