using System.Text;

namespace DcrDsl.Jinja.Syntax;

sealed partial class Parser
{
    CallArguments ParseArguments()
    {
        int line = Current.Line;
        ExpectOperator("(");
        var positional = new List<Expression>();
        var named = new List<(string, Expression)>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        Expression? rest = null,
            namedRest = null;
        TemplateFault Order() => Fault("arguments of a call are in the wrong order", line);
        for (bool first = true; !Current.IsOperator(")"); first = false)
        {
            if (!first)
                ExpectOperator(",");
            if (Current.IsOperator(")"))
                break;
            if (SkipOperator("*"))
            {
                if (rest is not null || namedRest is not null)
                    throw Order();
                rest = ParseExpression();
            }
            else if (SkipOperator("**"))
            {
                if (namedRest is not null)
                    throw Order();
                namedRest = ParseExpression();
            }
            else if (Current.Kind == TokenKind.Name && Ahead.IsOperator("="))
            {
                if (namedRest is not null)
                    throw Order();
                string name = Next().Text;
                position++;
                if (!names.Add(name))
                    throw Fault($"the argument {name} is given twice", line);
                named.Add((name, ParseExpression()));
            }
            else
            {
                if (rest is not null || namedRest is not null || named.Count > 0)
                    throw Order();
                positional.Add(ParseExpression());
            }
        }
        position++;
        return new(positional, named, rest, namedRest);
    }

    Expression ParseFiltersAndTests(Expression value)
    {
        while (true)
        {
            if (Current.IsOperator("|"))
                value = ParseFilters(value)!;
            else if (Current.IsName("is"))
                value = ParseTest(value);
            else if (Current.IsOperator("("))
                value = new Call(value, ParseArguments(), Current.Line);
            else
                return value;
        }
    }

    /// <summary>Filters after '|'; <paramref name="inline"/>: the first one has no '|' before it.</summary>
    FilterCall? ParseFilters(Expression? target, bool inline = false)
    {
        FilterCall? filter = null;
        while (inline || SkipOperator("|"))
        {
            inline = false;
            int line = Current.Line;
            string name = ParseDottedName();
            if (!FilterTable.All.ContainsKey(name))
                unknown.Add(Fault($"there is no filter named '{TemplateFault.Shortened(name)}'", line));
            CallArguments arguments = Current.IsOperator("(") ? ParseArguments() : CallArguments.None;
            filter = new FilterCall(filter ?? target, name, arguments, line);
        }
        return filter;
    }

    Expression ParseTest(Expression target)
    {
        int line = Next().Line;
        bool negated = SkipName("not");
        string name = ParseDottedName();
        if (!TestTable.All.ContainsKey(name))
            unknown.Add(Fault($"there is no test named '{TemplateFault.Shortened(name)}'", line));
        CallArguments arguments = CallArguments.None;
        if (Current.IsOperator("("))
            arguments = ParseArguments();
        else if (StartsArgument())
        {
            if (Current.IsName("is"))
                throw Fault("tests cannot be chained with 'is'");
            arguments = new([ParsePostfix(Nested(() => ParsePrimary()))], [], null, null);
        }
        Expression test = new TestCall(target, name, arguments, line);
        return negated ? new Not(test, line) : test;
    }

    bool StartsArgument() =>
        Current.Kind switch
        {
            TokenKind.Name => Current.Text is not ("else" or "or" or "and"),
            TokenKind.String or TokenKind.Integer or TokenKind.Float => true,
            TokenKind.Operator => Current.Text is "[" or "{",
            _ => false,
        };

    string ParseDottedName()
    {
        string first = Expect(TokenKind.Name, "name").Text;
        if (!Current.IsOperator("."))
            return first;
        var name = new StringBuilder(first);
        while (SkipOperator("."))
            name.Append('.').Append(Expect(TokenKind.Name, "name").Text);
        return name.ToString();
    }
}
