using System.Globalization;
using DcrDsl.Results;
using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Cli;

/// <summary>A tolerance as it is given: <c>share=0.02,errors=3</c>.</summary>
static class ToleranceList
{
    const string Share = "share",
        Nats = "nats",
        Relative = "relative",
        Errors = "errors";

    static readonly string[] Known = [Share, Nats, Relative, Errors, .. Enum.GetNames<Metric>()];

    /// <summary>The tolerance; null: none is given.</summary>
    /// <exception cref="InputException">A part of it is not known, or no distance.</exception>
    public static Tolerance? Of(IEnumerable<string> parts)
    {
        var metrics = new Dictionary<Metric, double>();
        Tolerance? tolerance = null;
        foreach (string part in parts)
        {
            string[] pair = part.Split('=', 2);
            string name = Known.FirstOrDefault(k => string.Equals(k, pair[0], StringComparison.OrdinalIgnoreCase)) ?? Unknown(pair[0]);
            double distance =
                pair.Length == 2
                && double.TryParse(pair[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                && number >= 0
                && double.IsFinite(number)
                    ? number
                    : throw new InputException($"--tolerance {part}: give a distance of at least 0, as in {name}=0.02.");
            tolerance ??= new Tolerance();
            tolerance = name switch
            {
                Share => tolerance with { Share = distance },
                Nats => tolerance with { Nats = distance },
                Relative => tolerance with { Relative = distance },
                Errors => tolerance with { StandardErrors = distance },
                _ => With(Enum.Parse<Metric>(name), distance),
            };
        }
        return tolerance;

        Tolerance With(Metric metric, double distance)
        {
            metrics[metric] = distance;
            return tolerance with { Metrics = metrics };
        }
    }

    static string Unknown(string name) =>
        throw new InputException($"--tolerance {name}: there is nothing of that name.{UnknownName.Hint(name, Known)}");
}
