using System.Globalization;
using System.Text;

namespace DcrDsl.Reports;

/// <summary>
/// The numbers of a report as one tidy table of comma-separated values (RFC 4180): a row for each number, a column for each axis. Numbers
/// have all their digits and a point in every culture; what is not there is empty.
/// </summary>
static class CsvReport
{
    /// <summary>The text of the table.</summary>
    public static string Of(IReadOnlyList<ResultRow> rows)
    {
        string[] axes = [.. rows.SelectMany(r => r.Values.Keys).Distinct()];
        var text = new StringBuilder();
        bool runs = rows.Any(r => r.Run is not null);
        Line(
            [
                .. runs ? ["run"] : (string[])[],
                "section",
                "arm",
                "against",
                .. axes,
                "metric",
                "task",
                "seed",
                "estimate",
                "low",
                "high",
                "interval over",
                "seeds",
                "p",
            ],
            text
        );
        foreach (var row in rows)
            Line(
                [
                    .. runs ? [row.Run ?? ""] : (string[])[],
                    row.Section.ToString(),
                    row.Arm,
                    row.Against ?? "",
                    .. axes.Select(a => row.Values.GetValueOrDefault(a, "")),
                    row.Metric,
                    row.Task ?? "",
                    row.Seed?.ToString(CultureInfo.InvariantCulture) ?? "",
                    Number(row.Estimate),
                    Number(row.Low),
                    Number(row.High),
                    Over(row.Over),
                    row.Count == 0 ? "" : row.Count.ToString(CultureInfo.InvariantCulture),
                    Number(row.P),
                ],
                text
            );
        return text.ToString();
    }

    static string Over(IntervalOver over) =>
        over switch
        {
            IntervalOver.Seeds => "seeds",
            IntervalOver.Prompts => "prompts",
            IntervalOver.SeedsAndPrompts => "seeds and prompts",
            _ => "",
        };

    static string Number(double value) => double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture);

    static void Line(IEnumerable<string> fields, StringBuilder text) => text.AppendJoin(',', fields.Select(Field)).Append('\n');

    static string Field(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
