using System.Reflection;
using Microsoft.CodeAnalysis;

namespace DcrDsl.Generators.CSharp;

/// <summary>
/// What a file means as far as values depend on it: not what may be null where, which takes the compiler as long to find out as all else
/// about an expression.
/// </summary>
static class FileMeaning
{
    // The compiler calls this option experimental; a compiler without it analyses what may be null, and nothing else changes.
    const string Option = "DisableNullableAnalysis";
    static readonly Type? Options = typeof(SemanticModel).Assembly.GetType("Microsoft.CodeAnalysis.SemanticModelOptions");
    static readonly object? Without = Options is not null && Enum.IsDefined(Options, Option) ? Enum.Parse(Options, Option) : null;
    static readonly MethodInfo? WithOption = Without is null
        ? null
        : typeof(Compilation).GetMethod(nameof(Compilation.GetSemanticModel), [typeof(SyntaxTree), Options]);

    public static SemanticModel Of(Compilation compilation, SyntaxTree tree) =>
        WithOption is null ? compilation.GetSemanticModel(tree) : (SemanticModel)WithOption.Invoke(compilation, [tree, Without]);
}
