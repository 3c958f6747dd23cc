using DcrDsl.Generators.Values;
using DcrDsl.Specs;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DcrDsl.Generators.CSharp;

/// <summary>The call that generated code makes of the function behind a record: what it hands over, and what it expects.</summary>
sealed class RuntimeFunctionCall(Compilation compilation, INamedTypeSymbol record, OwnFamily? family)
{
    readonly IReadOnlyList<IPropertySymbol> options = [.. Options(record).Where(o => family?.Handled.Contains(o.Name) != true)];

    /// <summary>The call in words: <c>(Tensor, Tensor, margin: double) → Tensor</c>.</summary>
    public string Words
    {
        get
        {
            string[] arguments =
            [
                .. family?.First ?? [],
                .. (family?.Named ?? []).Select(n => $"{n.Name}: {n.Type}"),
                .. options.Select(o => $"{Argument(o)}: {Show(o.Type)}"),
            ];
            return $"({string.Join(", ", arguments)}) → {family?.Result}";
        }
    }

    /// <summary>Why a function cannot be called so; null: it can.</summary>
    /// <param name="method">A static function, or a constructor.</param>
    /// <param name="type">Its type.</param>
    public string? Problem(IMethodSymbol method, INamedTypeSymbol type)
    {
        int first = family?.First.Count ?? 0;
        var given = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < first; i++)
        {
            if (method.Parameters.Length <= i || !Takes(method.Parameters[i], Named(family!.First[i])))
                return $"its {Ordinal(i)} parameter is not of type {family!.First[i]}";
            given.Add(method.Parameters[i].Name);
        }
        foreach (var (name, wanted) in family?.Named ?? [])
            if (Missing(method, given, name, Named(wanted), wanted) is { } problem)
                return problem;
        // Only the functions that need it take the number of steps.
        if (family?.Base == typeof(Schedule) && Parameter(method, OwnFamily.Total) is { } total && Takes(total, Named("int")))
            given.Add(total.Name);
        foreach (var option in options)
        {
            if (Parameter(method, Argument(option)) is not { } parameter || given.Contains(parameter.Name))
                return $"it has no parameter '{Argument(option)}' for the option {option.Name}";
            if (!TakesOption(parameter, option.Type))
                return $"its parameter '{parameter.Name}' does not take the {Show(option.Type)} of the option {option.Name}";
            if (IsNullable(option.Type) && !parameter.IsOptional)
                return $"its parameter '{parameter.Name}' needs a default, since the option {option.Name} is not passed where it is none";
            given.Add(parameter.Name);
        }
        if (
            family is not null
            && method.Parameters.FirstOrDefault(p => !given.Contains(p.Name) && !p.IsOptional && !p.IsParams) is { } left
        )
            return $"nothing gives its parameter '{left.Name}'; give it a default, or the record an option {Pascal(left.Name)}";
        if (family is not null && Named(family.Result) is { } result && !Converts(family.IsClass ? type : method.ReturnType, result))
            return family.IsClass ? $"it does not implement {family.Result}" : $"it gives {Show(method.ReturnType)}, not {family.Result}";
        return null;
    }

    string? Missing(IMethodSymbol method, HashSet<string> given, string name, ITypeSymbol? type, string words)
    {
        if (Parameter(method, name) is not { } parameter || !Takes(parameter, type))
            return $"it has no parameter '{name}' of type {words}";
        given.Add(parameter.Name);
        return null;
    }

    static IParameterSymbol? Parameter(IMethodSymbol method, string name) => method.Parameters.FirstOrDefault(p => p.Name == name);

    /// <summary>The options as the record declares them, its own before those it inherits.</summary>
    static IEnumerable<IPropertySymbol> Options(INamedTypeSymbol record)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (INamedTypeSymbol? t = record; t is { SpecialType: not SpecialType.System_Object }; t = t.BaseType)
            foreach (var property in t.GetMembers().OfType<IPropertySymbol>())
                if (
                    property
                        is {
                            IsStatic: false,
                            DeclaredAccessibility: Accessibility.Public,
                            GetMethod: not null,
                            SetMethod.DeclaredAccessibility: Accessibility.Public
                        }
                    && names.Add(property.Name)
                )
                    yield return property;
    }

    /// <summary>Options are handed over as literals, lists as collection expressions, a pooling as the function that it names.</summary>
    bool TakesOption(IParameterSymbol parameter, ITypeSymbol option)
    {
        if (Takes(parameter, option))
            return true;
        if (option is { Name: nameof(Specs.Pooling) } && SymbolTypes.IsFromVocabulary(option) && Named("Tensor") is { } tensor)
            return Takes(
                parameter,
                Named("TextSpans") is { } spans
                    ? compilation.GetTypeByMetadataName("System.Func`3")?.Construct(tensor, spans, tensor)
                    : null
            );
        // A miner is handed over as what its function gives.
        if (option.Name == nameof(PairMiner) && SymbolTypes.IsFromVocabulary(option))
            return Takes(parameter, Named("PairSelection"));
        return option is INamedTypeSymbol { Name: "ValueList", TypeArguments: [var item] }
            && SymbolTypes.IsFromVocabulary(option)
            && parameter.RefKind == RefKind.None
            && (
                parameter.Type switch
                {
                    IArrayTypeSymbol array => array.ElementType,
                    INamedTypeSymbol { TypeArguments: [var taken] } => taken,
                    _ => null,
                }
            )
                is { } element
            && (SymbolEqualityComparer.Default.Equals(element, item) || IsGivenBy(item, element));
    }

    /// <summary>Attacks within an attack are handed over as what their functions give.</summary>
    bool IsGivenBy(ITypeSymbol item, ITypeSymbol element) =>
        item is INamedTypeSymbol record
        && SymbolTypes.IsFromVocabulary(record)
        && OwnFamily.Of(item.Name) is { First.Count: 0 } given
        && SymbolEqualityComparer.Default.Equals(element, Named(given.Result));

    bool Takes(IParameterSymbol parameter, ITypeSymbol? type) =>
        parameter.RefKind is RefKind.None or RefKind.In && (type is null || Converts(type, parameter.Type));

    bool Converts(ITypeSymbol from, ITypeSymbol to) =>
        compilation.ClassifyConversion(from, to) is { IsImplicit: true, IsUserDefined: false };

    /// <summary>
    /// A type by the name it has in <see cref="OwnFamily"/>; null: the project does not reference it, so nothing can be said.
    /// </summary>
    ITypeSymbol? Named(string name)
    {
        if (name.IndexOf('<') is > 0 and var bracket)
            return Named(name.Substring(bracket + 1).TrimEnd('>')) is { } item
                ? compilation.GetTypeByMetadataName("System.Collections.Generic.IReadOnlyList`1")?.Construct(item)
                : null;
        return name switch
        {
            "int" => compilation.GetSpecialType(SpecialType.System_Int32),
            "double" => compilation.GetSpecialType(SpecialType.System_Double),
            "ulong" => compilation.GetSpecialType(SpecialType.System_UInt64),
            "Tensor" => compilation.GetTypeByMetadataName("TorchSharp.torch+Tensor"),
            _ => RuntimeTypes.Of(compilation).Find(name),
        };
    }

    static bool IsNullable(ITypeSymbol type) =>
        type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T || type.NullableAnnotation == NullableAnnotation.Annotated;

    static string Argument(IPropertySymbol option) => Text.Parameter(option.Name);

    static string Pascal(string name) => char.ToUpperInvariant(name[0]) + name.Substring(1);

    static string Show(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);

    static string Ordinal(int index) => index == 0 ? "first" : "second";
}
