namespace DcrDsl.Specs;

/// <summary>Marks an option of a stage without which it has nothing to work on; an empty list is nothing too.</summary>
/// <param name="example">A value as C# writes it, for the message: a static member of the vocabulary, or a list of such.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RequiredAttribute(string example) : Attribute
{
    /// <summary>A value as C# writes it.</summary>
    public string Example { get; } = example;

    /// <summary>
    /// A number beside the option, by name. While it is 0 the option is idle: it may be left out, and its prompts need neither answers nor
    /// a distance to others. Null: there is none.
    /// </summary>
    public string? UnlessZero { get; set; }
}
