using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DcrDsl.Generators.CSharp;

/// <content>What options hold by default: values of initialisers, or of an attribute where a record is compiled.</content>
sealed partial class OwnTypeReader
{
    /// <summary>The value of a property's initialiser, or what it holds without one.</summary>
    bool TryDefault(INamedTypeSymbol record, IPropertySymbol property, OwnKind kind, out object? value)
    {
        if (SymbolTypes.IsFromVocabulary(property))
        {
            // What lies between is abstract, so its default is read from a record of ours.
            object example = Vocabulary.Default(Vocabulary.ChoicesFor(SymbolTypes.TypeOf(property.ContainingType)!)[0]);
            value = Vocabulary.OptionOf(example, property.Name)!.GetValue(example);
            return true;
        }
        if (evaluator is null || IsReferenced(record, compilation))
            return TryCompiledDefault(property, kind, out value);
        var syntax = property
            .DeclaringSyntaxReferences.Select(r => r.GetSyntax(cancellation))
            .OfType<PropertyDeclarationSyntax>()
            .FirstOrDefault();
        if (
            syntax is { Initializer: null, AccessorList.Accessors: var accessors }
            && accessors.All(a => a.Body is null && a.ExpressionBody is null)
        )
        {
            if (Empty(property.Type, kind, out value))
                return true;
            Report(Descriptors.Unevaluable, PlaceOf(property), property.Name, "no member of its enumeration is 0; give it an initialiser");
            return false;
        }
        try
        {
            if (Vocabulary.TryConvert(evaluator.Member(property), kind.Type, out value))
                return true;
            Report(Descriptors.Unevaluable, PlaceOf(property), property.Name, "its initialiser is of another type");
        }
        catch (UnevaluableException e)
        {
            value = null;
            var place = e.Syntax is { } expression ? Place.Of(expression) : PlaceOf(property);
            Report(Descriptors.Unevaluable, place, e.Syntax?.ToString() ?? property.Name, e.Message);
        }
        return false;
    }

    /// <summary>Of a compiled record the initialisers are gone; what it says in an attribute of .NET's is left.</summary>
    bool TryCompiledDefault(IPropertySymbol property, OwnKind kind, out object? value)
    {
        value = null;
        var constant = property
            .GetAttributes()
            .FirstOrDefault(a => a.AttributeClass?.ToDisplayString() == "System.ComponentModel.DefaultValueAttribute")
            ?.ConstructorArguments.FirstOrDefault();
        object? said = constant is { Kind: TypedConstantKind.Enum, Type: { } type } given
            ? SymbolTypes.IsFromVocabulary(type)
                ? Enum.ToObject(SymbolTypes.TypeOf(type)!, given.Value!)
                : SymbolTypes.MemberOf(type, given.Value)
            : constant is { Kind: TypedConstantKind.Primitive } primitive
                ? primitive.Value
                : null;
        if (constant is not null && Vocabulary.TryConvert(said, kind.Type, out value) && (value is not null || kind.TakesNull))
            return true;
        Report(Descriptors.Unevaluable, PlaceOf(property), property.Name, "its default is compiled away");
        return false;
    }

    /// <summary>What a property holds that nothing initialises.</summary>
    static bool Empty(ITypeSymbol type, OwnKind kind, out object? value)
    {
        value =
            kind.TakesNull || kind.IsList ? null
            : kind.Members is not null
                ? type.GetMembers()
                    .OfType<IFieldSymbol>()
                    .Where(f => IsZero(f))
                    .Select(f => new OwnMember(kind.Members, f.Name))
                    .FirstOrDefault()
            : kind.Type.IsValueType ? Activator.CreateInstance(kind.Type)
            : null;
        return kind.Members is null || value is not null || kind.TakesNull || kind.IsList;
    }

    static bool IsZero(IFieldSymbol member) => member.HasConstantValue && Convert.ToDecimal(member.ConstantValue) == 0;

    bool HasAnswers(INamedTypeSymbol record)
    {
        var property = Chain(record)
            .SelectMany(t => t.GetMembers(nameof(PromptSource.HasAnswers)))
            .OfType<IPropertySymbol>()
            .FirstOrDefault(p => p.IsOverride);
        if (property is null)
            return false;
        var kind = new OwnKind(TypeCode.Boolean, null, null, IsList: false, TakesNull: false);
        return TryDefault(record, property, kind, out object? value) && value is true;
    }
}
