using System.Collections.Immutable;
using System.Text;
using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Values;
using DcrDsl.Generators.Yaml;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DcrDsl.Generators.Model;

/// <summary>An experiment's line in the catalog.</summary>
/// <param name="Name">The experiment's name.</param>
/// <param name="Namespace">The namespace of what is generated.</param>
/// <param name="TypeName">What the generated types' names begin with.</param>
/// <param name="File">The YAML file; null for a record.</param>
/// <param name="IsValid">Whether there is a program.</param>
/// <param name="Clash">What it shares with an experiment before it; null: nothing.</param>
/// <param name="Hint">What the names of the generated files begin with.</param>
sealed record CatalogEntry(
    string Name,
    string Namespace,
    string TypeName,
    string? File,
    bool IsValid,
    string? Clash = null,
    string Hint = ""
)
{
    /// <summary>
    /// The entries by name, each that repeats a name or would generate the same types marked; records come before YAML files.
    /// </summary>
    public static EquatableArray<CatalogEntry> MarkClashes(IEnumerable<CatalogEntry> entries)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var types = new HashSet<string>(StringComparer.Ordinal);
        // Files are called alike where their names differ in case only.
        var hints = new Names([], StringComparer.OrdinalIgnoreCase);
        return entries
            .OrderBy(e => e.Name, StringComparer.Ordinal)
            .Select(e =>
                !names.Add(e.Name) ? e with { Clash = $"the name '{e.Name}'" }
                : !types.Add(e.Type) ? e with { Clash = $"the generated type '{e.Program}'" }
                : e
            )
            .Select(e => e with { Hint = hints.Take(FileName(e.Type)) })
            .ToEquatableArray();
    }

    /// <summary>A type's name as that of a file, short enough for every file system.</summary>
    static string FileName(string type)
    {
        string safe = new([.. type.Select(c => char.IsLetterOrDigit(c) && !char.IsSurrogate(c) || c is '.' or '_' ? c : '_')]);
        if (safe.Length > 160)
            safe = safe.Substring(0, 160);
        while (Encoding.UTF8.GetByteCount(safe) > 160)
            safe = safe.Substring(0, safe.Length - 1);
        return safe;
    }

    /// <summary>Whether this is the entry of a given declaration, what the catalog adds aside.</summary>
    public bool IsOf(CatalogEntry? entry) => entry is not null && Name == entry.Name && this with { Clash = null, Hint = "" } == entry;

    public string Type => Namespace.Length > 0 ? $"{Namespace}.{TypeName}" : TypeName;

    public string Program => Type + "Program";

    public string Results => Type + "Results";

    /// <summary>Where the experiment's name is written now.</summary>
    public Place Find(Compilation compilation, ImmutableArray<AdditionalText> files, CancellationToken cancellation)
    {
        if (File is not null && files.FirstOrDefault(f => f.Path == File) is { } file)
            return YamlParser.NamePlace(file, cancellation);
        var attribute = compilation
            .Assembly.GetTypeByMetadataName(Type)
            ?.GetAttributes()
            .FirstOrDefault(a => a.AttributeClass?.Name == nameof(Specs.DcrExperimentAttribute));
        var syntax = attribute?.ApplicationSyntaxReference?.GetSyntax(cancellation) as AttributeSyntax;
        return syntax is null
            ? new Place(File ?? "", default, default)
            : Place.Of((SyntaxNode?)syntax.ArgumentList?.Arguments.FirstOrDefault() ?? syntax);
    }
}
