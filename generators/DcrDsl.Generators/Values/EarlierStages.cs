using DcrDsl.Specs;

namespace DcrDsl.Generators.Values;

/// <summary>The stages whose models a stage looks at beside its own (<see cref="EarlierStageAttribute"/>).</summary>
static class EarlierStages
{
    /// <summary>The options that name one, and what they name.</summary>
    public static IEnumerable<(object Owner, Option Option, string Stage)> Of(object stage) =>
        from named in SpecRecord.Marked<EarlierStageAttribute>(stage)
        where named.Value is string
        select (named.Owner, named.Option, (string)named.Value!);

    /// <summary>Whether the option of a stage names one.</summary>
    public static bool IsNamedBy(object stage, string option) =>
        Vocabulary.OptionOf(stage, option)?.Mark<EarlierStageAttribute>() is not null;
}
