namespace DcrDsl.Specs;

/// <summary>
/// Marks prompts that stages of different kinds in one arm must not share: options of one group. Of any two kinds that have such an option,
/// one also has an option marked with <see cref="ExcludesAttribute"/>, and the rule is told there.
/// </summary>
/// <param name="group">What the prompts are, for example "toxic prompts".</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class KeptApartAttribute(string group) : Attribute
{
    /// <summary>What the prompts are.</summary>
    public string Group { get; } = group;
}

/// <summary>
/// Marks a list of stages, by property name: the prompts of theirs that are kept apart (<see cref="KeptApartAttribute"/>) are taken out of
/// this stage's own before it runs, so the two may be declared from the same data.
/// </summary>
/// <param name="group">Which prompts are taken out, as <see cref="KeptApartAttribute.Group"/> calls them.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ExcludesAttribute(string group) : Attribute
{
    /// <summary>Which prompts are taken out.</summary>
    public string Group { get; } = group;
}
