using System.Globalization;
using System.Numerics;

namespace DcrDsl.Jinja.Filters;

/// <summary>Filters on numbers.</summary>
static class NumberFilters
{
    public static Dictionary<string, Filter> All =>
        new()
        {
            ["abs"] = (run, value, _) =>
                value switch
                {
                    FloatValue real => new FloatValue(Math.Abs(real.Number)),
                    UndefinedValue undefined => throw undefined.Fault(),
                    _ => PythonNumbers.AsInteger(value) is { } whole
                        ? run.Budget.Integer(BigInteger.Abs(whole))
                        : throw TemplateFault.Operation($"bad operand type for abs(): '{value.TypeName}'"),
                },
            ["int"] = Int,
            ["float"] = (_, value, a) =>
                a.Bind("float", "default?")[0] is var byDefault && ToFloat(value) is { } number
                    ? new FloatValue(number)
                    : byDefault ?? new FloatValue(0),
            ["round"] = Round,
            ["filesizeformat"] = FileSize,
        };

    static double? ToFloat(Value value) =>
        value switch
        {
            UndefinedValue undefined => throw undefined.Fault(),
            TextValue text => PythonNumbers.TryParseFloat(text.Text, out double number) ? number : null,
            _ => PythonNumbers.IsNumber(value) ? PythonNumbers.AsFloat(value) : null,
        };

    static Value Int(Interpreter run, Value value, Arguments arguments)
    {
        Value?[] a = arguments.Bind("int", "default?", "base?");
        Value byDefault = a[0] ?? new IntegerValue(0);
        if (PythonNumbers.AsInteger(value) is { } whole)
            return new IntegerValue(whole);
        if (value is TextValue text)
        {
            int numberBase = a[1] is { } given ? TextMethods.Small(given) : 10;
            run.Budget.Step(1 + (text.Text.Length > 4400 ? 0 : text.Text.Length * text.Text.Length / 1024));
            run.Budget.Scan(text.Text.Length);
            if (numberBase is 0 or >= 2 and <= 36 && PythonNumbers.TryParseInteger(text.Text, numberBase, out BigInteger parsed))
                return new IntegerValue(parsed);
        }
        if (value is FloatValue { Number: double.PositiveInfinity or double.NegativeInfinity })
            return byDefault;
        return ToFloat(value) is { } number && double.IsFinite(number) ? new IntegerValue(PythonNumbers.Truncate(number)) : byDefault;
    }

    static Value Round(Interpreter run, Value value, Arguments arguments)
    {
        Value?[] a = arguments.Bind("round", "precision?", "method?");
        string method = a[1] is { } given ? TextMethods.Text(given) : "common";
        int places = a[0] is { } precision ? TextMethods.Small(precision) : 0;
        if (method is not ("common" or "ceil" or "floor"))
            throw TemplateFault.Operation("round takes the methods 'common', 'ceil' and 'floor'");
        if (value is UndefinedValue undefined)
            throw undefined.Fault();
        if (!PythonNumbers.IsNumber(value))
            throw TemplateFault.Operation($"type {value.TypeName} cannot be rounded");
        run.Budget.Step(20);
        if (method == "common" && value is FloatValue real)
            return new FloatValue(PythonFloat.Round(real.Number, places));
        if (method == "common")
            return RoundInteger(run, PythonNumbers.AsInteger(value)!.Value, places);
        Value power = Operators.Apply(run, "**", new IntegerValue(10), new IntegerValue(places));
        Value scaled = Operators.Apply(run, "*", value, power);
        if (scaled is FloatValue { Number: var number })
        {
            if (!double.IsFinite(number))
                throw TemplateFault.Operation("infinity and NaN cannot be rounded to an integer");
            scaled = new IntegerValue(new BigInteger(method == "ceil" ? Math.Ceiling(number) : Math.Floor(number)));
        }
        return Operators.Apply(run, "/", scaled, power);
    }

    static IntegerValue RoundInteger(Interpreter run, BigInteger number, int places)
    {
        if (places >= 0)
            return new(number);
        if (-(long)places > number.GetBitLength() / 3 + 2)
            return new(0);
        run.Budget.Step(number.GetBitLength() * number.GetBitLength() / 65536);
        BigInteger unit = BigInteger.Pow(10, -places),
            rest = BigInteger.Remainder(number, unit);
        if (rest.Sign < 0)
            rest += unit;
        BigInteger down = number - rest,
            twice = 2 * rest;
        bool up = twice > unit || twice == unit && !(down / unit).IsEven;
        return run.Budget.Integer(up ? down + unit : down);
    }

    static TextValue FileSize(Interpreter run, Value value, Arguments arguments)
    {
        bool binary = arguments.Bind("filesizeformat", "binary?")[0] is { } given && Iteration.Truth(given);
        double bytes = ToFloat(value) ?? throw TemplateFault.Operation("filesizeformat needs a number");
        double unit = binary ? 1024 : 1000;
        if (bytes == 1)
            return new("1 Byte");
        if (bytes < unit)
            return new(string.Create(CultureInfo.InvariantCulture, $"{PythonNumbers.Truncate(bytes)} Bytes"));
        string[] prefixes = ["k", "M", "G", "T", "P", "E", "Z", "Y"];
        int i = 0;
        while (i < 7 && bytes >= Math.Pow(unit, i + 2))
            i++;
        string prefix = binary ? prefixes[i].ToUpperInvariant() + "iB" : prefixes[i] + "B";
        return new(FormatSpec.FloatBody(unit * bytes / Math.Pow(unit, i + 2), 'f', 1, false) + " " + prefix);
    }
}
