namespace DcrDsl.Specs;

/// <summary>Marks prompts of one class that a stage learns to tell apart from prompts of another.</summary>
/// <param name="right">The class of the prompts.</param>
/// <param name="wrong">The class that they are told apart from, which they are not of.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ToldApartAttribute(PromptClass right, PromptClass wrong) : Attribute
{
    /// <summary>The class of the prompts.</summary>
    public PromptClass Right { get; } = right;

    /// <summary>The class that they are told apart from.</summary>
    public PromptClass Wrong { get; } = wrong;
}
