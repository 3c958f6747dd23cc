using DcrDsl.Specs;

namespace DcrDsl.Generators.Values;

/// <summary>Reads records of the vocabulary back: which options were set to something else than their default.</summary>
static class SpecRecord
{
    /// <summary>The options that differ from the default of the record's type, in order.</summary>
    public static IEnumerable<(string Name, object? Value)> Written(object record)
    {
        object defaults = Vocabulary.DefaultOf(record);
        foreach (var option in Vocabulary.OptionsOf(record))
        {
            object? value = option.GetValue(record);
            if (!Equals(value, option.GetValue(defaults)))
                yield return (option.Name, value);
        }
    }

    /// <summary>The options that are passed to the record's function: all but those that are omitted at their default.</summary>
    public static IEnumerable<(string Name, object? Value)> Passed(object record)
    {
        object defaults = Vocabulary.DefaultOf(record);
        return from option in Vocabulary.OptionsOf(record)
            let value = option.GetValue(record)
            where option.Mark<OmittedAtDefaultAttribute>() is null || !Equals(value, option.GetValue(defaults))
            select (option.Name, value);
    }

    /// <summary>Every option of a record and of the records within it, at any depth, with the record that has it.</summary>
    public static IReadOnlyList<(object Owner, Option Option, object? Value)> Walk(object record) => RecordTree.Of(record).Options;

    /// <summary>Those of them that an attribute marks.</summary>
    public static IReadOnlyList<(object Owner, Option Option, object? Value)> Marked<T>(object record)
        where T : Attribute => RecordTree.Of(record).Marked<T>();

    /// <summary>Every record of a type within another: in its options, their options, and their lists.</summary>
    public static IReadOnlyList<T> Within<T>(object record) => RecordTree.Of(record).Within<T>();

    /// <summary>All options, in order.</summary>
    public static IEnumerable<(string Name, object? Value)> All(object record) =>
        Vocabulary.OptionsOf(record).Select(option => (option.Name, option.GetValue(record)));
}
