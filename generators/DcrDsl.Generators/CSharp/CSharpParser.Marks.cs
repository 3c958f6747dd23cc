using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Draft;
using DcrDsl.Specs;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DcrDsl.Generators.CSharp;

/// <content>What attributes mark: arms, axes, seeds and exclusions.</content>
sealed partial class CSharpParser
{
    IEnumerable<DraftArm> Arms()
    {
        foreach (var (property, attribute) in Marked("ArmAttribute"))
        {
            if (!TryMember(property, out object? value))
                continue;
            if (value is not ExperimentValue experiment)
            {
                string found = value is null ? "is null" : $"gives a {value.GetType().Name}";
                diagnostics.Add(
                    DiagnosticInfo.Of(
                        Descriptors.NoEffect,
                        ValuePlace(property, attribute),
                        "Arm",
                        $"'{property.Name}' {found}; give it a {type.Name}, such as new() or another arm with changes"
                    )
                );
                continue;
            }
            string name = attribute.ConstructorArguments is [{ Value: string given }] ? given : property.Name;
            yield return new DraftArm(
                name,
                Values.Text.Pascal(name),
                Summary(property),
                experiment,
                attribute.NamedArguments.FirstOrDefault(a => a.Key == nameof(ArmAttribute.Order)).Value
                    is { Kind: TypedConstantKind.Array } order
                    ? Strings(order)
                    : null,
                attribute.NamedArguments.FirstOrDefault(a => a.Key == nameof(ArmAttribute.Role)).Value is { Value: int role }
                    ? (ArmRole)role
                    : ArmRole.None,
                AttributePlace(attribute)
            );
        }
    }

    IEnumerable<DraftAxis> Axes()
    {
        foreach (var (property, attribute) in Marked("SweepAttribute"))
        {
            var place = AttributePlace(attribute);
            if (!TryMember(property, out object? value))
                continue;
            if (value is string or not System.Collections.IEnumerable)
            {
                diagnostics.Add(
                    DiagnosticInfo.Of(
                        Descriptors.NoEffect,
                        ValuePlace(property, attribute),
                        "Sweep",
                        $"'{property.Name}' is no list of values; write [a, b]"
                    )
                );
                continue;
            }
            var values = (System.Collections.IEnumerable)value;
            var expressions = Elements(evaluator.Initialiser(property));
            yield return new DraftAxis(
                attribute.ConstructorArguments is [{ Value: string path }] ? path : "",
                [.. values.Cast<object?>().Select((v, i) => (v, i < expressions.Count ? Place.Of(expressions[i]) : place))],
                place
            );
        }
    }

    (IReadOnlyList<DraftSeed> Values, Place Place) Seeds()
    {
        var marked = Marked("SeedsAttribute").ToList();
        if (marked.Count == 0)
            return ([], Place.Of(syntax.Identifier.GetLocation()));
        var place = AttributePlace(marked[0].Attribute);
        var expressions = Elements(evaluator.Initialiser(marked[0].Property));
        if (TryMember(marked[0].Property, out object? values) && values is not int[])
            diagnostics.Add(
                DiagnosticInfo.Of(
                    Descriptors.NoEffect,
                    ValuePlace(marked[0].Property, marked[0].Attribute),
                    "Seeds",
                    $"'{marked[0].Property.Name}' is no list of int; write [0, 1, 2]"
                )
            );
        return (
            values is int[] seeds
                ? [.. seeds.Select((s, i) => new DraftSeed(s, i < expressions.Count ? Place.Of(expressions[i]) : place))]
                : [],
            place
        );
    }

    DraftExclusion Exclusion((AttributeData Data, Place Place) attribute)
    {
        var given = attribute.Data.ConstructorArguments[0];
        object?[] items = given.IsNull ? [] : [.. given.Values.Select(Constant)];
        if (items.Length % 2 != 0)
            diagnostics.Add(
                DiagnosticInfo.Of(
                    Descriptors.InvalidCombination,
                    attribute.Place,
                    "an exclusion is field and value in turn, and here a field has no value"
                )
            );
        return new DraftExclusion(
            [.. Enumerable.Range(0, items.Length / 2).Select(i => (items[2 * i] as string ?? "", items[2 * i + 1]))],
            attribute.Place
        );
    }

    static object? Constant(TypedConstant constant) =>
        constant.Kind == TypedConstantKind.Array ? "(a list)"
        : constant.Kind == TypedConstantKind.Enum && SymbolTypes.TypeOf(constant.Type) is { } type
            ? type.IsEnum ? Enum.ToObject(type, constant.Value!)
                : SymbolTypes.MemberOf(constant.Type!, constant.Value)
        : constant.Value;

    Place ValuePlace(IPropertySymbol property, AttributeData attribute) =>
        evaluator.Initialiser(property) is { } value ? Place.Of(value) : AttributePlace(attribute);

    IEnumerable<(IPropertySymbol Property, AttributeData Attribute)> Marked(string attributeName) =>
        from property in type.GetMembers().OfType<IPropertySymbol>()
        where property.IsStatic
        let attribute = RecordShape.AttributeOf(property, attributeName)
        where attribute is not null
        select (property, attribute);

    IEnumerable<(AttributeData Data, Place Place)> Attributes(string attributeName) =>
        type.GetAttributes()
            .Where(a => a.AttributeClass is { } c && c.Name == attributeName && SymbolTypes.IsFromVocabulary(c))
            .Select(a => (a, AttributePlace(a)));

    Place AttributePlace(AttributeData attribute) => Place.Of(attribute.ApplicationSyntaxReference!.GetSyntax(cancellation));

    static IReadOnlyList<SyntaxNode> Elements(SyntaxNode? list) =>
        list switch
        {
            CollectionExpressionSyntax collection when collection.Elements.All(e => e is ExpressionElementSyntax) =>
            [
                .. collection.Elements,
            ],
            ArrayCreationExpressionSyntax { Initializer: { } initializer } => [.. initializer.Expressions],
            ImplicitArrayCreationExpressionSyntax implicitArray => [.. implicitArray.Initializer.Expressions],
            _ => [],
        };

    static IReadOnlyList<string> Strings(TypedConstant array) => array.IsNull ? [] : [.. array.Values.Select(v => v.Value as string ?? "")];
}
