using DcrDsl.Generators.Values;
using Microsoft.CodeAnalysis;

namespace DcrDsl.Generators.CSharp;

/// <summary>
/// Reads summaries from the text of the comments: the compiler parses documentation comments only where a documentation file is
/// asked for, and what is generated must not depend on that.
/// </summary>
static class DocumentationComment
{
    /// <summary>What a piece before a declaration says in XML: lines that begin with three slashes, or a block that begins with two
    /// stars.</summary>
    static string Xml(SyntaxTrivia trivia)
    {
        string text = trivia.ToFullString().Trim();
        if (text.StartsWith("/**", StringComparison.Ordinal) && text.EndsWith("*/", StringComparison.Ordinal) && text.Length > 4)
            return string.Join("\n", text.Substring(3, text.Length - 5).Split('\n').Select(l => l.Trim().TrimStart('*'))) + "\n";
        return string.Concat(
            text.Split('\n')
                .Select(l => l.Trim())
                .Where(l => l.StartsWith("///", StringComparison.Ordinal))
                .Select(l => l.Substring(3) + "\n")
        );
    }

    /// <summary>The summary before a declaration, on one line; empty if there is none.</summary>
    public static string Summary(SyntaxNode declaration) =>
        Documentation.Summary(string.Concat(declaration.GetLeadingTrivia().Select(Xml)));

    /// <summary>The summary of a type or member, of source code or compiled; of several parts, the first that has one.</summary>
    public static string Summary(ISymbol symbol, CancellationToken cancellation) =>
        symbol.DeclaringSyntaxReferences.IsEmpty
            ? Documentation.Summary(symbol.GetDocumentationCommentXml(cancellationToken: cancellation) ?? "")
            : symbol.DeclaringSyntaxReferences.Select(r => Summary(r.GetSyntax(cancellation))).FirstOrDefault(s => s.Length > 0) ?? "";
}
