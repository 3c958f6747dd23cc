namespace DcrDsl.Training;

/// <summary>A term of a loss at one step.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">Its value, before its weight.</param>
public readonly record struct LossTerm(string Name, double Value);
