using System.Globalization;
using DcrDsl.Evaluation.Statistics;

namespace DcrDsl.Reports;

/// <summary>Numbers for people, the same in every culture; what is not defined is a dash.</summary>
static class Numbers
{
    public const string Undefined = "–";

    /// <summary>A number with a true minus sign.</summary>
    public static string Of(double value, int digits) =>
        double.IsNaN(value) ? Undefined
        : double.IsInfinity(value)
            ? value > 0 ? "∞"
                : "−∞"
        : WithMinus(value.ToString(digits == 0 ? "#,0" : "#,0." + new string('0', digits), CultureInfo.InvariantCulture));

    /// <summary>A number that always has its sign, for differences.</summary>
    public static string Signed(double value, int digits)
    {
        string text = Of(value, digits);
        return value > 0 && text.Any(c => c is >= '1' and <= '9') ? "+" + text : text;
    }

    /// <summary>An interval as "12.0…50.0".</summary>
    public static string Interval(Interval interval, int digits) =>
        double.IsNaN(interval.Low) ? Undefined : $"{Of(interval.Low, digits)}…{Of(interval.High, digits)}";

    // A rounded zero keeps no sign.
    static string WithMinus(string text) =>
        !text.StartsWith('-') ? text
        : text.Any(c => c is >= '1' and <= '9') ? "−" + text[1..]
        : text[1..];
}
