using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Draft;
using DcrDsl.Generators.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DcrDsl.Generators.CSharp;

/// <content>What makes records and lists.</content>
sealed partial class Evaluator
{
    object Create(IObjectCreationOperation creation)
    {
        object instance = IsExperiment(creation.Type)
            ? (
                Declared
                ?? throw new UnevaluableException(creation.Syntax, "an initialiser of the experiment cannot create the experiment itself")
            ).Clone()
            : Construct(creation);
        if (Declared is not null && instance is ExperimentValue)
            places.Copy(Declared, instance);
        if (creation.Initializer is { } initializer)
            Assign(instance, initializer);
        return instance;
    }

    object Construct(IObjectCreationOperation creation)
    {
        if (creation.Type is INamedTypeSymbol own && !SymbolTypes.IsFromVocabulary(own) && SymbolTypes.FamilyOf(own) is not null)
            return ConstructOwn(own, creation);
        var type = SymbolTypes.TypeOf(creation.Type);
        if (type is null || !Vocabulary.IsRecord(type))
            throw Unevaluable(creation);
        var parameters = creation.Constructor!.Parameters.Select(p => SymbolTypes.TypeOf(p.Type)).ToArray();
        var constructor = parameters.Contains(null) ? null : type.GetConstructor([.. parameters.Select(p => p!)]);
        return constructor?.Invoke(Arguments(creation.Arguments)) ?? throw Unevaluable(creation);
    }

    /// <summary>A record of the user's, which has no loaded type.</summary>
    object ConstructOwn(INamedTypeSymbol symbol, IObjectCreationOperation creation)
    {
        if (!OwnTypeReader.IsMarked(symbol))
            throw new UnevaluableException(
                creation.Syntax,
                $"'{symbol.Name}' names no function; mark it with [RuntimeCall(\"Type.Function\")]"
            );
        if (!ownTypes.TryGetValue(symbol, out var type))
        {
            var reader = new OwnTypeReader(compilation, this, [], cancellation);
            ownTypes[symbol] = type = reader.Read(symbol);
            OwnFileOnly &= type.IsSound && reader.Sources.All(reference => reference.SyntaxTree == own.SyntaxTree);
        }
        if (!type.IsSound)
            throw new UnevaluableException(creation.Syntax, OwnTypeReader.WhyUnsound(symbol, compilation));
        return creation.Arguments.IsEmpty ? type.Create() : throw Unevaluable(creation);
    }

    object With(IWithOperation with)
    {
        object? operand = Evaluate(with.Operand);
        object copy = operand switch
        {
            null => throw new UnevaluableException(with.Operand.Syntax, "it is null: the stage was left out there"),
            ExperimentValue experimentValue => experimentValue.Clone(),
            _ => Vocabulary.Clone(operand),
        };
        places.Copy(operand, copy);
        Assign(copy, with.Initializer);
        return copy;
    }

    void Assign(object instance, IObjectOrCollectionInitializerOperation initializer)
    {
        foreach (var operation in initializer.Initializers)
        {
            if (
                operation
                is not ISimpleAssignmentOperation
                {
                    Target: IPropertyReferenceOperation { Property: { IsStatic: false } property }
                } assignment
            )
                throw Unevaluable(operation);
            object? value = Evaluate(assignment.Value);
            if (instance is ExperimentValue experimentValue)
                experimentValue[property.Name] = value;
            else
            {
                var option = Vocabulary.OptionOf(instance, property.Name) ?? throw Unevaluable(operation);
                option.SetValue(instance, As(value, option.Type, assignment.Value));
            }
            places.Set(
                instance,
                property.Name,
                Place.Of((assignment.Syntax as AssignmentExpressionSyntax)?.Right ?? assignment.Value.Syntax)
            );
        }
    }

    object List(ITypeSymbol? listType, IEnumerable<IOperation> elements, IOperation list)
    {
        var type = SymbolTypes.TypeOf(listType) ?? SymbolTypes.ArrayBehind(listType) ?? throw Unevaluable(list);
        if (Vocabulary.ItemType(type) is not { } itemType)
            throw Unevaluable(list);
        var items = new List<object?>();
        foreach (var element in elements)
        {
            if (element is ISpreadOperation spread)
            {
                if (Evaluate(spread.Operand) is not System.Collections.IEnumerable sequence)
                    throw Unevaluable(spread);
                items.AddRange(sequence.Cast<object?>());
            }
            else
                items.Add(As(Evaluate(element), itemType, element));
        }
        return Vocabulary.List(type, items);
    }
}
