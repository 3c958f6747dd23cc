namespace DcrDsl.Specs;

/// <summary>Says of a record why it has not an option that its siblings have, for those who look for it here.</summary>
/// <param name="option">The option, by its property.</param>
/// <param name="why">The end of a sentence that begins with its absence: why, and what there is instead.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class LacksAttribute(string option, string why) : Attribute
{
    /// <summary>The option, by its property.</summary>
    public string Option { get; } = option;

    /// <summary>Why, and what there is instead.</summary>
    public string Why { get; } = why;
}
