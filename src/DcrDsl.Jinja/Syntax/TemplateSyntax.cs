namespace DcrDsl.Jinja.Syntax;

/// <summary>A node of the syntax tree; <paramref name="Line"/> counts from 1.</summary>
abstract record Expression(int Line);

sealed record Constant(Value Value, int Line) : Expression(Line);

sealed record Name(string Id, int Line) : Expression(Line);

sealed record ListLiteral(IReadOnlyList<Expression> Items, int Line) : Expression(Line);

sealed record TupleLiteral(IReadOnlyList<Expression> Items, int Line) : Expression(Line);

sealed record DictLiteral(IReadOnlyList<(Expression Key, Expression Value)> Pairs, int Line) : Expression(Line);

sealed record Not(Expression Operand, int Line) : Expression(Line);

sealed record Negative(Expression Operand, int Line) : Expression(Line);

sealed record Positive(Expression Operand, int Line) : Expression(Line);

sealed record And(Expression Left, Expression Right, int Line) : Expression(Line);

sealed record Or(Expression Left, Expression Right, int Line) : Expression(Line);

sealed record Arithmetic(string Operator, Expression Left, Expression Right, int Line) : Expression(Line);

sealed record Concatenation(IReadOnlyList<Expression> Parts, int Line) : Expression(Line);

sealed record Comparison(Expression First, IReadOnlyList<(string Operator, Expression Operand)> Rest, int Line) : Expression(Line);

sealed record Conditional(Expression Test, Expression Then, Expression? Else, int Line) : Expression(Line);

sealed record AttributeAccess(Expression Target, string Attribute, int Line) : Expression(Line);

sealed record ItemAccess(Expression Target, Expression Item, int Line) : Expression(Line);

sealed record SliceBounds(Expression? Start, Expression? Stop, Expression? Step, int Line) : Expression(Line);

sealed record Call(Expression Target, CallArguments Arguments, int Line) : Expression(Line);

/// <summary>A filter; <paramref name="Target"/> is null at the head of a filter block or of a filtered set block.</summary>
sealed record FilterCall(Expression? Target, string Filter, CallArguments Arguments, int Line) : Expression(Line);

sealed record TestCall(Expression Target, string Test, CallArguments Arguments, int Line) : Expression(Line);

/// <summary>The target <c>ns.attribute</c> of a set statement.</summary>
sealed record NamespaceTarget(string Namespace, string Attribute, int Line) : Expression(Line);

sealed record CallArguments(
    IReadOnlyList<Expression> Positional,
    IReadOnlyList<(string Name, Expression Value)> Named,
    Expression? Rest,
    Expression? NamedRest
)
{
    public static CallArguments None { get; } = new([], [], null, null);
}

/// <summary>A statement of the template.</summary>
abstract record Statement(int Line);

sealed record DataText(string Text, int Line) : Statement(Line);

sealed record Print(Expression Value, int Line) : Statement(Line);

sealed record If(IReadOnlyList<(Expression Test, Block Body)> Branches, Block? Else, int Line) : Statement(Line);

sealed record For(Expression Target, Expression Items, Expression? Filter, bool IsRecursive, Block Body, Block? Else, int Line)
    : Statement(Line);

sealed record Break(int Line) : Statement(Line);

sealed record Continue(int Line) : Statement(Line);

sealed record Set(Expression Target, Expression Value, int Line) : Statement(Line);

sealed record SetBlock(Expression Target, FilterCall? Filter, Block Body, int Line) : Statement(Line);

sealed record MacroDefinition(Macro Macro, int Line) : Statement(Line);

sealed record CallBlock(Macro Caller, Call Call, int Line) : Statement(Line);

sealed record FilterBlock(FilterCall Filter, Block Body, int Line) : Statement(Line);

sealed record With(IReadOnlyList<(Expression Target, Expression Value)> Bindings, Block Body, int Line) : Statement(Line);

sealed record Autoescape(Expression Enabled, Block Body, int Line) : Statement(Line);

sealed record NamedBlock(string Name, bool IsScoped, Block Body, int Line) : Statement(Line);

sealed record Generation(Block Body, int Line) : Statement(Line);

/// <summary>A statement that needs another file (include, import, from, extends): there is no loader.</summary>
sealed record OtherFile(string Tag, int Line) : Statement(Line);

sealed record Block(IReadOnlyList<Statement> Statements);

/// <summary>
/// A macro, or the body of a call block. It takes surplus arguments only if its body names varargs or kwargs, and a caller
/// only if it names caller, as in Jinja.
/// </summary>
sealed record Macro(
    string? Name,
    IReadOnlyList<(string Name, Expression? Default)> Parameters,
    Block Body,
    bool UsesCaller,
    bool UsesKeywords,
    bool UsesRest
);

/// <summary>A parsed template.</summary>
sealed record TemplateSyntax(Block Body, bool HasGenerationBlocks);
