using System.Globalization;
using System.Numerics;

namespace DcrDsl.Jinja.Python;

/// <summary>Python's format specification: [[fill]align][sign][#][0][width][grouping][.precision][type].</summary>
sealed record FormatSpec
{
    public string Fill { get; init; } = " ";
    public char? Align { get; init; }
    public char Sign { get; init; } = '-';
    public bool IsAlternate { get; init; }
    public int Width { get; init; }
    public char? Grouping { get; init; }
    public int? Precision { get; init; }
    public char? Type { get; init; }

    static TemplateFault Invalid(string text) => TemplateFault.Operation($"invalid format specification '{TemplateFault.Shortened(text)}'");

    public static FormatSpec Parse(Budget budget, string text)
    {
        budget.Allocate(40L * text.Length);
        var spec = new FormatSpec();
        string[] points = [.. CodePoints.Of(budget, text)];
        int i = 0;
        if (points.Length > 1 && points[1] is "<" or ">" or "=" or "^")
            (spec, i) = (spec with { Fill = points[0], Align = points[1][0] }, 2);
        else if (points.Length > 0 && points[0] is "<" or ">" or "=" or "^")
            (spec, i) = (spec with { Align = points[0][0] }, 1);
        char At() => i < points.Length ? points[i][0] : '\0';
        if (At() is '+' or '-' or ' ')
            spec = spec with { Sign = points[i++][0] };
        if (At() == 'z')
            i++;
        if (At() == '#')
        {
            spec = spec with { IsAlternate = true };
            i++;
        }
        if (At() == '0')
        {
            if (spec.Align is null)
                spec = spec with { Fill = "0", Align = '=' };
            i++;
        }
        spec = spec with { Width = Number() ?? 0 };
        if (At() is ',' or '_')
            spec = spec with { Grouping = points[i++][0] };
        if (At() == '.')
        {
            i++;
            spec = spec with { Precision = Number() ?? throw Invalid(text) };
        }
        if (i < points.Length)
            spec = spec with { Type = points[i++][0] };
        return i == points.Length ? spec : throw Invalid(text);

        int? Number()
        {
            int start = i;
            while (char.IsAsciiDigit(At()))
                i++;
            if (i == start)
                return null;
            return int.TryParse(string.Concat(points[start..i]), CultureInfo.InvariantCulture, out int number)
                ? number
                : throw new TemplateFault(FaultKind.Limit, "a width or precision is too large");
        }
    }

    /// <summary>format(value, text).</summary>
    public static string Format(Interpreter run, Value value, string text)
    {
        if (text == "")
            return PythonText.Str(run.Budget, value);
        FormatSpec spec = Parse(run.Budget, text);
        switch (value)
        {
            case TextValue s:
                if (
                    spec.Type is not (null or 's')
                    || spec.Align == '=' && spec.Fill != "0"
                    || spec.Grouping is not null
                    || spec.IsAlternate
                    || spec.Sign != '-'
                )
                    throw Invalid(text);
                string shown =
                    spec.Precision is { } most && most < CodePoints.Count(run.Budget, s.Text)
                        ? CodePoints.Slice(run.Budget, s.Text, 0, most)
                        : s.Text;
                return (spec.Align == '=' ? spec with { Align = '<' } : spec).Pad(run.Budget, "", shown, '<');
            case IntegerValue or BooleanValue when spec.Type is null or 'd' or 'n' or 'b' or 'o' or 'x' or 'X' or 'c':
                return spec.FormatInteger(run.Budget, PythonNumbers.AsInteger(value)!.Value, text);
            case IntegerValue or BooleanValue or FloatValue when spec.Type is null or 'e' or 'E' or 'f' or 'F' or 'g' or 'G' or 'n' or '%':
                return spec.FormatFloat(run.Budget, PythonNumbers.AsFloat(value));
            default:
                throw TemplateFault.Operation($"unsupported format string passed to {value.TypeName}.__format__");
        }
    }

    string FormatInteger(Budget budget, BigInteger number, string text)
    {
        if (Precision is not null)
            throw Invalid(text);
        BigInteger magnitude = BigInteger.Abs(number);
        budget.Step(magnitude.GetBitLength() * magnitude.GetBitLength() / 4096);
        if (Type == 'c')
            return number >= 0 && number < 0x110000 && (number < 0xD800 || number > 0xDFFF)
                ? Pad(budget, "", char.ConvertFromUtf32((int)number), '<')
                : throw Invalid(text);
        string digits = Type switch
        {
            'b' => Digits(magnitude, 1),
            'o' => Digits(magnitude, 3),
            'x' => Digits(magnitude, 4),
            'X' => Digits(magnitude, 4).ToUpperInvariant(),
            _ => magnitude.ToString(CultureInfo.InvariantCulture),
        };
        string prefix = IsAlternate && Type is 'b' or 'o' or 'x' or 'X' ? "0" + Type : "";
        return Pad(budget, SignOf(number.Sign < 0) + prefix, Group(digits, Type is 'b' or 'o' or 'x' or 'X' ? 4 : 3), '>');
    }

    /// <summary>The digits of a number in base 2^bits.</summary>
    public static string Digits(BigInteger magnitude, int bits)
    {
        if (magnitude.IsZero)
            return "0";
        var digits = new Stack<char>();
        for (; !magnitude.IsZero; magnitude >>= bits)
            digits.Push("0123456789abcdef"[(int)(magnitude & ((1 << bits) - 1))]);
        return string.Concat(digits);
    }

    string FormatFloat(Budget budget, double number)
    {
        budget.Step(FloatSteps(Precision));
        string body = FloatBody(Math.Abs(number), Type, Precision, IsAlternate);
        int whole = body.AsSpan().IndexOfAnyExcept("0123456789");
        if (whole != 0)
            body = Group(whole < 0 ? body : body[..whole], 3) + (whole < 0 ? "" : body[whole..]);
        return Pad(budget, SignOf(double.IsNegative(number) && !double.IsNaN(number)), body, '>');
    }

    /// <summary>What writing a float costs: the exact digits are computed even where zeros are left out afterwards.</summary>
    public static long FloatSteps(int? precision) => 10 + (precision ?? 0) / 8;

    /// <summary>The magnitude of a float in one of the types e, f, g, %, or as repr where no type is given.</summary>
    public static string FloatBody(double magnitude, char? type, int? precision, bool keepZeros)
    {
        string percent = type == '%' ? "%" : "";
        if (PythonFloat.Special(magnitude) is { } special)
            return (type is 'E' or 'F' or 'G' ? special.ToUpperInvariant() : special) + percent;
        switch (type)
        {
            case 'f' or 'F':
                return PythonFloat.Fixed(magnitude, precision ?? 6);
            case '%':
                return PythonFloat.Fixed(magnitude * 100, precision ?? 6) + percent;
            case 'e' or 'E':
                var (digits, exponent) = PythonFloat.Significant(magnitude, (precision ?? 6) + 1);
                return PythonFloat.Scientific(digits, exponent, type.Value.ToString(), 2);
            case null when precision is null:
                return PythonFloat.Repr(magnitude);
            default:
                int count = Math.Max(1, precision ?? 6);
                var (all, first) = PythonFloat.Significant(magnitude, count);
                if (!keepZeros)
                    all = all.TrimEnd('0') is { Length: > 0 } trimmed ? trimmed : "0";
                bool scientific = first < -4 || first >= (type is null ? count - 1 : count);
                string letter = type == 'G' ? "E" : "e";
                return scientific
                    ? PythonFloat.Scientific(all, first, letter, 2)
                    : PythonFloat.Positional(all, first, atLeastOneFraction: type is null);
        }
    }

    string SignOf(bool negative) =>
        negative ? "-"
        : Sign == '-' ? ""
        : Sign.ToString();

    string Group(string digits, int size)
    {
        if (Grouping is not { } mark)
            return digits;
        int head = digits.Length % size;
        IEnumerable<string> groups = Enumerable.Range(0, digits.Length / size).Select(i => digits.Substring(head + i * size, size));
        return string.Join(mark, head > 0 ? groups.Prepend(digits[..head]) : groups);
    }

    string Pad(Budget budget, string sign, string body, char align)
    {
        int missing = Width - CodePoints.Count(budget, sign) - CodePoints.Count(budget, body);
        if (missing <= 0)
            return sign + body;
        budget.AllocateText(4L * Width);
        string Filling(int count) => new System.Text.StringBuilder().Insert(0, Fill, count).ToString();
        return (Align ?? align) switch
        {
            '<' => sign + body + Filling(missing),
            '^' => Filling(missing / 2) + sign + body + Filling(missing - missing / 2),
            '=' => sign + Filling(missing) + body,
            _ => Filling(missing) + sign + body,
        };
    }
}
