namespace DcrDsl.Specs;

/// <summary>The formula of an objective on one line, for the line of the generated loop that computes it.</summary>
/// <param name="text">The formula, in the letters of its publication.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class FormulaAttribute(string text) : Attribute
{
    /// <summary>The formula.</summary>
    public string Text { get; } = text;
}
