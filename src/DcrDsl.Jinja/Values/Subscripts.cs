using System.Numerics;

namespace DcrDsl.Jinja.Values;

/// <summary>Items and slices of values, by Python's rules.</summary>
static class Subscripts
{
    /// <summary>value[key], or null where Python raises a TypeError or LookupError.</summary>
    public static Value? Item(Interpreter run, Value value, Value key)
    {
        switch (value)
        {
            case DictValue dict:
                return key is SequenceValue { IsTuple: false } or DictValue or DictView ? null : dict.Entries.GetValueOrDefault(key);
            case TextValue text:
                if (PythonNumbers.AsInteger(key) is not { } at)
                    return null;
                run.Budget.Scan(text.Text.Length);
                int count = CodePoints.Count(run.Budget, text.Text);
                return Position(at, count) is { } index ? text.With(CodePoints.Slice(run.Budget, text.Text, index, index + 1)) : null;
            case SequenceValue sequence:
                return PythonNumbers.AsInteger(key) is { } item && Position(item, sequence.Items.Count) is { } i ? sequence.Items[i] : null;
            case RangeValue range:
                return PythonNumbers.AsInteger(key) is { } step && Position(step, range.Count) is { } j ? range.At(j) : null;
            case BytesValue bytes:
                return PythonNumbers.AsInteger(key) is { } b && Position(b, bytes.Bytes.Length) is { } k
                    ? new IntegerValue(bytes.Bytes[k])
                    : null;
            default:
                return null;
        }
    }

    static int? Position(BigInteger index, int count)
    {
        if (index.Sign < 0)
            index += count;
        return index.Sign >= 0 && index < count ? (int)index : null;
    }

    /// <summary>value[start:stop:step].</summary>
    public static Value Slice(Budget budget, Value value, BigInteger? start, BigInteger? stop, BigInteger? step)
    {
        BigInteger stride = step ?? 1;
        if (value is UndefinedValue undefined)
            throw undefined.Fault();
        if (stride.IsZero)
            throw TemplateFault.Operation("slice step cannot be zero");
        if (value is not (TextValue or SequenceValue or RangeValue))
            throw TemplateFault.Operation($"'{value.TypeName}' object cannot be sliced");
        int count = Iteration.Length(budget, value)!.Value;
        var (first, end) = Bounds(start, stop, stride.Sign, count);
        BigInteger length = stride.Sign > 0 ? (end - first + stride - 1) / stride : (first - end - stride - 1) / -stride;
        int taken = length.Sign > 0 ? (int)length : 0;
        if (value is RangeValue range)
        {
            BigInteger from = range.Start + first * range.Step,
                to = range.Start + end * range.Step,
                by = range.Step * stride;
            Budget.CheckRange(from, to, by);
            return new RangeValue(from, to, by, taken);
        }
        if (value is TextValue text)
        {
            budget.Scan(text.Text.Length);
            budget.AllocateText(2L * taken);
            if (stride.IsOne)
                return text.With(CodePoints.Slice(budget, text.Text, first, first + taken));
            int[] offsets = CodePoints.OffsetsOf(budget, text.Text);
            budget.Step(taken / 8);
            budget.Allocate(32L * taken);
            return text.With(string.Concat(Positions(first, stride, taken).Select(i => text.Text[offsets[i]..offsets[i + 1]])));
        }
        var sequence = (SequenceValue)value;
        budget.Step(taken / 16);
        budget.AllocateItems(taken);
        return new SequenceValue([.. Positions(first, stride, taken).Select(i => sequence.Items[i])], sequence.IsTuple);
    }

    static IEnumerable<int> Positions(int first, BigInteger stride, int taken) =>
        Enumerable.Range(0, taken).Select(i => (int)(first + i * stride));

    /// <summary>slice.indices: the first index and the bound that is not reached.</summary>
    static (int First, int End) Bounds(BigInteger? start, BigInteger? stop, int sign, int count)
    {
        int low = sign > 0 ? 0 : -1,
            high = sign > 0 ? count : count - 1;
        int Clamp(BigInteger bound)
        {
            if (bound.Sign < 0)
                bound += count;
            return (int)BigInteger.Min(BigInteger.Max(bound, low), high);
        }
        return (
            start is { } s ? Clamp(s)
            : sign > 0 ? low
            : high,
            stop is { } e ? Clamp(e)
            : sign > 0 ? high
            : low
        );
    }
}
