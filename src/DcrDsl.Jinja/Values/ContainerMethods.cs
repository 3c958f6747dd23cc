using System.Numerics;

namespace DcrDsl.Jinja.Values;

/// <summary>The methods of list, tuple, dict, int and float that read.</summary>
static class ContainerMethods
{
    public static Value? OfSequence(SequenceValue sequence, string name)
    {
        for (int i = 0; i < sequence.FieldNames.Count; i++)
            if (sequence.FieldNames[i] == name)
                return sequence.Items[i];
        return name switch
        {
            "index" => Function(name, (run, a) => new IntegerValue(IndexOf(run, sequence, a))),
            "count" => Function(
                name,
                (run, a) =>
                {
                    Value wanted = a.Bind(name, "value")[0]!;
                    return new IntegerValue(sequence.Items.Count(item => run.Equality.Equals(item, wanted)));
                }
            ),
            "copy" when !sequence.IsTuple => Function(
                name,
                (run, a) =>
                {
                    a.Bind(name);
                    return sequence;
                }
            ),
            _ => null,
        };
    }

    static int IndexOf(Interpreter run, SequenceValue sequence, Arguments arguments)
    {
        Value?[] a = arguments.Bind("index", "value", "start?", "stop?");
        int At(Value? bound, int missing) =>
            bound is null
                ? missing
                : (int)
                    BigInteger.Min(
                        BigInteger.Max(
                            TextMethods.Whole(bound) is { Sign: < 0 } back ? back + sequence.Items.Count : TextMethods.Whole(bound),
                            0
                        ),
                        sequence.Items.Count
                    );
        for (int i = At(a[1], 0); i < At(a[2], sequence.Items.Count); i++)
            if (run.Equality.Equals(sequence.Items[i], a[0]!))
                return i;
        throw TemplateFault.Operation($"the value is not in the {sequence.TypeName}");
    }

    public static Value? OfDict(DictValue dict, string name) =>
        name switch
        {
            "get" => Function(
                name,
                (_, a) =>
                {
                    Value?[] given = a.Bind(name, "key", "default?");
                    return dict.Entries.GetValueOrDefault(given[0]!) ?? given[1] ?? NoneValue.None;
                }
            ),
            "keys" => View(dict, name, DictPart.Keys),
            "values" => View(dict, name, DictPart.Values),
            "items" => View(dict, name, DictPart.Items),
            "copy" => Function(
                name,
                (_, a) =>
                {
                    a.Bind(name);
                    return dict;
                }
            ),
            _ => null,
        };

    public static Value? OfNumber(Value number, string name) =>
        (number, name) switch
        {
            (FloatValue real, "is_integer") => Function(
                name,
                (_, a) =>
                {
                    a.Bind(name);
                    return BooleanValue.Of(double.IsFinite(real.Number) && Math.Floor(real.Number) == real.Number);
                }
            ),
            (FloatValue, "real" or "conjugate") => name == "real" ? number : Function(name, (_, a) => number),
            (FloatValue, "imag") => new FloatValue(0),
            (FloatValue, _) => null,
            (_, "bit_length") => Function(
                name,
                (_, a) =>
                {
                    a.Bind(name);
                    return new IntegerValue(
                        BigInteger.Abs(PythonNumbers.AsInteger(number)!.Value) is { IsZero: false } n ? n.GetBitLength() : 0
                    );
                }
            ),
            (_, "real" or "numerator") => Operators.Plus(number),
            (_, "imag") => new IntegerValue(0),
            (_, "denominator") => new IntegerValue(1),
            _ => null,
        };

    static FunctionValue View(DictValue dict, string name, DictPart part) =>
        Function(
            name,
            (_, a) =>
            {
                a.Bind(name);
                return new DictView(dict, part);
            }
        );

    static FunctionValue Function(string name, Func<Interpreter, Arguments, Value> invoke) =>
        new(name, invoke, "builtin_function_or_method");
}
