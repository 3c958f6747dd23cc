namespace DcrDsl.Evaluation.Statistics;

/// <summary>A number with its error bars. What is not defined is NaN.</summary>
/// <param name="Value">The estimate.</param>
/// <param name="StandardError">Its standard error, in the same unit.</param>
/// <param name="Interval">Its confidence interval at the level that was asked for.</param>
readonly record struct Estimate(double Value, double StandardError, Interval Interval);
