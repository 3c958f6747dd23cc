namespace DcrDsl.Jinja.Values;

/// <summary>iter(), len() and bool() of Python.</summary>
static class Iteration
{
    public static bool IsIterable(Value value) =>
        value
            is TextValue
                or SequenceValue
                or DictValue
                or DictView
                or RangeValue
                or IteratorValue
                or UndefinedValue
                or LoopValue
                or BytesValue;

    /// <summary>The values that a loop over <paramref name="value"/> meets.</summary>
    public static IEnumerable<Value> Over(Budget budget, Value value) =>
        value switch
        {
            TextValue text => CodePoints.Of(budget, text.Text).Select(c => new TextValue(c)),
            SequenceValue sequence => sequence.Items,
            DictValue dict => dict.Entries.Keys,
            DictView { Part: DictPart.Keys } view => view.Owner.Entries.Keys,
            DictView { Part: DictPart.Values } view => view.Owner.Entries.Values,
            DictView view => view.Owner.Entries.Select(e => new SequenceValue([e.Key, e.Value], isTuple: true)),
            RangeValue range => Enumerable.Range(0, range.Count).Select(range.At),
            IteratorValue iterator => Drain(iterator),
            BytesValue bytes => bytes.Bytes.Select(b => new IntegerValue(b)),
            UndefinedValue => [],
            _ => throw TemplateFault.Operation($"'{value.TypeName}' object is not iterable"),
        };

    static IEnumerable<Value> Drain(IteratorValue iterator)
    {
        while (iterator.MoveNext())
            yield return iterator.Current;
    }

    /// <summary>list(value), charged.</summary>
    public static List<Value> ToList(Budget budget, Value value)
    {
        if (Length(budget, value) is { } length)
            budget.AllocateItems(value is DictView { Part: DictPart.Items } ? 3L * length : length);
        var items = new List<Value>();
        foreach (Value item in Over(budget, value))
        {
            budget.Step();
            if (value is IteratorValue)
                budget.AllocateItems(1);
            items.Add(item);
        }
        return items;
    }

    /// <summary>len(value), or null where Python has none.</summary>
    public static int? Length(Budget budget, Value value) =>
        value switch
        {
            TextValue text => CodePoints.Count(budget, text.Text),
            SequenceValue sequence => sequence.Items.Count,
            DictValue dict => dict.Entries.Count,
            DictView view => view.Owner.Entries.Count,
            RangeValue range => range.Count,
            BytesValue bytes => bytes.Bytes.Length,
            UndefinedValue => 0,
            LoopValue loop => loop.Length(),
            _ => null,
        };

    /// <summary>bool(value).</summary>
    public static bool Truth(Value value) =>
        value switch
        {
            BooleanValue boolean => boolean.Truth,
            NoneValue or UndefinedValue => false,
            TextValue text => text.Text.Length > 0,
            IntegerValue integer => !integer.Number.IsZero,
            FloatValue real => real.Number != 0,
            SequenceValue sequence => sequence.Items.Count > 0,
            DictValue dict => dict.Entries.Count > 0,
            DictView view => view.Owner.Entries.Count > 0,
            RangeValue range => range.Count > 0,
            BytesValue bytes => bytes.Bytes.Length > 0,
            _ => true,
        };
}
