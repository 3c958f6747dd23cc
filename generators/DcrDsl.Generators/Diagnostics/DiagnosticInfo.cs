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

    public Location ToLocation() => Location.Create(File, Span, Lines);
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

    public bool IsError => Descriptor.DefaultSeverity == DiagnosticSeverity.Error;

    public Diagnostic ToDiagnostic() => Diagnostic.Create(Descriptor, Place.ToLocation(), [.. Arguments]);

    /// <summary>The same of another severity than the descriptor's.</summary>
    public Diagnostic ToDiagnostic(DiagnosticSeverity severity) =>
        Diagnostic.Create(Descriptor, Place.ToLocation(), severity, null, null, [.. Arguments]);
}
