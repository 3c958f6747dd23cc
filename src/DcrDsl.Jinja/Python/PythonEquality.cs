using System.Numerics;

namespace DcrDsl.Jinja.Python;

/// <summary>==, &lt; and hash of Python, charged to the budget; serves as the comparer of dict keys.</summary>
sealed class PythonEquality(Budget budget) : IEqualityComparer<Value>
{
    public bool Equals(Value? a, Value? b)
    {
        budget.Step();
        if (ReferenceEquals(a, b))
            return a is not FloatValue { Number: double.NaN };
        if (PythonNumbers.IsNumber(a!) && PythonNumbers.IsNumber(b!))
            return PythonNumbers.Compare(a!, b!) == 0;
        switch (a, b)
        {
            case (TextValue x, TextValue y):
                if (x.Text.Length != y.Text.Length)
                    return false;
                budget.Scan(x.Text.Length);
                return x.Text == y.Text;
            case (SequenceValue x, SequenceValue y):
                return x.IsTuple == y.IsTuple
                    && x.Items.Count == y.Items.Count
                    && Deeper(() =>
                    {
                        for (int i = 0; i < x.Items.Count; i++)
                            if (!Equals(x.Items[i], y.Items[i]))
                                return false;
                        return true;
                    });
            case (DictValue x, DictValue y):
                return x.Entries.Count == y.Entries.Count
                    && Deeper(() =>
                    {
                        foreach (var (key, value) in x.Entries)
                            if (!y.Entries.TryGetValue(key, out Value? other) || !Equals(value, other))
                                return false;
                        return true;
                    });
            case (RangeValue x, RangeValue y):
                return x.Count == y.Count && (x.Count == 0 || x.Start == y.Start && (x.Count == 1 || x.Step == y.Step));
            case (BytesValue x, BytesValue y):
                return x.Bytes.AsSpan().SequenceEqual(y.Bytes);
            case (DictView { Part: not DictPart.Values } x, DictView { Part: not DictPart.Values } y) when x.Part == y.Part:
                return x.Part == DictPart.Items
                    ? Equals(x.Owner, y.Owner)
                    : x.Owner.Entries.Count == y.Owner.Entries.Count && x.Owner.Entries.Keys.All(y.Owner.Entries.ContainsKey);
            case (UndefinedValue, UndefinedValue):
                return true;
            default:
                return false;
        }
    }

    public int GetHashCode(Value value)
    {
        budget.Step();
        switch (value)
        {
            case TextValue text:
                budget.Scan(text.Text.Length);
                return text.Text.GetHashCode(StringComparison.Ordinal);
            case IntegerValue or FloatValue or BooleanValue:
                return PythonNumbers.Hash(value);
            case NoneValue or UndefinedValue:
                return value.TypeName.GetHashCode(StringComparison.Ordinal);
            case SequenceValue { IsTuple: true } tuple:
                return Deeper(() =>
                {
                    var hash = new HashCode();
                    foreach (Value item in tuple.Items)
                        hash.Add(GetHashCode(item));
                    return hash.ToHashCode();
                });
            case SequenceValue or DictValue or DictView:
                throw TemplateFault.Operation($"unhashable type: '{value.TypeName}'");
            default:
                return System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(value);
        }
    }

    /// <summary>Negative, zero or positive; fails where Python does not order the two.</summary>
    public int Compare(Value a, Value b, string sign = "<")
    {
        budget.Step();
        if (PythonNumbers.IsNumber(a) && PythonNumbers.IsNumber(b))
            return PythonNumbers.Compare(a, b);
        switch (a, b)
        {
            case (TextValue x, TextValue y):
                budget.Scan(Math.Min(x.Text.Length, y.Text.Length));
                return CodePoints.Compare(x.Text, y.Text);
            case (SequenceValue x, SequenceValue y) when x.IsTuple == y.IsTuple:
                return Deeper(() =>
                {
                    for (int i = 0; i < Math.Min(x.Items.Count, y.Items.Count); i++)
                        if (!Equals(x.Items[i], y.Items[i]))
                            return Compare(x.Items[i], y.Items[i], sign);
                    return x.Items.Count.CompareTo(y.Items.Count);
                });
            case (UndefinedValue undefined, _):
                throw undefined.Fault();
            case (_, UndefinedValue undefined):
                throw undefined.Fault();
            default:
                throw TemplateFault.Operation($"'{sign}' not supported between instances of '{a.TypeName}' and '{b.TypeName}'");
        }
    }

    /// <summary>The comparison <paramref name="sign"/>; with NaN every order is false.</summary>
    public bool Holds(string sign, Value a, Value b)
    {
        if (sign == "==")
            return Equals(a, b);
        if (sign == "!=")
            return !Equals(a, b);
        if (
            a is FloatValue { Number: double.NaN } && PythonNumbers.IsNumber(b)
            || b is FloatValue { Number: double.NaN } && PythonNumbers.IsNumber(a)
        )
            return false;
        int order = Compare(a, b, sign);
        return sign switch
        {
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }

    /// <summary>A stable sort by Python's order.</summary>
    public List<T> Sort<T>(IReadOnlyList<T> items, Func<T, Value> key, bool reverse)
    {
        budget.AllocateItems(2 * items.Count);
        (Value Key, T Item)[] from = [.. items.Select(item => (key(item), item))],
            to = new (Value, T)[from.Length];
        for (int width = 1; width < from.Length; width *= 2)
        {
            for (int start = 0; start < from.Length; start += 2 * width)
            {
                int middle = Math.Min(start + width, from.Length),
                    end = Math.Min(start + 2 * width, from.Length);
                for (int i = start, j = middle, k = start; k < end; k++)
                    to[k] = i < middle && (j >= end || !Before(from[j].Key, from[i].Key)) ? from[i++] : from[j++];
            }
            (from, to) = (to, from);
        }
        return [.. from.Select(pair => pair.Item)];

        bool Before(Value a, Value b) => reverse ? Holds("<", b, a) : Holds("<", a, b);
    }

    T Deeper<T>(Func<T> body)
    {
        budget.Enter();
        T result = body();
        budget.Leave();
        return result;
    }
}
