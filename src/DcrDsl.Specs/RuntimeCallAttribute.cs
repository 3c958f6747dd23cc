namespace DcrDsl.Specs;

/// <summary>
/// Names the function that the generated program calls for a choice of the vocabulary, so that a new objective or schedule is a
/// record and a function, and the generator does not know it. The record's options become the function's named arguments
/// (<c>Margin</c> → <c>margin:</c>). A record of your own project that derives from <see cref="ContrastiveObjective"/>,
/// <see cref="Pooling"/>, <see cref="Schedule"/>, <see cref="Optimiser"/>, <see cref="JudgeSpec"/>, <see cref="Attack"/>,
/// <see cref="WatchSpec"/> or <see cref="PromptSource"/> and is marked so is a choice like ours, in C# and in YAML;
/// docs/extending.md says what its function takes.
/// </summary>
/// <param name="function">
/// Type and method, for example <c>ContrastiveLoss.Circle</c>; of an optimiser, the class. Of your own record it is looked up as seen from
/// the record's namespace, then by its full name, then in the runtime.
/// </param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Field)]
public sealed class RuntimeCallAttribute(string function) : Attribute
{
    /// <summary>Type and method.</summary>
    public string Function { get; } = function;
}

/// <summary>The values a field may take; checked at build time and again for values given on the command line.</summary>
/// <param name="minimum">The smallest value allowed.</param>
/// <param name="maximum">The largest value allowed.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RangeAttribute(double minimum, double maximum = double.PositiveInfinity) : Attribute
{
    /// <summary>The smallest value allowed.</summary>
    public double Minimum { get; } = minimum;

    /// <summary>The largest value allowed.</summary>
    public double Maximum { get; } = maximum;

    /// <summary>Whether <see cref="Minimum"/> itself is not allowed.</summary>
    public bool ExclusiveMinimum { get; set; }
}

/// <summary>
/// Marks a field that cannot change any result (how often to log, which device): it is left out of a stage run's identity. Of a method,
/// that calling it changes no result, so that a loop with the call is the same as without.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter | AttributeTargets.Field | AttributeTargets.Method)]
public sealed class NoEffectOnResultAttribute : Attribute;

/// <summary>
/// Marks an option that few experiments set: at its default, which is that of the function's argument, it is neither passed nor a part of
/// a stage run's key. So an option that is added later leaves the programs and the stored results of before as they are.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OmittedAtDefaultAttribute : Attribute;

/// <summary>Marks an option that decides on verdicts and metrics and not on what the model answers.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ForJudgesAttribute : Attribute
{
    /// <summary>A switch of the same record under which it decides on answers too; null: there is none.</summary>
    public string? UnlessSet { get; set; }
}

/// <summary>
/// Marks a layer, or a list of layers, of the base model, counted from 1: it is held to the model's depth before anything runs.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class LayerAttribute : Attribute;

/// <summary>
/// Marks a path to a file or folder. It may hold names in braces, as in <c>{data}/prompts.csv</c>: where they lie is said on the command
/// line when the experiment is run (<c>--path data=DIR</c>), so a declaration does not name places of one machine.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RunPathAttribute : Attribute;

/// <summary>Which record a YAML mapping without <c>type</c> stands for where any record of a family can stand.</summary>
/// <param name="type">A record of the family.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class DefaultChoiceAttribute(Type type) : Attribute
{
    /// <summary>A record of the family.</summary>
    public Type Type { get; } = type;
}
