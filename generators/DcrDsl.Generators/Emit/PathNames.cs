using DcrDsl.Generators.Model;
using DcrDsl.Generators.Values;

namespace DcrDsl.Generators.Emit;

/// <summary>Finds the names in braces that the paths of an experiment hold.</summary>
static class PathNames
{
    public static IEnumerable<string> In(ExperimentModel experiment) =>
        experiment
            .Stages.SelectMany(s => Paths(s.Spec))
            .Concat(
                experiment
                    .Axes.SelectMany(a => a.Values)
                    .SelectMany(v =>
                        v is string text ? [text]
                        : v is null ? []
                        : Paths(v)
                    )
            )
            .SelectMany(PlaceNames.In)
            .Distinct();

    static IEnumerable<string> Paths(object value) =>
        !Vocabulary.IsRecord(value.GetType())
            ? []
            : Vocabulary
                .OptionsOf(value)
                .SelectMany(option =>
                    option.GetValue(value) switch
                    {
                        null => [],
                        string text => option.IsRunPath ? [text] : [],
                        System.Collections.IEnumerable items => items.Cast<object?>().Where(i => i is not null).SelectMany(i => Paths(i!)),
                        { } other => Paths(other),
                    }
                );
}
