using DcrDsl.Generators.Draft;
using DcrDsl.Generators.Rules;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Model;

/// <summary>Turns declared sweeps into axes: how each value is passed, and within which bounds the command line may set it.</summary>
static class AxisPlanner
{
    public static EquatableArray<AxisModel> Plan(ExperimentDraft draft)
    {
        var fields = draft.Axes.Select(a => FieldPath.Resolve(draft, a.Path, out _, out _)!).ToList();
        return fields.Select((field, i) => Axis(draft, draft.Axes[i], field, fields)).ToEquatableArray();
    }

    static AxisModel Axis(ExperimentDraft draft, DraftAxis axis, FieldPath field, IReadOnlyList<FieldPath> all)
    {
        // The field's own name, unless another axis of the same stage ends alike.
        bool alone = all.Count(f => f.Property.Name == field.Property.Name && f.Field.Name == field.Field.Name) == 1;
        var range = field.Field.Range;
        double maximum = range?.Maximum ?? double.PositiveInfinity;
        if (field.Field.Mark<LayerAttribute>() is not null)
            maximum = Math.Min(
                maximum,
                draft.Arms.Select(a => new ArmView(draft, a, a.Value, []).Model?.Depth).Min() ?? double.PositiveInfinity
            );
        return new AxisModel(
            axis.Path,
            field.Property.Name,
            field.Below,
            Text.Parameter(alone ? field.Field.Name : field.Below.Replace(".", "")),
            field.Field.Axis!.Value,
            axis.Values.Select(v => Convert(v.Value, field)).ToEquatableArray(),
            range?.Minimum ?? double.NegativeInfinity,
            maximum,
            range?.ExclusiveMinimum ?? false
        );
    }

    static object? Convert(object? value, FieldPath field) =>
        field.Field.TryConvert(value, out object? converted) ? converted : throw new InvalidOperationException($"{field.Text}: {value}");
}
