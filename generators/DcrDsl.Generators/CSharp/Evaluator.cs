using System.Reflection;
using System.Runtime.CompilerServices;
using DcrDsl.Generators.Draft;
using DcrDsl.Generators.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DcrDsl.Generators.CSharp;

/// <summary>
/// Computes the values of C# expressions from the compiler's operation trees: constants, object creations and <c>with</c> on
/// records of the vocabulary and on the experiment itself, collection expressions, and static members. Everything else is an
/// error at that very expression.
/// </summary>
sealed partial class Evaluator(
    Compilation compilation,
    SemanticModel own,
    INamedTypeSymbol? experiment,
    SourceMap places,
    CancellationToken cancellation
)
{
    readonly Dictionary<SyntaxTree, SemanticModel> models = new() { [own.SyntaxTree] = own };
    readonly Dictionary<ISymbol, object?> members = new(SymbolEqualityComparer.Default);
    const int MostUnderway = 200;

    readonly HashSet<ISymbol> underway = new(SymbolEqualityComparer.Default);

    readonly Dictionary<ISymbol, OwnType> ownTypes = new(SymbolEqualityComparer.Default);

    /// <summary>Whether every member of source code that a value came from lies in the experiment's own file.</summary>
    public bool OwnFileOnly { get; private set; } = true;

    /// <summary>What a plain <c>new()</c> of the experiment holds; set once its initialisers are evaluated.</summary>
    public ExperimentValue? Declared { get; set; }

    /// <summary>The value of a property or field from its initialiser or expression body.</summary>
    public object? Member(ISymbol member)
    {
        if (members.TryGetValue(member, out var known))
            return known;
        var syntax =
            Initialiser(member)
            ?? throw new UnevaluableException(
                member.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation),
                $"'{member.Name}' has neither an initialiser alone nor an expression alone"
            );
        if (member.IsStatic)
            Constant(member, syntax);
        if (underway.Count > MostUnderway)
            throw new UnevaluableException(syntax, $"more than {MostUnderway} members refer to each other in a row");
        if (!underway.Add(member))
            throw new UnevaluableException(syntax, $"'{member.Name}' refers to itself");
        try
        {
            var operation = Operation(syntax);
            OwnFileOnly &= operation.DescendantsAndSelf().All(LiesInOwnFile);
            return members[member] = Evaluate(operation);
        }
        finally
        {
            underway.Remove(member);
        }
    }

    /// <summary>A static member whose value the program may replace is not what its initialiser says.</summary>
    static void Constant(ISymbol member, SyntaxNode syntax)
    {
        if (member is IPropertySymbol { SetMethod: not null })
            throw new UnevaluableException(syntax, $"'{member.Name}' can be set when the program runs; leave its setter out");
        if (
            syntax.Parent is EqualsValueClauseSyntax
            && member is not IFieldSymbol { IsConst: true }
            && member.ContainingType.StaticConstructors.Any(c => !c.IsImplicitlyDeclared)
        )
            throw new UnevaluableException(
                syntax,
                $"the static constructor of '{member.ContainingType.Name}' may set '{member.Name}' anew; make it a constant or an "
                    + $"expression body"
            );
    }

    /// <summary>The expression that gives a member its value, or null.</summary>
    public SyntaxNode? Initialiser(ISymbol member) =>
        member.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) switch
        {
            PropertyDeclarationSyntax { ExpressionBody.Expression: var body } => body,
            PropertyDeclarationSyntax { Initializer.Value: var value, AccessorList.Accessors: var accessors } => accessors.All(a =>
                a.Body is null && a.ExpressionBody is null
            )
                ? value
                : null,
            PropertyDeclarationSyntax { AccessorList.Accessors: [{ ExpressionBody.Expression: var body }] } => body,
            PropertyDeclarationSyntax
            {
                AccessorList.Accessors: [{ Body.Statements: [ReturnStatementSyntax { Expression: { } value }] }]
            } => value,
            VariableDeclaratorSyntax { Initializer.Value: var value } => value,
            _ => null,
        };

    /// <summary>The operation of an initialiser with the conversion to the member's type, which target-typed expressions need.</summary>
    public IOperation Operation(SyntaxNode syntax)
    {
        var model = Model(syntax.SyntaxTree);
        var whole = syntax.Parent is EqualsValueClauseSyntax or ArrowExpressionClauseSyntax or ReturnStatementSyntax
            ? model.GetOperation(syntax.Parent, cancellation)
            : null;
        return whole switch
        {
            ISymbolInitializerOperation initializer => initializer.Value,
            IBlockOperation { Operations: [IReturnOperation { ReturnedValue: { } returned }] } => returned,
            IReturnOperation { ReturnedValue: { } returned } => returned,
            _ => model.GetOperation(syntax, cancellation) ?? throw new UnevaluableException(null, "no operation"),
        };
    }

    /// <summary>One model a tree: each would bind everything anew.</summary>
    SemanticModel Model(SyntaxTree tree)
    {
        if (!models.TryGetValue(tree, out var model))
            models[tree] = model = FileMeaning.Of(compilation, tree);
        return model;
    }

    public object? Evaluate(IOperation operation)
    {
        cancellation.ThrowIfCancellationRequested();
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (operation.ConstantValue is { HasValue: true } constant)
            return Typed(constant.Value, operation);
        return operation switch
        {
            IConversionOperation conversion => Convert(conversion),
            IParenthesizedOperation parenthesized => Evaluate(parenthesized.Operand),
            IObjectCreationOperation creation => Create(creation),
            IWithOperation with => With(with),
            ICollectionExpressionOperation collection => List(collection.Type, collection.Elements, collection),
            IArrayCreationOperation { Initializer: { } initializer } array => List(array.Type, initializer.ElementValues, array),
            IPropertyReferenceOperation property => Property(property),
            IFieldReferenceOperation field => Field(field),
            IInvocationOperation invocation => Invoke(invocation),
            IDefaultValueOperation => null,
            IInvalidOperation => throw new UnevaluableException(null, "does not compile"),
            _ => throw Unevaluable(operation),
        };
    }

    // What does not compile may compile when another file changes.
    bool LiesInOwnFile(IOperation operation) =>
        operation switch
        {
            IInvalidOperation => false,
            IMemberReferenceOperation { Member: { } member } => member.DeclaringSyntaxReferences.All(reference =>
                reference.SyntaxTree == own.SyntaxTree
            ),
            _ => true,
        };

    object? Convert(IConversionOperation conversion)
    {
        object? value = Evaluate(conversion.Operand);
        if (conversion.OperatorMethod is { } method)
            throw new UnevaluableException(conversion.Syntax, $"the conversion to '{method.ReturnType.Name}' is user code");
        return value is ExperimentValue || SymbolTypes.TypeOf(conversion.Type) is not { } type ? value : As(value, type, conversion);
    }

    object? Property(IPropertyReferenceOperation reference)
    {
        var property = reference.Property;
        if (reference.Arguments.Length > 0)
            throw Unevaluable(reference);
        if (property.IsStatic)
        {
            if (SymbolTypes.TypeOf(property.ContainingType) is { } type && SymbolTypes.IsFromVocabulary(property))
                return type.GetProperty(property.Name, BindingFlags.Public | BindingFlags.Static)?.GetValue(null);
            return property.DeclaringSyntaxReferences.IsEmpty ? throw Unevaluable(reference) : Member(property);
        }
        object? instance = reference.Instance is { } operand ? Evaluate(operand) : null;
        return instance switch
        {
            ExperimentValue experimentValue => experimentValue.Has(property.Name)
                ? experimentValue[property.Name]
                : throw Unevaluable(reference),
            IOwn when Vocabulary.OptionOf(instance, property.Name) is { } option => option.GetValue(instance),
            not null when SymbolTypes.IsFromVocabulary(property) => instance.GetType().GetProperty(property.Name)?.GetValue(instance),
            _ => throw Unevaluable(reference),
        };
    }

    object? Field(IFieldReferenceOperation reference)
    {
        var field = reference.Field;
        if (!field.IsStatic || !(field.IsReadOnly || field.IsConst))
            throw Unevaluable(reference);
        if (SymbolTypes.IsFromVocabulary(field))
            return SymbolTypes.TypeOf(field.ContainingType)?.GetField(field.Name)?.GetValue(null);
        return field.DeclaringSyntaxReferences.IsEmpty ? throw Unevaluable(reference) : Member(field);
    }

    /// <summary>Methods of the vocabulary are pure functions of their arguments, so they can be called here.</summary>
    object? Invoke(IInvocationOperation invocation)
    {
        var method = invocation.TargetMethod;
        if (!SymbolTypes.IsFromVocabulary(method) || method.IsGenericMethod || SymbolTypes.TypeOf(method.ContainingType) is not { } type)
            throw Unevaluable(invocation);
        var parameters = method.Parameters.Select(p => SymbolTypes.TypeOf(p.Type)).ToArray();
        var found = parameters.Contains(null) ? null : type.GetMethod(method.Name, [.. parameters.Select(p => p!)]);
        object? instance = invocation.Instance is { } operand ? Evaluate(operand) : null;
        return found is null ? throw Unevaluable(invocation) : found.Invoke(instance, Arguments(invocation.Arguments));
    }

    object?[] Arguments(IEnumerable<IArgumentOperation> arguments) =>
        [.. arguments.OrderBy(a => a.Parameter!.Ordinal).Select(a => Evaluate(a.Value))];

    object? As(object? value, Type type, IOperation operation) =>
        Vocabulary.TryConvert(value, type, out object? converted) ? converted : throw Unevaluable(operation);

    /// <summary>A constant in the type of its expression: the compiler gives enum members as numbers.</summary>
    object? Typed(object? constant, IOperation operation) =>
        constant is null || operation.Type is not { TypeKind: TypeKind.Enum } symbol || SymbolTypes.TypeOf(symbol) is not { } type
            ? constant
        : type.IsEnum ? Enum.ToObject(type, constant)
        : SymbolTypes.MemberOf(symbol, constant) ?? throw Unevaluable(operation);

    bool IsExperiment(ITypeSymbol? type) =>
        experiment is not null && SymbolEqualityComparer.Default.Equals(type?.WithNullableAnnotation(NullableAnnotation.None), experiment);

    static UnevaluableException Unevaluable(IOperation operation) =>
        new(operation.Syntax, "use constants, records of the vocabulary, collection expressions, 'with', and static members");
}
