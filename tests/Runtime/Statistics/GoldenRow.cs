using System.Globalization;
using System.Text.Json;
using DcrDsl.Evaluation.Statistics;

namespace DcrDsl.Runtime.Tests.Statistics;

/// <summary>One row of a golden topic; it remembers which columns were read, so that none goes unchecked in silence.</summary>
sealed class GoldenRow(JsonElement row)
{
    readonly HashSet<string> read = [];

    public IEnumerable<string> Unread => row.EnumerateObject().Select(column => column.Name).Where(name => !read.Contains(name));

    public bool Has(string column) => row.TryGetProperty(column, out _);

    public JsonElement this[string column]
    {
        get
        {
            read.Add(column);
            return row.GetProperty(column);
        }
    }

    public double[] Numbers(string column) => Numbers(this[column]);

    public int[] Integers(string column) => [.. this[column].EnumerateArray().Select(e => e.GetInt32())];

    public int Integer(string column) => this[column].GetInt32();

    public static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(Golden.Number)];

    /// <summary>The columns "name90", "name95", "name99"… with their levels .90, .95, .99…</summary>
    public IEnumerable<(string Column, double Level)> Levels(string name, string suffix = "") =>
        from column in row.EnumerateObject().Select(c => c.Name).ToArray()
        where column.StartsWith(name, StringComparison.Ordinal) && column.EndsWith(suffix, StringComparison.Ordinal)
        let digits = column[name.Length..^suffix.Length]
        where digits.Length > 0 && digits.All(char.IsAsciiDigit)
        select (column, double.Parse("0." + digits, CultureInfo.InvariantCulture));

    public void Matches(string column, double actual) => Approximately.Equal(Golden.Number(this[column]), actual, what: column);

    public void Matches(string column, double[] actual)
    {
        double[] expected = Numbers(column);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Approximately.Equal(expected[i], actual[i], what: $"{column}[{i}]");
    }

    public void Matches(string column, Interval actual) => Matches(column, [actual.Low, actual.High]);
}
