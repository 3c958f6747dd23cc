using System.Globalization;
using DcrDsl.Specs;

namespace DcrDsl.Results;

/// <summary>Where results are not those expected.</summary>
/// <param name="Arm">The arm, with its values of the axes: "DCR, Dcr.Layer = 1".</param>
/// <param name="Metric">The metric; null: the arm as a whole is there or not.</param>
/// <param name="Seed">The seed; null: it is about the mean over seeds, or the one number that no seed changes.</param>
/// <param name="Expected">What is expected; null: nothing.</param>
/// <param name="Actual">What is there; null: nothing.</param>
/// <param name="Allowed">How far they may lie apart.</param>
/// <param name="Rule">Which part of the tolerance allows it, or what is wrong where there are no two numbers, in words.</param>
public sealed record SnapshotDifference(
    string Arm,
    Metric? Metric,
    int? Seed,
    double? Expected,
    double? Actual,
    double Allowed,
    string Rule
)
{
    /// <summary>In a line: <c>DCR, ComplianceRate: expected 0.6, got 0.65, 0.05 apart, allowed 0.02 (share)</c>.</summary>
    public override string ToString()
    {
        string place = string.Concat([
            Arm,
            Metric is { } metric ? $", {metric}" : "",
            Seed is { } seed ? string.Create(CultureInfo.InvariantCulture, $", seed {seed}") : "",
        ]);
        return (Expected, Actual) is ({ } expected, { } actual)
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{place}: expected {expected:R}, got {actual:R}, {Math.Abs(actual - expected):G3} apart, allowed {Allowed:G3} ({Rule})"
            )
            : $"{place}: {Rule}";
    }
}
