using System.Globalization;

namespace DcrDsl.Plans;

/// <summary>Reads axis values given as text; every failure says what would have been right.</summary>
public static class AxisParsing
{
    /// <summary>Whole numbers from <paramref name="minimum"/> to <paramref name="maximum"/>.</summary>
    public static Func<string, AxisValue> Integer(string path, int minimum, int maximum) => text =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= minimum && value <= maximum
            ? new AxisValue(value.ToString(CultureInfo.InvariantCulture), value)
            : throw new InputException(string.Create(CultureInfo.InvariantCulture, $"{path}={text}: give a whole number {Bounds(minimum, maximum, minimum == int.MinValue, maximum == int.MaxValue)}."));

    /// <summary>Numbers from <paramref name="minimum"/> to <paramref name="maximum"/>.</summary>
    public static Func<string, AxisValue> Number(string path, double minimum, double maximum, bool exclusiveMinimum) => text =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
        && (exclusiveMinimum ? value > minimum : value >= minimum) && value <= maximum
            ? new AxisValue(value.ToString("R", CultureInfo.InvariantCulture), value)
            : throw new InputException(string.Create(CultureInfo.InvariantCulture,
                $"{path}={text}: give a number {(exclusiveMinimum ? $"above {minimum}" : Bounds(minimum, maximum, double.IsInfinity(minimum), double.IsInfinity(maximum)))}."));

    /// <summary>Any text.</summary>
    public static Func<string, AxisValue> Text(string path) => text =>
        text.Length > 0 ? new AxisValue(text, text) : throw new InputException($"{path}=: give a value after the equals sign.");

    /// <summary>One of the declared values, by its label.</summary>
    public static Func<string, AxisValue> OneOf(string path, IReadOnlyList<AxisValue> values) => text =>
        values.FirstOrDefault(v => string.Equals(v.Label, text, StringComparison.OrdinalIgnoreCase))
        ?? throw new InputException($"{path}={text}: give one of {string.Join(", ", values.Select(v => v.Label))}.");

    static string Bounds<T>(T minimum, T maximum, bool openBelow, bool openAbove) where T : IFormattable => (openBelow, openAbove) switch
    {
        (false, false) => string.Create(CultureInfo.InvariantCulture, $"from {minimum} to {maximum}"),
        (false, true) => string.Create(CultureInfo.InvariantCulture, $"of at least {minimum}"),
        (true, false) => string.Create(CultureInfo.InvariantCulture, $"of at most {maximum}"),
        _ => "",
    };
}
