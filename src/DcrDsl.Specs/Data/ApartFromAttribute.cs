namespace DcrDsl.Specs;

/// <summary>Marks prompts that must not be those of other options of the same stage, which would teach the opposite.</summary>
/// <param name="options">The other options, by name.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ApartFromAttribute(params string[] options) : Attribute
{
    /// <summary>The other options, by name.</summary>
    public string[] Options { get; } = options;
}
