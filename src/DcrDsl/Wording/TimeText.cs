using System.Globalization;

namespace DcrDsl.Wording;

/// <summary>A time as it is written on a command line: <c>30s</c>, <c>5m</c> or <c>2h</c>.</summary>
static class TimeText
{
    /// <summary>For the sentences of options.</summary>
    public const string Examples = "30s, 5m or 2h";

    /// <summary>The time; null: the text is none of less than three years.</summary>
    public static TimeSpan? Parse(string text)
    {
        double? seconds = text is [.., var unit]
            ? unit switch
            {
                's' => 1,
                'm' => 60,
                'h' => 3600,
                _ => null,
            }
            : null;
        return
            seconds is { } each
            && double.TryParse(text.AsSpan()[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count)
            && count * each is >= 0 and < 1e8
            ? TimeSpan.FromSeconds(count * each)
            : null;
    }
}
