using DcrDsl.Generators.Draft;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Rules;

/// <summary>The combinations of swept values that an arm is run with, as the runtime will plan them: axes multiply, zipped ones advance
/// together, exclusions are left out.</summary>
sealed class ArmCells(ExperimentDraft draft, DraftArm arm, IReadOnlyList<(DraftAxis Axis, FieldPath Field)> axes)
{
    readonly List<(DraftAxis Axis, FieldPath Field)> taken = [.. axes.Where(a => Concerns(arm, a.Field) && a.Axis.Values.Count > 0)];
    readonly Dictionary<DraftAxis, string[]> labels = axes.ToDictionary(
        a => a.Axis,
        a => a.Axis.Values.Select(v => Text.Label(v.Value)).ToArray()
    );

    /// <summary>Whether a swept field is in the pipeline of an arm.</summary>
    public static bool Concerns(DraftArm arm, FieldPath field) =>
        field.Owner(arm.Value) is not null
        && (arm.Value[field.Property.Name] is ModelSpec || arm.Order?.Contains(field.Property.Name) != false);

    /// <summary>Each combination, as the place of its value in each axis that the arm takes, and whether it is excluded.</summary>
    public IEnumerable<(IReadOnlyList<(DraftAxis Axis, FieldPath Field, int Value)> Cell, bool IsExcluded)> All()
    {
        var groups = Groups();
        int[] steps = [.. groups.Select(g => g.Min(a => a.Axis.Values.Count))],
            at = new int[groups.Count];
        while (true)
        {
            var cell = groups.SelectMany((g, i) => g.Select(a => (a.Axis, a.Field, at[i]))).ToList();
            yield return (cell, draft.Exclusions.Any(e => IsExcluded(e, cell)));
            int last = groups.Count - 1;
            while (last >= 0 && ++at[last] == steps[last])
                at[last--] = 0;
            if (last < 0)
                yield break;
        }
    }

    List<List<(DraftAxis Axis, FieldPath Field)>> Groups()
    {
        var groups = new List<List<(DraftAxis, FieldPath)>>();
        foreach (var axis in taken)
        {
            var zip = draft.Zips.FirstOrDefault(z => z.Paths.Contains(axis.Axis.Path));
            var group = zip is null ? [axis] : taken.Where(a => zip.Paths.Contains(a.Axis.Path)).ToList();
            if (group[0] == axis)
                groups.Add(group);
        }
        return groups;
    }

    bool IsExcluded(DraftExclusion exclusion, List<(DraftAxis Axis, FieldPath Field, int Value)> cell) =>
        exclusion.Combination.Count > 0
        && exclusion.Combination.All(part =>
            part.Field == "arm"
                ? part.Value as string == arm.Name
                : cell.FirstOrDefault(c => c.Axis.Path == part.Field) is { Axis: { } axis, Value: var value }
                    && labels[axis][value] == Text.Label(part.Value)
        );
}
