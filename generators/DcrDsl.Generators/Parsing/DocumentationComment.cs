using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace DcrDsl.Generators.Parsing;

/// <summary>
/// Reads summaries from the text of the comments: the compiler parses documentation comments only where a documentation file is
/// asked for, and what is generated must not depend on that.
/// </summary>
static class DocumentationComment
{
    /// <summary>The summary before a declaration, on one line; empty if there is none.</summary>
    public static string Summary(SyntaxNode declaration)
    {
        var lines = declaration.GetLeadingTrivia().ToFullString().Split('\n').Select(l => l.Trim()).Where(l => l.StartsWith("///", StringComparison.Ordinal));
        string xml = string.Join("\n", lines.Select(l => l.Substring(3)));
        try
        {
            string text = XElement.Parse($"<doc>{xml}</doc>").Element("summary")?.Value ?? "";
            return string.Join(" ", text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        }
        catch (XmlException)
        {
            return "";
        }
    }
}
