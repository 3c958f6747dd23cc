using System.Globalization;
using System.Text.Json.Serialization;
using DcrDsl.Evaluation.Measures;
using DcrDsl.Specs;

namespace DcrDsl.Results;

/// <summary>
/// How far a mean over seeds may lie from the one expected: as far as the widest of these lets it. All zero, every value of every seed must
/// be the same to the last digit.
/// </summary>
public sealed record Tolerance
{
    /// <summary>Every value of every seed is the same to the last digit.</summary>
    public static Tolerance Exact { get; } = new();

    /// <summary>The distance allowed of metrics that lie from 0 to 1: 0.02 is two points of a percentage.</summary>
    public double Share { get; init; }

    /// <summary>The distance allowed of losses, in nats per token.</summary>
    public double Nats { get; init; }

    /// <summary>The distance allowed as a share of the mean expected: 0.01 is one percent of it.</summary>
    public double Relative { get; init; }

    /// <summary>
    /// The distance allowed in standard errors of the mean expected: its standard deviation over seeds by the root of their number. One
    /// seed has none, so this allows nothing there.
    /// </summary>
    public double StandardErrors { get; init; }

    /// <summary>Distances allowed of single metrics, in place of <see cref="Share"/> and <see cref="Nats"/>.</summary>
    public IReadOnlyDictionary<Metric, double> Metrics { get; init; } = new Dictionary<Metric, double>();

    /// <summary>Whether nothing is allowed.</summary>
    [JsonIgnore]
    public bool IsExact => Share == 0 && Nats == 0 && Relative == 0 && StandardErrors == 0 && Metrics.Values.All(m => m == 0);

    /// <summary>The distance that a metric may have, and which of the rules allows it, in words.</summary>
    internal (double Distance, string Rule) Allowed(Metric metric, SeedEstimate expected)
    {
        double error = expected.Count < 2 ? 0 : expected.StandardDeviation / Math.Sqrt(expected.Count);
        (double Distance, string Rule)[] rules =
        [
            Metrics.TryGetValue(metric, out double own) ? (own, metric.ToString())
            : MetricTable.Of(metric).Unit.IsBounded ? (Share, "share")
            : (Nats, "nats"),
            (Relative * Math.Abs(expected.Mean), Text($"{Relative:R} of what is expected")),
            (StandardErrors * error, Text($"{StandardErrors:R} standard errors of {error:G3}")),
        ];
        return rules.MaxBy(r => r.Distance);
    }

    /// <exception cref="InputException">A distance is no number of at least 0.</exception>
    internal Tolerance Checked()
    {
        double[] all = [Share, Nats, Relative, StandardErrors, .. Metrics.Values];
        return all.All(d => d >= 0 && double.IsFinite(d))
            ? this
            : throw new InputException("A tolerance is below 0 or no number: give distances of at least 0.");
    }

    /// <summary>For people: "share 0.02, nats 0.05, 3 standard errors", or "to the last digit".</summary>
    public override string ToString()
    {
        string[] parts =
        [
            .. Share > 0 ? [Text($"share {Share:R}")] : (string[])[],
            .. Nats > 0 ? [Text($"nats {Nats:R}")] : (string[])[],
            .. Metrics.OrderBy(m => m.Key).Select(m => Text($"{m.Key} {m.Value:R}")),
            .. Relative > 0 ? [Text($"{Relative:R} of what is expected")] : (string[])[],
            .. StandardErrors > 0 ? [Text($"{StandardErrors:R} standard errors")] : (string[])[],
        ];
        return IsExact ? "to the last digit" : string.Join(", ", parts);
    }

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
