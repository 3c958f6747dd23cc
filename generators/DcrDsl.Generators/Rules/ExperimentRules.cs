using System.Text.RegularExpressions;
using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Draft;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;
using Microsoft.CodeAnalysis;

namespace DcrDsl.Generators.Rules;

/// <summary>Checks a draft: the whole first, then every arm as it would run, then every arm with every swept value put in.</summary>
static class ExperimentRules
{
    static readonly Regex KebabCase = new("^[a-z0-9]+(-[a-z0-9]+)*$", RegexOptions.CultureInvariant);

    public static void Check(ExperimentDraft draft, List<DiagnosticInfo> diagnostics)
    {
        void Report(DiagnosticDescriptor descriptor, Place place, params string[] arguments) =>
            diagnostics.Add(DiagnosticInfo.Of(descriptor, place, arguments));

        if (!KebabCase.IsMatch(draft.Name))
            Report(
                Descriptors.InvalidName,
                draft.NamePlace,
                draft.Name,
                "an experiment",
                "use lower-case letters, digits and single dashes, because it is typed on the command line and names a folder"
            );
        Completeness(draft, Report);
        Arms(draft, diagnostics, Report);
        Seeds(draft, Report);
        CellRules.Check(draft, SweepRules.Check(draft, diagnostics), diagnostics);
    }

    static void Completeness(ExperimentDraft draft, Action<DiagnosticDescriptor, Place, string[]> report)
    {
        void Incomplete(Place place, string what) => report(Descriptors.IncompleteExperiment, place, [draft.Name, what]);

        int models = draft.Properties.Count(p => typeof(ModelSpec).IsAssignableFrom(p.Type));
        if (models != 1)
            Incomplete(draft.NamePlace, $"has {(models == 0 ? "no" : "more than one")} base model; {draft.Notation.Model}");
        foreach (var property in draft.Properties)
            if (typeof(ModelSpec).IsAssignableFrom(property.Type) && draft.Declared[property.Name] is null)
                Incomplete(
                    property.Place,
                    $"has no base model: give '{(draft.IsRecord ? property.Name : "base")}' a value, for example "
                        + $"{(draft.IsRecord ? "new ToyLlama()" : "ToyLlama")}"
                );
        if (!draft.Properties.Any(p => draft.Holds<EvaluationGrid>(p.Name)))
            Incomplete(draft.NamePlace, $"has no evaluation; {draft.Notation.Evaluation}, or there would be nothing to report");
        if (draft.Arms.Count == 0)
            Incomplete(draft.NamePlace, $"has no arm; {draft.Notation.Arm}");
        if (draft.Seeds.Count == 0)
            Incomplete(draft.SeedsPlace, $"has no seeds; {draft.Notation.Seeds}");
        foreach (var arm in draft.Arms)
        {
            if (
                models == 1
                && draft.Properties.All(p => arm.Value[p.Name] is not ModelSpec)
                && draft.Properties.Any(p => draft.Declared[p.Name] is ModelSpec)
            )
                Incomplete(arm.Place, $"needs a base model in every arm; arm '{arm.Name}' leaves it out");
            var stages = ArmView.OrderOf(draft, arm).Select(p => arm.Value[p.Name]).OfType<Stage>().ToList();
            if (stages.Count == 0 || stages[stages.Count - 1] is not EvaluationGrid || stages.Count(s => s is EvaluationGrid) > 1)
                Incomplete(arm.Place, $"needs exactly one evaluation, as the last stage of every arm; arm '{arm.Name}' is otherwise");
        }
    }

    static void Arms(ExperimentDraft draft, List<DiagnosticInfo> diagnostics, Action<DiagnosticDescriptor, Place, string[]> report)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var roles = new Dictionary<ArmRole, string>();
        var stages = draft.Properties.Where(p => typeof(Stage).IsAssignableFrom(p.Type)).Select(p => p.Name).ToList();
        foreach (var arm in draft.Arms)
        {
            if (string.IsNullOrWhiteSpace(arm.Name))
                report(Descriptors.InvalidName, arm.Place, [arm.Name, "an arm", "give it a name"]);
            else if (arm.Name.Trim() != arm.Name)
                report(
                    Descriptors.InvalidName,
                    arm.Place,
                    [arm.Name, "an arm", "leave out the blanks at its ends, which the command line does not see"]
                );
            else if (!names.Add(arm.Name))
                report(Descriptors.DuplicateArm, arm.Place, [arm.Name, draft.Name]);
            foreach (string stage in arm.Order ?? [])
                if (!stages.Contains(stage))
                    diagnostics.Add(
                        DiagnosticInfo.Of(
                            Descriptors.InvalidOrder,
                            arm.Place,
                            arm.Name,
                            $"names '{stage}', which is no stage{Suggestion.For(stage, stages)}"
                        ) with
                        {
                            Remedy = Remedy.Rename(stage, stages),
                        }
                    );
            if (arm.Role != ArmRole.None && Taken(roles, arm))
                report(Descriptors.DuplicateRole, arm.Place, [roles[arm.Role], arm.Name, arm.Role.ToString()]);
            if (arm.Order is { } order && order.Distinct().Count() != order.Count)
                report(Descriptors.InvalidOrder, arm.Place, [arm.Name, $"names a stage twice; {draft.Notation.SecondRun}"]);
        }
    }

    /// <summary>Whether another arm has the role of this one; else it is noted as this one's.</summary>
    static bool Taken(Dictionary<ArmRole, string> roles, DraftArm arm)
    {
        if (roles.ContainsKey(arm.Role))
            return true;
        roles.Add(arm.Role, arm.Name);
        return false;
    }

    static void Seeds(ExperimentDraft draft, Action<DiagnosticDescriptor, Place, string[]> report)
    {
        var seen = new HashSet<int>();
        foreach (var seed in draft.Seeds)
        {
            if (seed.Value < 0)
                report(Descriptors.InvalidSeed, seed.Place, [Text.Label(seed.Value), "negative"]);
            else if (!seen.Add(seed.Value))
                report(Descriptors.InvalidSeed, seed.Place, [Text.Label(seed.Value), "listed twice"]);
        }
    }
}
