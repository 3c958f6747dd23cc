namespace DcrDsl.Specs;

/// <summary>
/// Marks an option of a stage that a function of its loop takes, as an argument of the same name (<c>LengthWindow</c> →
/// <c>lengthWindow:</c>). It is passed where it is swept or differs from its default, which is the argument's own; so an option of this
/// kind is a property and an argument, and the generator does not know it.
/// </summary>
/// <param name="function">Type and method, for example <c>TextBatches.OnResponses</c>.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PassedToAttribute(string function) : Attribute
{
    /// <summary>Type and method.</summary>
    public string Function { get; } = function;
}
