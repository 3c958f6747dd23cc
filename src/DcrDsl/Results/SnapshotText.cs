using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DcrDsl.Specs;

namespace DcrDsl.Results;

/// <summary>
/// A snapshot as JSON: <c>"ComplianceRate": { "seed 0": 0.61, "seed 1": 0.58 }</c> is a line, so that a difference of two versions names
/// arm and metric. A number that no seed changes is that of <c>"every seed"</c>.
/// </summary>
static class SnapshotText
{
    const string Experiment = "experiment",
        Arms = "arms",
        Every = "every seed",
        One = "seed ";

    public static string Of(ResultSnapshot snapshot)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (
            var writer = new Utf8JsonWriter(
                bytes,
                new()
                {
                    Indented = true,
                    NewLine = "\n",
                    Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
                }
            )
        )
        {
            writer.WriteStartObject();
            writer.WriteString(Experiment, snapshot.Experiment);
            writer.WritePropertyName(Arms);
            WriteArms(writer, snapshot.Arms);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan) + "\n";
    }

    /// <summary>Writes the arms alone.</summary>
    public static void WriteArms(Utf8JsonWriter writer, IReadOnlyDictionary<string, IReadOnlyDictionary<Metric, SeedEstimate>> arms)
    {
        writer.WriteStartObject();
        foreach (var (arm, metrics) in arms)
        {
            writer.WriteStartObject(arm);
            foreach (var (metric, estimate) in metrics)
            {
                writer.WritePropertyName(metric.ToString());
                writer.WriteRawValue(Line(estimate));
            }
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    static string Line(SeedEstimate estimate)
    {
        var values = estimate.WithoutSeed is { } single
            ? [Text(Every, single)]
            : estimate.Values.OrderBy(v => v.Key).Select(v => Text(One + v.Key.ToString(CultureInfo.InvariantCulture), v.Value));
        return $"{{ {string.Join(", ", values)} }}";

        // What is not finite is no number of JSON.
        static string Text(string name, double value)
        {
            string number = value.ToString("R", CultureInfo.InvariantCulture);
            return double.IsFinite(value) ? $"\"{name}\": {number}" : $"\"{name}\": \"{number}\"";
        }
    }

    /// <exception cref="InputException">It is no such text.</exception>
    public static ResultSnapshot Read(string text, string file)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            return new ResultSnapshot(
                root.GetProperty(Experiment).GetString() ?? throw new FormatException(Experiment),
                ReadArms(root.GetProperty(Arms))
            );
        }
        catch (Exception exception)
            when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            string line = exception is JsonException { LineNumber: { } number }
                ? string.Create(CultureInfo.InvariantCulture, $", line {number + 1}")
                : "";
            throw new InputException(
                $"{file}{line}: this is not a snapshot of results; restore it, or remove it and accept what is received.",
                exception
            );
        }
    }

    /// <summary>Reads the arms.</summary>
    /// <exception cref="FormatException">A name is none; other exceptions where the form is another.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<Metric, SeedEstimate>> ReadArms(JsonElement arms)
    {
        var all = new OrderedDictionary<string, IReadOnlyDictionary<Metric, SeedEstimate>>(StringComparer.Ordinal);
        foreach (var arm in arms.EnumerateObject())
        {
            var metrics = new OrderedDictionary<Metric, SeedEstimate>();
            foreach (var metric in arm.Value.EnumerateObject())
                metrics.Add(
                    Enum.TryParse<Metric>(metric.Name, out var known) ? known : throw new FormatException(metric.Name),
                    Estimate(metric.Value)
                );
            all.Add(arm.Name, metrics);
        }
        return all;
    }

    static SeedEstimate Estimate(JsonElement values)
    {
        var seeds = new OrderedDictionary<int, double>();
        foreach (var value in values.EnumerateObject())
        {
            if (value.Name == Every)
                return SeedEstimate.OfEverySeed(Number(value.Value));
            string seed = value.Name.StartsWith(One, StringComparison.Ordinal) ? value.Name[One.Length..] : "";
            seeds.Add(int.Parse(seed, NumberStyles.None, CultureInfo.InvariantCulture), Number(value.Value));
        }
        return new SeedEstimate(seeds);
    }

    static double Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.String
            ? double.Parse(value.GetString()!, NumberStyles.Float, CultureInfo.InvariantCulture)
            : value.GetDouble();
}
