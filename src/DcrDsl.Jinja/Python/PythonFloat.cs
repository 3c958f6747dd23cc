using System.Globalization;
using System.Numerics;

namespace DcrDsl.Jinja.Python;

/// <summary>The decimal forms of floats, as Python writes them: shortest for repr, exactly rounded (half to even) for formats.</summary>
static class PythonFloat
{
    /// <summary>More digits than this are refused.</summary>
    const int MostDigits = 5000;

    /// <summary>repr(float): the shortest text that reads back as the same float.</summary>
    public static string Repr(double number)
    {
        if (Special(number) is { } special)
            return special;
        string shortest = Math.Abs(number).ToString("R", CultureInfo.InvariantCulture),
            sign = double.IsNegative(number) ? "-" : "";
        string[] parts = shortest.Split('E');
        int point = parts[0].IndexOf('.');
        string all = parts[0].Replace(".", "", StringComparison.Ordinal),
            digits = all.TrimStart('0');
        if (digits == "")
            return sign + "0.0";
        int scale = parts.Length > 1 ? int.Parse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0;
        int exponent = scale + (point < 0 ? all.Length : point) - 1 - (all.Length - digits.Length);
        digits = digits.TrimEnd('0');
        return sign
            + (exponent is < -4 or >= 16 ? Scientific(digits, exponent, "e", 2) : Positional(digits, exponent, atLeastOneFraction: true));
    }

    /// <summary>nan, inf or -inf; null for finite numbers.</summary>
    public static string? Special(double number) =>
        double.IsNaN(number) ? "nan"
        : double.IsInfinity(number)
            ? number > 0 ? "inf"
                : "-inf"
        : null;

    /// <summary>The magnitude with exactly <paramref name="places"/> digits after the point.</summary>
    public static string Fixed(double magnitude, int places)
    {
        CheckDigits(places);
        string digits = Scaled(magnitude, places).ToString(CultureInfo.InvariantCulture).PadLeft(places + 1, '0');
        return places == 0 ? digits : digits[..^places] + "." + digits[^places..];
    }

    /// <summary>The magnitude with <paramref name="count"/> significant digits: those digits and the exponent of the first.</summary>
    public static (string Digits, int Exponent) Significant(double magnitude, int count)
    {
        CheckDigits(count);
        if (magnitude == 0)
            return (new string('0', count), 0);
        int exponent = (int)Math.Floor(Math.Log10(magnitude));
        while (true)
        {
            string digits = Scaled(magnitude, count - 1 - exponent).ToString(CultureInfo.InvariantCulture);
            if (digits.Length == count)
                return (digits, exponent);
            exponent += digits.Length > count ? 1 : -1;
        }
    }

    /// <summary>round(number, places), correctly rounded.</summary>
    public static double Round(double number, int places)
    {
        if (!double.IsFinite(number) || places > 323)
            return number;
        if (places < -308)
            return Math.CopySign(0, number);
        string rounded =
            Scaled(Math.Abs(number), places).ToString(CultureInfo.InvariantCulture)
            + "E"
            + (-places).ToString(CultureInfo.InvariantCulture);
        return Math.CopySign(double.Parse(rounded, NumberStyles.Float, CultureInfo.InvariantCulture), number);
    }

    /// <summary>Digits with an exponent of at least <paramref name="width"/> digits: 1.5e-07.</summary>
    public static string Scientific(string digits, int exponent, string letter, int width) =>
        digits[..1]
        + (digits.Length > 1 ? "." + digits[1..] : "")
        + letter
        + (exponent < 0 ? "-" : "+")
        + Math.Abs(exponent).ToString(CultureInfo.InvariantCulture).PadLeft(width, '0');

    /// <summary>Digits whose first stands at 10^exponent, written without an exponent.</summary>
    public static string Positional(string digits, int exponent, bool atLeastOneFraction)
    {
        string whole = exponent < 0 ? "0" : digits.PadRight(exponent + 1, '0')[..(exponent + 1)];
        string fraction =
            exponent < 0 ? new string('0', -exponent - 1) + digits
            : digits.Length > exponent + 1 ? digits[(exponent + 1)..]
            : "";
        return fraction != "" ? whole + "." + fraction
            : atLeastOneFraction ? whole + ".0"
            : whole;
    }

    /// <summary>magnitude · 10^places, rounded half to even on the exact binary value.</summary>
    static BigInteger Scaled(double magnitude, int places)
    {
        long bits = BitConverter.DoubleToInt64Bits(magnitude);
        int exponent = (int)(bits >> 52 & 0x7FF);
        BigInteger numerator = exponent == 0 ? bits & 0xFFFFFFFFFFFFF : bits & 0xFFFFFFFFFFFFF | 0x10000000000000;
        int shift = Math.Max(exponent, 1) - 1075;
        BigInteger denominator = 1;
        if (shift > 0)
            numerator <<= shift;
        else
            denominator <<= -shift;
        if (places > 0)
            numerator *= BigInteger.Pow(10, places);
        else
            denominator *= BigInteger.Pow(10, -places);
        BigInteger quotient = BigInteger.DivRem(numerator, denominator, out BigInteger remainder);
        int half = (2 * remainder).CompareTo(denominator);
        return half > 0 || half == 0 && !quotient.IsEven ? quotient + 1 : quotient;
    }

    static void CheckDigits(int count)
    {
        if (count > MostDigits)
            throw new TemplateFault(FaultKind.Limit, $"a number was to be written with more than {MostDigits} digits");
    }
}
