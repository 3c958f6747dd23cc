using DcrDsl.Generators.Model;
using DcrDsl.Generators.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DcrDsl.Generators.Emit;

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
        var namespaces = catalog
            .Select(e => e.Namespace)
            .Distinct()
            .OrderBy(n => n, StringComparer.Ordinal)
            .Select(n => new Surroundings(n, known, Hidden(compilation, n, known, catalog).ToEquatableArray()))
            .ToEquatableArray();
        var taken = catalog
            .SelectMany(e => new[] { (Type: e.Program, Shared: true), (Type: e.Results, Shared: false) })
            .Where(t => compilation.Assembly.GetTypeByMetadataName(t.Type) is { } type && !(t.Shared && IsStaticPart(type)))
            .Select(t => t.Type)
            .ToEquatableArray();
        string catalogType = rootNamespace.Length > 0 ? $"{rootNamespace}.{CatalogEmitter.Type}" : CatalogEmitter.Type;
        return new Survey(namespaces, taken, compilation.Assembly.GetTypeByMetadataName(catalogType) is null ? null : catalogType);
    }

    /// <summary>Whether the user adds to the training program: such a part is welcome.</summary>
    static bool IsStaticPart(INamedTypeSymbol type) =>
        type.IsStatic
        && type.DeclaringSyntaxReferences.All(r =>
            r.GetSyntax() is ClassDeclarationSyntax declaration && declaration.Modifiers.Any(SyntaxKind.PartialKeyword)
        );

    /// <summary>The types that generated code may name.</summary>
    static KnownTypes Known(Compilation compilation)
    {
        var runtime = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Func"] = "System.Func",
            ["IReadOnlyList"] = "System.Collections.Generic.IReadOnlyList",
            ["Dictionary"] = "System.Collections.Generic.Dictionary",
            ["Tensor"] = Imports.Torch + ".Tensor",
            ["NewDisposeScope"] = Imports.Torch + ".NewDisposeScope",
            ["no_grad"] = Imports.Torch + ".no_grad",
        };
        if (compilation.GetTypeByMetadataName("DcrDsl.InputException")?.ContainingAssembly is { } assembly)
            foreach (var (simple, full) in TypesIn(assembly.GlobalNamespace))
                runtime[simple] = full;
        return new KnownTypes(
            runtime.Select(t => (t.Key, t.Value)).OrderBy(t => t.Key, StringComparer.Ordinal).ToEquatableArray(),
            Vocabulary.SimpleNames.ToEquatableArray()
        );
    }

    static IEnumerable<(string Simple, string Full)> TypesIn(INamespaceSymbol space) =>
        space
            .GetTypeMembers()
            .Where(t => t.DeclaredAccessibility == Accessibility.Public)
            .Select(t => (t.Name, t.ToDisplayString(WithoutArguments)))
            .Concat(space.GetNamespaceMembers().SelectMany(TypesIn));

    static readonly SymbolDisplayFormat WithoutArguments = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces
    );

    static IEnumerable<string> Hidden(Compilation compilation, string space, KnownTypes known, EquatableArray<CatalogEntry> catalog)
    {
        var names = new HashSet<string>(Find(compilation, space)?.GetMembers().Select(m => m.Name) ?? [], StringComparer.Ordinal);
        foreach (var entry in catalog.Where(e => e.Namespace == space))
            names.UnionWith([entry.TypeName + "Program", entry.TypeName + "Results"]);
        return known
            .Runtime.Concat(known.Vocabulary.Select(v => (Simple: v, Full: $"{Imports.Vocabulary}.{v}")))
            .Where(k => names.Contains(k.Simple) || space.Length == 0 && IsOpenGlobally(compilation, k.Simple, k.Full))
            .Select(k => k.Simple)
            .Distinct()
            .OrderBy(k => k, StringComparer.Ordinal);
    }

    /// <summary>
    /// Whether a global using gives the name another meaning: outside of namespaces such usings and those of generated code are equals.
    /// </summary>
    static bool IsOpenGlobally(Compilation compilation, string simple, string full) =>
        compilation
            .SyntaxTrees.Select(t => t.GetRoot())
            .OfType<CompilationUnitSyntax>()
            .SelectMany(u => u.Usings)
            .Where(u => u.GlobalKeyword.IsKind(SyntaxKind.GlobalKeyword))
            .Any(use =>
            {
                if (use.Alias is { } alias)
                    return alias.Name.Identifier.ValueText == simple;
                string name = use.NamespaceOrType.ToString().Replace("global::", "").Replace(" ", "");
                if ($"{name}.{simple}" == full)
                    return false;
                return use.StaticKeyword.IsKind(SyntaxKind.StaticKeyword)
                    ? compilation.GetTypeByMetadataName(name)?.GetMembers(simple).Any() == true
                    : Find(compilation, name)?.GetTypeMembers(simple).Any(t => IsVisible(t, compilation)) == true;
            });

    static bool IsVisible(INamedTypeSymbol type, Compilation compilation) =>
        type.DeclaredAccessibility == Accessibility.Public
        || type.ContainingAssembly.Equals(compilation.Assembly, SymbolEqualityComparer.Default);

    static INamespaceSymbol? Find(Compilation compilation, string name)
    {
        INamespaceSymbol? space = compilation.GlobalNamespace;
        foreach (string part in name.Length == 0 ? [] : name.Split('.'))
            space = space?.GetMembers(part).OfType<INamespaceSymbol>().FirstOrDefault();
        return space;
    }
}
