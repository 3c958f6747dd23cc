using System.Globalization;
using System.Numerics;

namespace DcrDsl.Jinja.Python;

/// <summary>Numbers as Python has them: unbounded int, float, and bool as 0 and 1.</summary>
static class PythonNumbers
{
    const int MostDigits = 4300;

    public static bool IsNumber(Value value) => value is IntegerValue or FloatValue or BooleanValue;

    /// <summary>The value as an int, where it is one (a bool counts).</summary>
    public static BigInteger? AsInteger(Value value) =>
        value switch
        {
            IntegerValue integer => integer.Number,
            BooleanValue boolean => boolean.Truth ? 1 : 0,
            _ => null,
        };

    /// <summary>The number as a float; an int beyond the range of floats fails.</summary>
    public static double AsFloat(Value value)
    {
        if (value is FloatValue real)
            return real.Number;
        double number = ToDouble(AsInteger(value)!.Value);
        return double.IsFinite(number) ? number : throw TemplateFault.Operation("int too large to convert to float");
    }

    /// <summary>The nearest double, ties to even; infinite beyond the range.</summary>
    public static double ToDouble(BigInteger number)
    {
        BigInteger magnitude = BigInteger.Abs(number);
        int drop = (int)magnitude.GetBitLength() - 53;
        if (drop <= 0)
            return (double)number;
        BigInteger kept = magnitude >> drop,
            rest = magnitude - (kept << drop),
            half = BigInteger.One << (drop - 1);
        if (rest > half || rest == half && !kept.IsEven)
            kept++;
        return number.Sign * Math.ScaleB((double)kept, drop);
    }

    /// <summary>Exact comparison, also of an int with a float; NaN is reported as unequal (1).</summary>
    public static int Compare(Value a, Value b)
    {
        if (AsInteger(a) is { } x && AsInteger(b) is { } y)
            return x.CompareTo(y);
        if (a is FloatValue f && b is FloatValue g)
            return f.Number == g.Number ? 0
                : f.Number < g.Number ? -1
                : 1;
        return b is FloatValue real
            ? CompareMixed(AsInteger(a)!.Value, real.Number)
            : -CompareMixed(AsInteger(b)!.Value, ((FloatValue)a).Number);
    }

    static int CompareMixed(BigInteger whole, double real)
    {
        if (double.IsNaN(real))
            return 1;
        if (double.IsInfinity(real))
            return real > 0 ? -1 : 1;
        int order = whole.CompareTo(new BigInteger(Math.Floor(real)));
        return order != 0 ? order
            : real > Math.Floor(real) ? -1
            : 0;
    }

    /// <summary>
    /// Equal numbers have equal hashes, whatever their types; the seed of HashCode keeps a template from choosing collisions.
    /// </summary>
    public static int Hash(Value value)
    {
        if (value is not FloatValue real)
            return HashCode.Combine(AsInteger(value)!.Value);
        bool isWhole = double.IsFinite(real.Number) && Math.Floor(real.Number) == real.Number;
        return isWhole ? HashCode.Combine(new BigInteger(real.Number)) : HashCode.Combine(real.Number);
    }

    /// <summary>
    /// Python's int(text, base): white space around, a sign, a prefix that fits the base, single underscores between digits.
    /// </summary>
    public static bool TryParseInteger(string text, int numberBase, out BigInteger value)
    {
        value = 0;
        string digits = PythonWhitespace.Strip(text);
        bool negative = digits.StartsWith('-');
        if (negative || digits.StartsWith('+'))
            digits = digits[1..];
        int prefix =
            digits.Length > 1 && digits[0] == '0'
                ? char.ToLowerInvariant(digits[1]) switch
                {
                    'x' => 16,
                    'o' => 8,
                    'b' => 2,
                    _ => 0,
                }
                : 0;
        if (prefix != 0 && (numberBase == prefix || numberBase == 0))
        {
            digits = digits[2..];
            if (digits.StartsWith('_'))
                digits = digits[1..];
            numberBase = prefix;
        }
        else if (numberBase == 0)
        {
            if (digits.StartsWith('0') && digits.AsSpan().IndexOfAnyExcept('0', '_') >= 0)
                return false;
            numberBase = 10;
        }
        if (digits.Length is 0 or > MostDigits || digits[0] == '_' || digits[^1] == '_' || digits.Contains("__", StringComparison.Ordinal))
            return false;
        foreach (char c in digits)
        {
            if (c == '_')
                continue;
            int digit =
                char.IsAsciiDigit(c) ? c - '0'
                : char.IsAsciiLetter(c) ? char.ToLowerInvariant(c) - 'a' + 10
                : char.IsDigit(c) ? (int)char.GetNumericValue(c)
                : int.MaxValue;
            if (digit >= numberBase)
                return false;
            value = value * numberBase + digit;
        }
        if (negative)
            value = -value;
        return true;
    }

    /// <summary>Python's float(text).</summary>
    public static bool TryParseFloat(string text, out double value)
    {
        value = 0;
        string number = PythonWhitespace.Strip(text);
        string word = number.TrimStart('+', '-').ToLowerInvariant();
        if (number.Length - word.Length > 1)
            return false;
        if (word is "inf" or "infinity" or "nan")
        {
            value =
                word == "nan" ? double.NaN
                : number.StartsWith('-') ? double.NegativeInfinity
                : double.PositiveInfinity;
            return true;
        }
        for (int i = 0; i < number.Length; i++)
        {
            bool between =
                number[i] == '_' && i > 0 && i + 1 < number.Length && char.IsAsciiDigit(number[i - 1]) && char.IsAsciiDigit(number[i + 1]);
            if (!between && !char.IsAsciiDigit(number[i]) && number[i] is not ('+' or '-' or '.' or 'e' or 'E'))
                return false;
        }
        return double.TryParse(
            number.Replace("_", "", StringComparison.Ordinal),
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture,
            out value
        );
    }

    /// <summary>A float cut to an int; infinities and NaN fail.</summary>
    public static BigInteger Truncate(double number) =>
        double.IsFinite(number)
            ? new BigInteger(Math.Truncate(number))
            : throw TemplateFault.Operation($"cannot convert float {(double.IsNaN(number) ? "NaN" : "infinity")} to integer");
}
