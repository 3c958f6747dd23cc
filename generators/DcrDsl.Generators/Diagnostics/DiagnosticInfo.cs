using DcrDsl.Generators.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace DcrDsl.Generators.Diagnostics;

/// <summary>A place in a file as plain data: a <see cref="Location"/> would keep its whole compilation alive between edits.</summary>
sealed record Place(string File, TextSpan Span, LinePositionSpan Lines)
{
    public static Place Of(Location location)
    {
        var lines = location.GetLineSpan();
        return new Place(lines.Path, location.SourceSpan, lines.Span);
    }

    public static Place Of(SyntaxNode node) => Of(node.GetLocation());

    /// <summary>
    /// The place in the compilation's own tree, where it is one: only there do pragmas suppress a warning and code fixes find what to
    /// change.
    /// </summary>
    public Location ToLocation(Compilation compilation) =>
        compilation.SyntaxTrees.FirstOrDefault(t => t.FilePath == File) is { } tree
        && Span.End <= tree.Length
        && tree.GetLineSpan(Span).Span == Lines
            ? Location.Create(tree, Span)
            : Location.Create(File, Span, Lines);
}

/// <summary>A diagnostic as plain data.</summary>
sealed record DiagnosticInfo(DiagnosticDescriptor Descriptor, Place Place, EquatableArray<string> Arguments)
{
    public static DiagnosticInfo Of(DiagnosticDescriptor descriptor, Place place, params string[] arguments) =>
        new(descriptor, place, arguments.Select(Line).ToEquatableArray());

    /// <summary>What a message quotes, on one line of the build's output and without what a terminal would obey.</summary>
    static string Line(string text)
    {
        string line = new([.. text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)]);
        return line.Length <= MostQuoted ? line : line.Substring(0, MostQuoted) + " …";
    }

    const int MostQuoted = 400;

    /// <summary>What would put it right; null: nothing obvious.</summary>
    public Remedy? Remedy { get; init; }

    public bool IsError => Descriptor.DefaultSeverity == DiagnosticSeverity.Error;

    public Diagnostic ToDiagnostic(Compilation compilation) => ToDiagnostic(compilation, Descriptor.DefaultSeverity);

    /// <summary>The same of another severity than the descriptor's.</summary>
    public Diagnostic ToDiagnostic(Compilation compilation, DiagnosticSeverity severity) =>
        Diagnostic.Create(Descriptor, Place.ToLocation(compilation), severity, null, Remedy?.Properties, [.. Arguments]);
}
