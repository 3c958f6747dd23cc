using Microsoft.CodeAnalysis;

namespace DcrDsl.Generators.CSharp;

/// <summary>An expression that has no value at build time; carries the syntax to point at.</summary>
sealed class UnevaluableException(SyntaxNode? syntax, string reason) : Exception(reason)
{
    /// <summary>Null where the compiler itself already reports the expression.</summary>
    public SyntaxNode? Syntax { get; } = syntax;
}
