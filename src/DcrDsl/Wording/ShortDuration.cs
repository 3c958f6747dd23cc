using System.Globalization;

namespace DcrDsl.Wording;

/// <summary>Times as they are written on a command line: <c>30s</c>, <c>5m</c> or <c>2h</c>.</summary>
static class ShortDuration
{
    /// <summary>For the sentences of options.</summary>
    public const string Examples = "30s, 5m or 2h";

    /// <summary>The time; null: the text is none.</summary>
    public static TimeSpan? Parse(string text)
    {
        if (text.Length == 0)
            return null;
        int unit = text[^1] switch
        {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            _ => 0,
        };
        return
            unit > 0
            && double.TryParse(text.AsSpan()[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count)
            && count * unit is >= 0 and < 1e8
            ? TimeSpan.FromSeconds(count * unit)
            : null;
    }
}
