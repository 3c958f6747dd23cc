using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Draft;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Rules;

/// <summary>
/// Prompts that stages of different kinds must not share (<see cref="KeptApartAttribute"/>), unless a stage names the other as one whose
/// prompts are taken out of its own (<see cref="ExcludesAttribute"/>). Two stages that both can take prompts out, as safety tuning and
/// preference tuning, may use the same, like two stages of one kind.
/// </summary>
static class KeptApartPrompts
{
    public static void Check(ArmView arm, string property, Stage stage)
    {
        foreach (var (list, group) in Excluding(stage))
        {
            var named = Names(list, stage);
            var declared = arm
                .Draft.Properties.Select(p => p.Name)
                .Where(p => arm.Draft.TypesOf(p).Any(t => OfOthers(t, group, stage).Any()));
            foreach (string name in named)
                if (!declared.Contains(name))
                    arm.Report(
                        Remedy.Rename(name, declared),
                        Descriptors.UnknownStage,
                        property,
                        stage,
                        list.Name,
                        name,
                        Suggestion.For(name, declared)
                    );
            foreach (var own in Of(stage.GetType(), group))
            foreach (var (other, otherStage) in arm.Stages)
            foreach (var theirs in OfOthers(otherStage.GetType(), group, stage).Where(_ => !Excludes(otherStage, group)))
                if (
                    own.GetValue(stage) is PromptSource prompts
                    && theirs.GetValue(otherStage) is PromptSource others
                    && others.MayOverlap(prompts)
                    && !named.Contains(other)
                )
                    arm.Report(
                        arm.Setting(
                            property,
                            stage,
                            own.Name,
                            list.Name,
                            $"[{string.Join(", ", named.Append(other).Select(n => $"nameof({n})"))}]"
                        ),
                        Descriptors.OverlappingPrompts,
                        property,
                        stage,
                        own.Name,
                        $"{property}.{arm.Notation.Option(own.Name)}",
                        $"{other}.{arm.Notation.Option(theirs.Name)}",
                        arm.Notation.Setting(list.Name, $"[\"{other}\"]")
                    );
        }
    }

    /// <summary>
    /// The prompts that are taken out of a stage's own. They come from the other stage as the first arm that has it declares it, also in
    /// arms that leave it out, so that all arms are trained on the same prompts.
    /// </summary>
    public static IEnumerable<PromptSource> ExcludedFrom(Stage stage, ExperimentDraft draft) =>
        from excluding in Excluding(stage)
        from name in Names(excluding.List, stage)
        let other = draft.ValuesOf(name).FirstOrDefault(v => OfOthers(v.GetType(), excluding.Group, stage).Any())
        where other is not null
        from option in OfOthers(other.GetType(), excluding.Group, stage)
        let prompts = option.GetValue(other) as PromptSource
        where prompts is not null
        select prompts;

    static IEnumerable<(Option List, string Group)> Excluding(Stage stage) =>
        from option in Vocabulary.OptionsOf(stage)
        let excludes = option.Mark<ExcludesAttribute>()
        where excludes is not null
        select (option, excludes.Group);

    static bool Excludes(Stage stage, string group) => Excluding(stage).Any(e => e.Group == group);

    static ValueList<string> Names(Option list, Stage stage) => (ValueList<string>)list.GetValue(stage)!;

    /// <summary>The options of a kind of stage that belong to a group.</summary>
    static IEnumerable<Option> Of(Type kind, string group) =>
        Vocabulary.Options(kind).Where(o => o.Mark<KeptApartAttribute>()?.Group == group);

    /// <summary>The same, as far as they are not options of the stage's own kind, which may well use prompts twice.</summary>
    static IEnumerable<Option> OfOthers(Type kind, string group, Stage stage) => Of(kind, group).Where(o => !o.IsOf(stage));
}
