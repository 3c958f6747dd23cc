using System.Globalization;
using System.Numerics;
using System.Text;

namespace DcrDsl.Jinja.Python;

/// <summary>Python's operator % on a string: %[(key)][flags][width][.precision]type.</summary>
sealed class PercentFormat
{
    readonly Interpreter run;
    readonly string format;
    readonly DictValue? mapping;
    readonly IReadOnlyList<Value> values;
    readonly StringBuilder target = new();
    int position,
        used;

    PercentFormat(Interpreter run, string format, Value argument)
    {
        (this.run, this.format, mapping) = (run, format, argument as DictValue);
        values = argument is SequenceValue { IsTuple: true } tuple ? tuple.Items : [argument];
    }

    public static string Apply(Interpreter run, string format, Value argument)
    {
        var state = new PercentFormat(run, format, argument);
        state.Write();
        bool hasSurplus =
            state.used < state.values.Count
            && argument is not (SequenceValue { IsTuple: false } or DictValue or RangeValue or BytesValue or UndefinedValue);
        return hasSurplus ? throw TemplateFault.Operation("not all arguments were converted in the % format") : state.target.ToString();
    }

    void Write()
    {
        while (position < format.Length)
        {
            run.Budget.Step();
            int next = format.IndexOf('%', position);
            int end = next < 0 ? format.Length : next;
            Append(format[position..end]);
            position = end + 1;
            if (next >= 0)
                WriteOne();
        }
    }

    void WriteOne()
    {
        Value? keyed = Key();
        string flags = "";
        for (; At() is '-' or '+' or ' ' or '#' or '0'; position++)
            if (!flags.Contains(At()))
                flags += At();
        int width = Number(out bool toLeft) ?? 0;
        if (toLeft)
            flags += "-";
        int? precision = null;
        if (At() == '.')
        {
            position++;
            precision = Number(out bool negative) ?? 0;
            if (negative)
                precision = 0;
        }
        while (At() is 'h' or 'l' or 'L')
            position++;
        char type = At();
        position++;
        if (type == '%')
        {
            Append("%");
            return;
        }
        var (sign, body) = Convert(type, keyed ?? NextValue(), precision, flags);
        Pad(sign, body, width, flags, isNumber: type is not ('s' or 'r' or 'a' or 'c'));
    }

    char At() => position < format.Length ? format[position] : throw TemplateFault.Operation("the % format is incomplete");

    Value? Key()
    {
        if (At() != '(')
            return null;
        int depth = 1,
            start = ++position;
        for (; depth > 0; position++)
            depth +=
                At() == '(' ? 1
                : At() == ')' ? -1
                : 0;
        if (mapping is null)
            throw TemplateFault.Operation("the % format with names requires a mapping");
        string key = format[start..(position - 1)];
        return mapping.Entries.GetValueOrDefault(new TextValue(key))
            ?? throw TemplateFault.Operation($"the % format names '{key}', which is not in the mapping");
    }

    Value NextValue() => used < values.Count ? values[used++] : throw TemplateFault.Operation("not enough arguments for the % format");

    int? Number(out bool negative)
    {
        negative = false;
        if (At() == '*')
        {
            position++;
            BigInteger given = PythonNumbers.AsInteger(NextValue()) ?? throw TemplateFault.Operation("* in the % format wants an int");
            negative = given.Sign < 0;
            return BigInteger.Abs(given) <= int.MaxValue ? (int)BigInteger.Abs(given) : throw TooLarge();
        }
        int start = position;
        while (char.IsAsciiDigit(At()))
            position++;
        if (start == position)
            return null;
        return int.TryParse(format.AsSpan(start, position - start), CultureInfo.InvariantCulture, out int number)
            ? number
            : throw TooLarge();
    }

    static TemplateFault TooLarge() => new(FaultKind.Limit, "a width or precision is too large");

    (string Sign, string Body) Convert(char type, Value value, int? precision, string flags)
    {
        string Cut(string text) =>
            precision is { } most && most < CodePoints.Count(run.Budget, text) ? CodePoints.Slice(run.Budget, text, 0, most) : text;
        switch (type)
        {
            case 's':
                return ("", Cut(PythonText.Str(run.Budget, value)));
            case 'r' or 'a':
                string shown = PythonText.Repr(run.Budget, value);
                return ("", Cut(type == 'a' ? JsonDump.EscapeNonAscii(run.Budget, shown) : shown));
            case 'c':
                if (value is TextValue { Text: { Length: 1 or 2 } single } && CodePoints.Count(run.Budget, single) == 1)
                    return ("", single);
                return PythonNumbers.AsInteger(value) is { } code && code >= 0 && code < 0x110000 && (code < 0xD800 || code > 0xDFFF)
                    ? ("", char.ConvertFromUtf32((int)code))
                    : throw TemplateFault.Operation("%c requires an int or a single character");
            case 'd' or 'i' or 'u' or 'x' or 'X' or 'o':
                return Integer(type, value, precision, flags);
            case 'e' or 'E' or 'f' or 'F' or 'g' or 'G':
                if (!PythonNumbers.IsNumber(value))
                    throw Wrong(type, value);
                run.Budget.Step(FormatSpec.FloatSteps(precision));
                double number = PythonNumbers.AsFloat(value);
                return (
                    Sign(double.IsNegative(number) && !double.IsNaN(number), flags),
                    FormatSpec.FloatBody(Math.Abs(number), type, precision ?? 6, flags.Contains('#'))
                );
            default:
                throw TemplateFault.Operation($"unsupported format character '{type}'");
        }
    }

    (string Sign, string Body) Integer(char type, Value value, int? precision, string flags)
    {
        BigInteger number =
            PythonNumbers.AsInteger(value)
            ?? (
                value is FloatValue real && type is 'd' or 'i' or 'u' && value is FloatValue { Number: var d }
                    ? PythonNumbers.Truncate(d)
                    : throw Wrong(type, value)
            );
        BigInteger magnitude = BigInteger.Abs(number);
        string digits = type switch
        {
            'x' => FormatSpec.Digits(magnitude, 4),
            'X' => FormatSpec.Digits(magnitude, 4).ToUpperInvariant(),
            'o' => FormatSpec.Digits(magnitude, 3),
            _ => run.Budget.Digits(magnitude),
        };
        if (precision is { } least && least > digits.Length)
        {
            run.Budget.AllocateText(least);
            digits = digits.PadLeft(least, '0');
        }
        return (
            Sign(number.Sign < 0, flags) + (flags.Contains('#') && type is 'x' or 'X' or 'o' && flags.Contains('#') ? "0" + type : ""),
            digits
        );
    }

    static TemplateFault Wrong(char type, Value value) =>
        value is UndefinedValue undefined
            ? undefined.Fault()
            : TemplateFault.Operation($"%{type} format: a number is required, not {value.TypeName}");

    static string Sign(bool negative, string flags) =>
        negative ? "-"
        : flags.Contains('+') ? "+"
        : flags.Contains(' ') ? " "
        : "";

    void Pad(string sign, string body, int width, string flags, bool isNumber)
    {
        int missing = width - sign.Length - CodePoints.Count(run.Budget, body);
        if (missing <= 0)
        {
            Append(sign + body);
            return;
        }
        run.Budget.AllocateText(3L * width);
        string filling = new(isNumber && flags.Contains('0') && !flags.Contains('-') ? '0' : ' ', missing);
        Append(
            flags.Contains('-') ? sign + body + filling
            : filling[0] == '0' ? sign + filling + body
            : filling + sign + body
        );
    }

    void Append(string text)
    {
        run.Budget.AllocateText(text.Length);
        target.Append(text);
    }
}
