using System.Collections;
using System.Runtime.CompilerServices;

namespace DcrDsl.Generators.Values;

/// <summary>
/// A record with all that is within it, walked once: rules ask the same stages again, in every arm and for every kind of record. A record
/// does not change once both front ends have filled it, so its tree is remembered for as long as it lives.
/// </summary>
sealed class RecordTree
{
    static readonly ConditionalWeakTable<object, RecordTree> Known = new();

    readonly List<(object Owner, Option Option, object? Value)> options = [];
    readonly Dictionary<Type, IReadOnlyList<(object Owner, Option Option, object? Value)>> marked = [];

    // In the order of the walk; behind the last of what is within a record stands its end.
    readonly List<(object Record, int End)> records = [];

    RecordTree(object record) => Add(record);

    /// <summary>The tree of a record.</summary>
    public static RecordTree Of(object record) => Known.GetValue(record, static r => new RecordTree(r));

    /// <summary>Every option of the record and of the records within it, at any depth, with the record that has it.</summary>
    public IReadOnlyList<(object Owner, Option Option, object? Value)> Options => options;

    /// <summary>Those of them that say something of themselves by an attribute.</summary>
    public IReadOnlyList<(object Owner, Option Option, object? Value)> Marked<T>()
        where T : Attribute
    {
        lock (marked)
            return marked.TryGetValue(typeof(T), out var known)
                ? known
                : marked[typeof(T)] = [.. options.Where(o => o.Option.Mark<T>() is not null)];
    }

    /// <summary>Every record of a type within this one, without those that such a record holds in turn.</summary>
    public IReadOnlyList<T> Within<T>()
    {
        List<T>? all = null;
        for (int i = 0; i < records.Count; )
            if (records[i].Record is T found)
            {
                (all ??= []).Add(found);
                i = records[i].End;
            }
            else
                i++;
        return all ?? (IReadOnlyList<T>)[];
    }

    void Add(object record)
    {
        foreach (var option in Vocabulary.OptionsOf(record))
        {
            object? value = option.GetValue(record);
            options.Add((record, option, value));
            if (value is IEnumerable items and not string)
                foreach (object? item in items)
                    Hold(item);
            else
                Hold(value);
        }
    }

    void Hold(object? value)
    {
        if (value is null || !Vocabulary.IsRecord(value.GetType()))
            return;
        int at = records.Count;
        records.Add((value, at));
        Add(value);
        records[at] = (value, records.Count);
    }
}
