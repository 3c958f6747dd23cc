using System.Runtime.CompilerServices;

namespace DcrDsl.Evaluation.Statistics;

/// <summary>The share of repetitions in which an interval holds the true value: strictly between 0 and 1, e.g. 0.95.</summary>
static class ConfidenceLevel
{
    /// <summary>The probability below the upper end of a central interval: 0.975 for 0.95.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The level is not strictly between 0 and 1.</exception>
    public static double UpperTail(double level, [CallerArgumentExpression(nameof(level))] string? name = null) =>
        level is > 0 and < 1
            ? 0.5 + 0.5 * level
            : throw new ArgumentOutOfRangeException(name, level, "A confidence level lies strictly between 0 and 1, e.g. 0.95.");
}
