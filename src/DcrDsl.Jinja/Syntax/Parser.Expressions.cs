using System.Globalization;
using System.Numerics;
using System.Text;

namespace DcrDsl.Jinja.Syntax;

sealed partial class Parser
{
    Expression ParseExpression(bool withCondition = true) => Nested(() => withCondition ? ParseConditional() : ParseOr());

    Expression ParseConditional()
    {
        int line = Current.Line;
        int mark = unknown.Count;
        Expression value = ParseOr();
        while (SkipName("if"))
        {
            Expression test = ParseOr();
            Expression? otherwise = SkipName("else") ? Nested(ParseConditional) : null;
            value = new Conditional(test, value, otherwise, line);
            Forgive(mark);
        }
        return value;
    }

    Expression ParseOr()
    {
        int line = Current.Line;
        Expression left = ParseAnd();
        while (SkipName("or"))
            left = new Or(left, ParseAnd(), line);
        return left;
    }

    Expression ParseAnd()
    {
        int line = Current.Line;
        Expression left = ParseNot();
        while (SkipName("and"))
            left = new And(left, ParseNot(), line);
        return left;
    }

    Expression ParseNot()
    {
        int line = Current.Line;
        return SkipName("not") ? new Not(Nested(ParseNot), line) : ParseComparison();
    }

    Expression ParseComparison()
    {
        int line = Current.Line;
        Expression first = ParseSum();
        List<(string, Expression)>? rest = null;
        while (ComparisonOperator() is { } found)
            (rest ??= []).Add((found, ParseSum()));
        return rest is null ? first : new Comparison(first, rest, line);
    }

    string? ComparisonOperator()
    {
        if (Current is { Kind: TokenKind.Operator, Text: "==" or "!=" or "<" or "<=" or ">" or ">=" })
            return Next().Text;
        if (SkipName("in"))
            return "in";
        if (!Current.IsName("not") || !Ahead.IsName("in"))
            return null;
        position += 2;
        return "not in";
    }

    Expression ParseSum()
    {
        int line = Current.Line;
        Expression left = ParseConcatenation();
        while (Current is { Kind: TokenKind.Operator, Text: "+" or "-" })
            left = new Arithmetic(Next().Text, left, ParseConcatenation(), line);
        return left;
    }

    Expression ParseConcatenation()
    {
        int line = Current.Line;
        Expression first = ParseProduct();
        if (!Current.IsOperator("~"))
            return first;
        List<Expression> parts = [first];
        while (SkipOperator("~"))
            parts.Add(ParseProduct());
        return new Concatenation(parts, line);
    }

    Expression ParseProduct()
    {
        int line = Current.Line;
        Expression left = ParsePower();
        while (Current is { Kind: TokenKind.Operator, Text: "*" or "/" or "//" or "%" })
            left = new Arithmetic(Next().Text, left, ParsePower(), line);
        return left;
    }

    Expression ParsePower()
    {
        int line = Current.Line;
        Expression left = ParseUnary();
        while (SkipOperator("**"))
            left = new Arithmetic("**", left, ParseUnary(), line);
        return left;
    }

    Expression ParseUnary(bool withFilter = true)
    {
        int line = Current.Line;
        Expression value =
            SkipOperator("-") ? new Negative(Nested(() => ParseUnary(withFilter: false)), line)
            : SkipOperator("+") ? new Positive(Nested(() => ParseUnary(withFilter: false)), line)
            : ParsePrimary();
        value = ParsePostfix(value);
        return withFilter ? ParseFiltersAndTests(value) : value;
    }

    Expression ParsePrimary(bool withNamespace = false)
    {
        Token token = Next();
        switch (token.Kind)
        {
            case TokenKind.Name:
                return ParseName(token, withNamespace);
            case TokenKind.String:
                if (Current.Kind != TokenKind.String)
                    return new Constant(new TextValue(token.Text), token.Line);
                var text = new StringBuilder(token.Text);
                while (Current.Kind == TokenKind.String)
                    text.Append(Next().Text);
                return new Constant(new TextValue(text.ToString()), token.Line);
            case TokenKind.Integer:
                return new Constant(new IntegerValue(ReadInteger(token)), token.Line);
            case TokenKind.Float:
                double number = double.Parse(
                    token.Text.Replace("_", "", StringComparison.Ordinal),
                    NumberStyles.Float,
                    CultureInfo.InvariantCulture
                );
                return new Constant(new FloatValue(number), token.Line);
            case TokenKind.Operator when token.Text == "(":
                Expression inner = Nested(() => ParseTuple(inParentheses: true));
                ExpectOperator(")");
                return inner;
            case TokenKind.Operator when token.Text == "[":
                return new ListLiteral(ParseItems("]", () => ParseExpression()), token.Line);
            case TokenKind.Operator when token.Text == "{":
                return new DictLiteral(ParseItems("}", ParsePair), token.Line);
            case TokenKind.End:
                throw Fault("unexpected end of template, expected an expression");
            default:
                throw Fault($"expected an expression, got '{token.Description}'", token.Line);
        }
    }

    Expression ParseName(Token token, bool withNamespace)
    {
        switch (token.Text)
        {
            case "true" or "True":
                return new Constant(BooleanValue.True, token.Line);
            case "false" or "False":
                return new Constant(BooleanValue.False, token.Line);
            case "none" or "None":
                return new Constant(NoneValue.None, token.Line);
        }
        if (withNamespace && SkipOperator("."))
            return new NamespaceTarget(token.Text, Expect(TokenKind.Name, "name").Text, token.Line);
        usesCaller |= token.Text == "caller";
        usesKeywords |= token.Text == "kwargs";
        usesRest |= token.Text == "varargs";
        return new Name(token.Text, token.Line);
    }

    BigInteger ReadInteger(Token token)
    {
        string digits = token.Text.Replace("_", "", StringComparison.Ordinal);
        return PythonNumbers.TryParseInteger(digits, numberBase: 0, out BigInteger value)
            ? value
            : throw new TemplateFault(FaultKind.Limit, "an integer has too many digits", token.Line);
    }

    List<T> ParseItems<T>(string close, Func<T> parse)
    {
        var items = new List<T>();
        while (!Current.IsOperator(close))
        {
            if (items.Count > 0)
                ExpectOperator(",");
            if (Current.IsOperator(close))
                break;
            items.Add(parse());
        }
        position++;
        return items;
    }

    (Expression, Expression) ParsePair()
    {
        Expression key = ParseExpression();
        ExpectOperator(":");
        return (key, ParseExpression());
    }

    Expression ParseTuple(bool withCondition = true, bool inParentheses = false, string? endName = null, Func<Expression>? parse = null)
    {
        int line = Current.Line;
        var items = new List<Expression>();
        bool isTuple = false;
        while (true)
        {
            if (items.Count > 0)
                ExpectOperator(",");
            if (
                Current.Kind is TokenKind.VariableEnd or TokenKind.BlockEnd
                || Current.IsOperator(")")
                || endName is not null && Current.IsName(endName)
            )
                break;
            items.Add(parse is null ? ParseExpression(withCondition) : parse());
            if (!Current.IsOperator(","))
                break;
            isTuple = true;
        }
        if (!isTuple && items.Count == 1)
            return items[0];
        if (!isTuple && !inParentheses)
            throw Fault($"expected an expression, got '{Current.Description}'");
        return new TupleLiteral(items, line);
    }

    Expression ParsePostfix(Expression value)
    {
        while (Current.Kind == TokenKind.Operator)
        {
            int line = Current.Line;
            if (SkipOperator("."))
            {
                Token member = Next();
                value = member.Kind switch
                {
                    TokenKind.Name => new AttributeAccess(value, member.Text, line),
                    TokenKind.Integer => new ItemAccess(value, new Constant(new IntegerValue(ReadInteger(member)), line), line),
                    _ => throw Fault($"expected a name or number after '.', got '{member.Description}'", member.Line),
                };
            }
            else if (SkipOperator("["))
            {
                List<Expression> items = ParseItems("]", ParseSubscript);
                value = new ItemAccess(value, items.Count == 1 ? items[0] : new TupleLiteral(items, line), line);
            }
            else if (Current.IsOperator("("))
                value = new Call(value, ParseArguments(), line);
            else
                break;
        }
        return value;
    }

    Expression ParseSubscript()
    {
        int line = Current.Line;
        bool AtEnd() => Current.IsOperator("]") || Current.IsOperator(",") || Current.IsOperator(":");
        Expression? start = Current.IsOperator(":") ? null : ParseExpression();
        if (!SkipOperator(":"))
            return start!;
        Expression? stop = AtEnd() ? null : ParseExpression();
        Expression? step = SkipOperator(":") && !AtEnd() ? ParseExpression() : null;
        return new SliceBounds(start, stop, step, line);
    }
}
