using DcrDsl.Generators.Emit;
using DcrDsl.Generators.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DcrDsl.Generators;

/// <summary>What the project around the experiments has that generated code could run into.</summary>
/// <param name="Namespaces">The namespaces of the experiments.</param>
/// <param name="TakenTypes">The types that would be generated and that the project declares itself.</param>
/// <param name="OwnCatalog">The catalog's type, where the project declares it itself; else null.</param>
sealed record Survey(EquatableArray<Surroundings> Namespaces, EquatableArray<string> TakenTypes, string? OwnCatalog)
{
    public Surroundings Of(string space) => Namespaces.First(n => n.Namespace == space);

    /// <summary>The type of an experiment that cannot be generated, or null.</summary>
    public string? Taken(CatalogEntry entry) => TakenTypes.FirstOrDefault(t => t == entry.Program || t == entry.Results);

    public static Survey Of(Compilation compilation, EquatableArray<CatalogEntry> catalog, string rootNamespace)
    {
        var known = Known(compilation);
        var namespaces = catalog.Select(e => e.Namespace).Distinct().OrderBy(n => n, StringComparer.Ordinal)
            .Select(n => new Surroundings(n, Hidden(compilation, n, known, catalog).ToEquatableArray())).ToEquatableArray();
        var taken = catalog.SelectMany(e => new[] { (Type: e.Program, Shared: true), (Type: e.Results, Shared: false) })
            .Where(t => compilation.Assembly.GetTypeByMetadataName(t.Type) is { } type && !(t.Shared && IsStaticPart(type)))
            .Select(t => t.Type).ToEquatableArray();
        string catalogType = rootNamespace.Length > 0 ? $"{rootNamespace}.{CatalogEmitter.Type}" : CatalogEmitter.Type;
        return new Survey(namespaces, taken, compilation.Assembly.GetTypeByMetadataName(catalogType) is null ? null : catalogType);
    }

    /// <summary>Whether the user adds to the training program: such a part is welcome.</summary>
    static bool IsStaticPart(INamedTypeSymbol type) => type.IsStatic && type.DeclaringSyntaxReferences
        .All(r => r.GetSyntax() is ClassDeclarationSyntax declaration && declaration.Modifiers.Any(SyntaxKind.PartialKeyword));

    /// <summary>The simple names that generated code may use, with their full names.</summary>
    static Dictionary<string, string> Known(Compilation compilation)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [Surroundings.Alias] = Surroundings.Vocabulary,
            ["Func"] = "System.Func",
            ["Dictionary"] = "System.Collections.Generic.Dictionary",
            ["Tensor"] = Surroundings.Torch + ".Tensor",
            ["NewDisposeScope"] = Surroundings.Torch + ".NewDisposeScope",
        };
        foreach (string space in Surroundings.Usings.Where(u => u.StartsWith("DcrDsl", StringComparison.Ordinal)))
            foreach (var type in Find(compilation, space)?.GetTypeMembers() ?? [])
                if (type.DeclaredAccessibility == Accessibility.Public && !known.ContainsKey(type.Name))
                    known[type.Name] = $"{space}.{type.Name}";
        return known;
    }

    static IEnumerable<(string Simple, string Full)> Hidden(Compilation compilation, string space, Dictionary<string, string> known,
        EquatableArray<CatalogEntry> catalog)
    {
        var names = new HashSet<string>(Find(compilation, space)?.GetMembers().Select(m => m.Name) ?? [], StringComparer.Ordinal);
        foreach (var entry in catalog.Where(e => e.Namespace == space))
            names.UnionWith([entry.TypeName + "Program", entry.TypeName + "Results"]);
        return known.Where(k => names.Contains(k.Key) || space.Length == 0 && IsOpenGlobally(compilation, k.Key, k.Value))
            .Select(k => (k.Key, k.Value)).OrderBy(k => k.Key, StringComparer.Ordinal);
    }

    /// <summary>
    /// Whether a global using gives the name another meaning: outside of namespaces such usings and those of generated code are equals.
    /// </summary>
    static bool IsOpenGlobally(Compilation compilation, string simple, string full) =>
        compilation.SyntaxTrees.Select(t => t.GetRoot()).OfType<CompilationUnitSyntax>().SelectMany(u => u.Usings)
            .Where(u => u.GlobalKeyword.IsKind(SyntaxKind.GlobalKeyword)).Any(use =>
        {
            if (use.Alias is { } alias) return alias.Name.Identifier.ValueText == simple;
            string name = use.NamespaceOrType.ToString().Replace("global::", "").Replace(" ", "");
            if ($"{name}.{simple}" == full) return false;
            return use.StaticKeyword.IsKind(SyntaxKind.StaticKeyword)
                ? compilation.GetTypeByMetadataName(name)?.GetMembers(simple).Any() == true
                : Find(compilation, name)?.GetTypeMembers(simple).Any(t => IsVisible(t, compilation)) == true;
        });

    static bool IsVisible(INamedTypeSymbol type, Compilation compilation) =>
        type.DeclaredAccessibility == Accessibility.Public || type.ContainingAssembly.Equals(compilation.Assembly, SymbolEqualityComparer.Default);

    static INamespaceSymbol? Find(Compilation compilation, string name)
    {
        INamespaceSymbol? space = compilation.GlobalNamespace;
        foreach (string part in name.Length == 0 ? [] : name.Split('.'))
            space = space?.GetMembers(part).OfType<INamespaceSymbol>().FirstOrDefault();
        return space;
    }
}
