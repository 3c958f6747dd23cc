using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Draft;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;
using Microsoft.CodeAnalysis;

namespace DcrDsl.Generators.Rules;

/// <summary>The rules about axes: that they name fields, have values that fit, concern some arm, and go together.</summary>
static class SweepRules
{
    /// <summary>The axes that name a field and have values that fit it.</summary>
    public static IReadOnlyList<(DraftAxis Axis, FieldPath Field)> Check(ExperimentDraft draft, List<DiagnosticInfo> diagnostics)
    {
        void Report(DiagnosticDescriptor descriptor, Place place, params string[] arguments) =>
            diagnostics.Add(DiagnosticInfo.Of(descriptor, place, arguments));

        var paths = new HashSet<string>(StringComparer.Ordinal);
        var fitting = new List<(DraftAxis, FieldPath)>();
        foreach (var axis in draft.Axes)
        {
            string written = draft.Notation.Path(axis.Path);
            bool first = paths.Add(axis.Path);
            if (!first)
                Report(Descriptors.InvalidCombination, axis.Place, $"'{written}' is swept twice; put all values in one sweep");
            if (axis.Values.Count == 0)
                Report(Descriptors.EmptySweep, axis.Place, written);
            if (FieldPath.Resolve(draft, axis.Path, out string problem, out string? meant) is not { } field)
            {
                diagnostics.Add(
                    DiagnosticInfo.Of(Descriptors.UnknownField, axis.Place, written, problem) with
                    {
                        Remedy = meant is null ? null : Remedy.Rename(axis.Path, [meant]),
                    }
                );
                continue;
            }
            if (field.Field.Axis is null)
            {
                Report(Descriptors.UnknownField, axis.Place, written, WhyNot(field));
                continue;
            }
            Concern(draft, axis, field, Report);
            if (Values(draft, axis, field, diagnostics) && first)
                fitting.Add((axis, field));
        }
        Combinations(draft, diagnostics);
        return fitting;
    }

    static string WhyNot(FieldPath field) =>
        Vocabulary.IsRecord(field.Type) || field.Type.IsAbstract
            ? $"a {field.Type.Name} as a whole cannot be swept; sweep one of its options"
            : $"an option that takes {Text.Kind(field.Field)} cannot be swept; declare an arm for each of its values";

    static void Concern(ExperimentDraft draft, DraftAxis axis, FieldPath field, Action<DiagnosticDescriptor, Place, string[]> report)
    {
        var without = draft.Arms.Where(a => !ArmCells.Concerns(a, field)).ToList();
        if (draft.Arms.Count > 0 && without.Count == draft.Arms.Count)
            report(
                Descriptors.SweptFieldRemoved,
                axis.Place,
                [draft.Notation.Path(axis.Path), without.Count == 1 ? $"arm '{without[0].Name}'" : "every arm", field.Property.Name]
            );
        else if (without.Count > 0)
            report(
                Descriptors.SweepWithoutEffect,
                axis.Place,
                [
                    draft.Notation.Path(axis.Path),
                    (without.Count == 1 ? "arm " : "arms ") + string.Join(", ", without.Select(a => $"'{a.Name}'")),
                    field.Property.Name,
                ]
            );
        foreach (var arm in draft.Arms.Except(without))
        {
            object? set = field.Get(arm.Value),
                declared = field.Get(draft.Declared);
            // An arm that is the first to have what holds the field has to give it some value.
            if (field.Owner(draft.Declared) is not null && !Equals(set, declared) && field.Field.TryConvert(set, out _))
                report(
                    Descriptors.SweepOverridesArm,
                    draft.Places.Find(field.Owner(arm.Value), field.Field.Name) ?? arm.Place,
                    [arm.Name, draft.Notation.Path(axis.Path), Text.Label(set)]
                );
        }
    }

    /// <summary>Whether every value fits the field.</summary>
    static bool Values(ExperimentDraft draft, DraftAxis axis, FieldPath field, List<DiagnosticInfo> diagnostics)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        bool fit = true;
        foreach (var (value, place) in axis.Values)
        {
            if (!field.Field.TryConvert(value, out object? converted) || converted is null && !field.Field.TakesNull)
            {
                diagnostics.Add(
                    DiagnosticInfo.Of(
                        Descriptors.InvalidValue,
                        place,
                        Text.Label(value),
                        $"a value for '{draft.Notation.Path(axis.Path)}', which takes {Text.Kind(field.Field)}",
                        ""
                    )
                );
                fit = false;
                continue;
            }
            if (!seen.Add(Text.Label(converted)))
                diagnostics.Add(
                    DiagnosticInfo.Of(
                        Descriptors.InvalidCombination,
                        place,
                        $"the value {Text.Label(converted)} of '{draft.Notation.Path(axis.Path)}' is listed twice"
                    )
                );
        }
        return fit;
    }

    static void Combinations(ExperimentDraft draft, List<DiagnosticInfo> diagnostics)
    {
        string Path(string path) => draft.Notation.Path(path);
        void Invalid(Place place, string message, Remedy? remedy = null) =>
            diagnostics.Add(DiagnosticInfo.Of(Descriptors.InvalidCombination, place, message) with { Remedy = remedy });

        var lengths = draft.Axes.GroupBy(a => a.Path).ToDictionary(g => g.Key, g => g.First().Values);
        foreach (var zip in draft.Zips)
        {
            foreach (string path in zip.Paths)
                if (!lengths.ContainsKey(path))
                    Invalid(
                        zip.Place,
                        $"'{Path(path)}' is zipped but not swept{Suggestion.For(Path(path), lengths.Keys.Select(Path))}",
                        Remedy.Rename(path, lengths.Keys)
                    );
            var counts = zip.Paths.Where(lengths.ContainsKey).Select(p => lengths[p].Count).Distinct().ToList();
            if (counts.Count > 1)
                Invalid(
                    zip.Place,
                    $"zipped axes advance together, so they need equally many values; these have "
                        + $"{string.Join(" and ", counts.Select(c => Text.Label(c)))}"
                );
            if (zip.Paths.Count < 2)
                Invalid(zip.Place, "a zip needs at least two axes");
        }
        foreach (var exclusion in draft.Exclusions)
        {
            if (exclusion.Combination.Count == 0)
                Invalid(exclusion.Place, "an exclusion needs at least one field and value");
            foreach (var twice in exclusion.Combination.GroupBy(c => c.Field).Where(g => g.Count() > 1))
                Invalid(exclusion.Place, $"the exclusion names '{Path(twice.Key)}' twice");
            foreach (var (name, value) in exclusion.Combination)
            {
                if (name == "arm")
                {
                    if (draft.Arms.All(a => a.Name != value as string))
                        Invalid(
                            exclusion.Place,
                            $"the exclusion names the arm '{value}', which there is "
                                + $"not{Suggestion.For(Text.Label(value), draft.Arms.Select(a => a.Name))}",
                            Remedy.Rename(Text.Label(value), draft.Arms.Select(a => a.Name))
                        );
                }
                else if (!lengths.TryGetValue(name, out var values))
                    Invalid(
                        exclusion.Place,
                        $"the exclusion names '{Path(name)}', which is not "
                            + $"swept{Suggestion.For(Path(name), lengths.Keys.Select(Path).Concat(["arm"]))}",
                        Remedy.Rename(name, lengths.Keys.Concat(["arm"]))
                    );
                else if (values.All(v => Text.Label(v.Value) != Text.Label(value)))
                    Invalid(exclusion.Place, $"the exclusion names {Path(name)} = {Text.Label(value)}, which the sweep does not have");
            }
        }
    }
}
