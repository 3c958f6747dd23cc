using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Draft;
using DcrDsl.Generators.Values;

namespace DcrDsl.Generators.Rules;

/// <summary>Checks every arm as its cells run it: the swept values put in together, so that neither a combination that is never run nor one
/// that is goes wrong unseen.</summary>
static class CellRules
{
    /// <summary>So many combinations of an arm are checked together; of more, each value alone. So many are looked at for one that is
    /// left.</summary>
    const int MostTogether = 256,
        MostCounted = 1_000_000;

    public static void Check(ExperimentDraft draft, IReadOnlyList<(DraftAxis Axis, FieldPath Field)> axes, List<DiagnosticInfo> diagnostics)
    {
        int counted = 0;
        bool left = false;
        foreach (var arm in draft.Arms)
        {
            int together = 0;
            foreach (var (cell, isExcluded) in new ArmCells(draft, arm, axes).All())
            {
                if (++counted > MostCounted)
                    break;
                if (isExcluded)
                    continue;
                left = true;
                if (++together > MostTogether)
                    break;
                StageRules.Check(new ArmView(draft, arm, With(draft, arm, cell), diagnostics));
            }
            left |= counted > MostCounted;
            if (together == 0)
                StageRules.Check(new ArmView(draft, arm, arm.Value, diagnostics));
            if (together <= MostTogether)
                continue;
            foreach (var (axis, field) in axes.Where(a => ArmCells.Concerns(arm, a.Field)))
                for (int i = 0; i < axis.Values.Count; i++)
                    StageRules.Check(new ArmView(draft, arm, With(draft, arm, [(axis, field, i)]), diagnostics));
        }
        if (!left && draft.Arms.Count > 0 && draft.Exclusions.Count > 0 && axes.All(a => a.Axis.Values.Count > 0))
            diagnostics.Add(DiagnosticInfo.Of(Descriptors.NothingLeft, draft.Exclusions[draft.Exclusions.Count - 1].Place, draft.Name));
    }

    static ExperimentValue With(ExperimentDraft draft, DraftArm arm, IReadOnlyList<(DraftAxis Axis, FieldPath Field, int Value)> cell)
    {
        var experiment = arm.Value;
        foreach (var (axis, field, at) in cell)
        {
            var (value, place) = axis.Values[at];
            // A field below one that another axis replaces may be gone.
            if (field.Owner(experiment) is not null && field.Field.TryConvert(value, out object? converted))
                experiment = field.With(experiment, converted, draft.Places, place);
        }
        return experiment;
    }
}
