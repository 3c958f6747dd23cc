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
    public static IEnumerable<(object Owner, Option Option, object? Value)> Walk(object record)
    {
        foreach (var option in Vocabulary.OptionsOf(record))
        {
            object? value = option.GetValue(record);
            yield return (record, option, value);
            foreach (object? inner in value is System.Collections.IEnumerable items and not string ? items : new[] { value })
                if (inner is not null && Vocabulary.IsRecord(inner.GetType()))
                    foreach (var found in Walk(inner))
                        yield return found;
        }
    }

    /// <summary>Every record of a type within another: in its options, their options, and their lists.</summary>
    public static IEnumerable<T> Within<T>(object record) =>
        All(record)
            .Select(o => o.Value)
            .SelectMany(value =>
                value switch
                {
                    null or string => [],
                    T found => [found],
                    System.Collections.IEnumerable items => items
                        .Cast<object>()
                        .Where(i => Vocabulary.IsRecord(i.GetType()))
                        .SelectMany(i => i is T item ? [item] : Within<T>(i)),
                    _ => Vocabulary.IsRecord(value.GetType()) ? Within<T>(value) : [],
                }
            );

    /// <summary>All options, in order.</summary>
    public static IEnumerable<(string Name, object? Value)> All(object record) =>
        Vocabulary.OptionsOf(record).Select(option => (option.Name, option.GetValue(record)));
}
