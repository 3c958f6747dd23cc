using DcrDsl.Specs;

namespace DcrDsl.Definition;

/// <summary>
/// A stage as a value: the record of the vocabulary with all its options, what is swept of them, and the generated methods that run it.
/// </summary>
/// <param name="Name">The name of the generated method; unique in the experiment.</param>
/// <param name="Property">The property of the experiment that declares the stage.</param>
/// <param name="Spec">The record, as the arms that run this stage declare it; in place of a swept option stands its declared value.</param>
/// <param name="Axes">The axes that the method takes as parameters.</param>
/// <param name="Body">What it does.</param>
public sealed record StageDefinition(string Name, string Property, StageSpec Spec, IReadOnlyList<AxisDefinition> Axes, StageBody Body)
{
    /// <summary>The kind of stage, for people.</summary>
    public string Kind => Body.KindOf(Spec);

    /// <summary>Prompts of other stages that this one takes out of its own, so that the two share none.</summary>
    public IReadOnlyList<PromptSource> Excluded { get; init; } = [];

    /// <summary>The record at some values of the axes.</summary>
    /// <param name="values">The value of every axis of the stage, by the axis' path.</param>
    public StageSpec At(IReadOnlyDictionary<string, AxisValue> values) =>
        // An option of an option comes after the option itself, which another axis may replace.
        Axes.OrderBy(a => a.Path.Length)
            .Aggregate(
                Spec,
                (spec, axis) =>
                    SpecOptions.With(spec, axis.Path[(axis.Path.IndexOf('.', StringComparison.Ordinal) + 1)..], values[axis.Path].Value)
            );

    /// <inheritdoc/>
    public bool Equals(StageDefinition? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}
