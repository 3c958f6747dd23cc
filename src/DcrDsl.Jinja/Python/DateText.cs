using System.Globalization;
using System.Text;

namespace DcrDsl.Jinja.Python;

/// <summary>strftime in the C locale.</summary>
static class DateText
{
    public static string Format(Budget budget, DateTime now, string format)
    {
        var target = new StringBuilder();
        for (int i = 0; i < format.Length; i++)
        {
            string part = format[i].ToString();
            if (format[i] == '%' && i + 1 < format.Length)
            {
                bool unpadded = format[i + 1] == '-' && i + 2 < format.Length;
                i += unpadded ? 2 : 1;
                part = Field(budget, now, format[i]);
                if (unpadded && part.TrimStart('0', ' ') is var trimmed && part.All(c => char.IsAsciiDigit(c) || c == ' '))
                    part = trimmed == "" ? "0" : trimmed;
            }
            budget.AllocateText(part.Length);
            target.Append(part);
        }
        return target.ToString();
    }

    static string Field(Budget budget, DateTime now, char field)
    {
        string Net(string pattern) => now.ToString(pattern, CultureInfo.InvariantCulture);
        string Number(int value, int width, char pad = '0') => value.ToString(CultureInfo.InvariantCulture).PadLeft(width, pad);
        int hour12 = (now.Hour + 11) % 12 + 1,
            yearDay = now.DayOfYear - 1;
        return field switch
        {
            'a' => Net("ddd"),
            'A' => Net("dddd"),
            'b' or 'h' => Net("MMM"),
            'B' => Net("MMMM"),
            'c' => Format(budget, now, "%a %b %e %H:%M:%S %Y"),
            'C' => Number(now.Year / 100, 2),
            'd' => Number(now.Day, 2),
            'D' or 'x' => Format(budget, now, "%m/%d/%y"),
            'e' => Number(now.Day, 2, ' '),
            'f' => Net("ffffff"),
            'F' => Format(budget, now, "%Y-%m-%d"),
            'G' => Number(ISOWeek.GetYear(now), 4),
            'g' => Number(ISOWeek.GetYear(now) % 100, 2),
            'H' => Number(now.Hour, 2),
            'I' => Number(hour12, 2),
            'j' => Number(now.DayOfYear, 3),
            'k' => Number(now.Hour, 2, ' '),
            'l' => Number(hour12, 2, ' '),
            'm' => Number(now.Month, 2),
            'M' => Number(now.Minute, 2),
            'n' => "\n",
            'p' => now.Hour < 12 ? "AM" : "PM",
            'P' => now.Hour < 12 ? "am" : "pm",
            'r' => Format(budget, now, "%I:%M:%S %p"),
            'R' => Format(budget, now, "%H:%M"),
            'S' => Number(now.Second, 2),
            't' => "\t",
            'T' or 'X' => Format(budget, now, "%H:%M:%S"),
            'u' => Number(((int)now.DayOfWeek + 6) % 7 + 1, 1),
            'U' => Number((yearDay + 7 - (int)now.DayOfWeek) / 7, 2),
            'V' => Number(ISOWeek.GetWeekOfYear(now), 2),
            'w' => Number((int)now.DayOfWeek, 1),
            'W' => Number((yearDay + 7 - ((int)now.DayOfWeek + 6) % 7) / 7, 2),
            'y' => Number(now.Year % 100, 2),
            'Y' => Number(now.Year, 4),
            'z' or 'Z' => "",
            '%' => "%",
            _ => throw new TemplateFault(FaultKind.Unsupported, $"the date field %{field}"),
        };
    }
}
