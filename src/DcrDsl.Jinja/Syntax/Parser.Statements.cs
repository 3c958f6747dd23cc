namespace DcrDsl.Jinja.Syntax;

sealed partial class Parser
{
    /// <summary>
    /// Statements up to a tag in <paramref name="ends"/>, which stays current; none given: up to the end of the template.
    /// </summary>
    Block ParseBody(string[] ends, string opener)
    {
        var body = new List<Statement>();
        int line = Current.Line;
        while (true)
        {
            Token token = Current;
            switch (token.Kind)
            {
                case TokenKind.Data:
                    body.Add(new DataText(Next().Text, token.Line));
                    break;
                case TokenKind.VariableBegin:
                    position++;
                    body.Add(new Print(ParseTuple(), token.Line));
                    Expect(TokenKind.VariableEnd, "end of print statement");
                    break;
                case TokenKind.BlockBegin:
                    position++;
                    if (Current.Kind == TokenKind.Name && ends.Contains(Current.Text))
                        return new(body);
                    Nested<object?>(() =>
                    {
                        ParseStatement(body, ends, opener);
                        return null;
                    });
                    Expect(TokenKind.BlockEnd, "end of statement block");
                    break;
                default:
                    if (ends.Length == 0)
                        return new(body);
                    throw Fault($"the block '{opener}' is not closed: '{string.Join("' or '", ends)}' is missing", line);
            }
        }
    }

    /// <summary>The body of a block whose opening tag ends here; consumes the end tag's name, which it returns.</summary>
    (Block Body, string End) ParseBlock(string opener, params string[] ends)
    {
        SkipOperator(":");
        Expect(TokenKind.BlockEnd, "end of statement block");
        Block body = ParseBody(ends, opener);
        return (body, Next().Text);
    }

    void ParseStatement(List<Statement> body, string[] ends, string opener)
    {
        Token tag = Expect(TokenKind.Name, "tag name");
        int line = tag.Line;
        switch (tag.Text)
        {
            case "if":
                body.Add(ParseIf(line));
                break;
            case "for":
                body.Add(ParseFor(line));
                break;
            case "set":
                body.Add(ParseSet(line));
                break;
            case "macro":
                body.Add(ParseMacro(line));
                break;
            case "call":
                body.Add(ParseCallBlock(line));
                break;
            case "filter":
                FilterCall filter = ParseFilters(null, inline: true)!;
                body.Add(new FilterBlock(filter, ParseScope("filter"), line));
                break;
            case "generation":
                hasGeneration = true;
                body.Add(new Generation(ParseScope("generation"), line));
                break;
            case "with":
                body.Add(ParseWith(line));
                break;
            case "autoescape":
                Expression enabled = ParseExpression();
                body.Add(new Autoescape(enabled, ParseBlock("autoescape", "endautoescape").Body, line));
                break;
            case "block":
                body.Add(ParseNamedBlock(line));
                break;
            case "print":
                do body.Add(new Print(ParseExpression(), line));
                while (SkipOperator(","));
                break;
            case "break" when loops > 0:
                body.Add(new Break(line));
                break;
            case "continue" when loops > 0:
                body.Add(new Continue(line));
                break;
            case "break" or "continue":
                throw Fault($"'{tag.Text}' stands outside a loop", line);
            case "include" or "import" or "from" or "extends":
                while (Current.Kind is not (TokenKind.BlockEnd or TokenKind.End))
                    position++;
                body.Add(new OtherFile(tag.Text, line));
                break;
            default:
                string expected = ends.Length == 0 ? "" : $"; the open block '{opener}' needs '{string.Join("' or '", ends)}'";
                throw Fault($"unknown tag '{tag.Text}'{expected}", line);
        }
    }

    If ParseIf(int line)
    {
        var parts = new List<(Expression, Block)>();
        int mark = unknown.Count;
        string end = "elif";
        Block? otherwise = null;
        while (end == "elif")
        {
            Expression test = ParseTuple(withCondition: false);
            (Block body, end) = ParseBlock("if", "elif", "else", "endif");
            parts.Add((test, body));
        }
        if (end == "else")
            otherwise = ParseBlock("if", "endif").Body;
        Forgive(mark);
        return new(parts, otherwise, line);
    }

    For ParseFor(int line)
    {
        Expression target = ParseTarget(endName: "in");
        if (!SkipName("in"))
            throw Expected("in");
        Expression items = ParseTuple(withCondition: false, endName: "recursive");
        Expression? filter = SkipName("if") ? ParseExpression() : null;
        bool recursive = SkipName("recursive");
        loops++;
        (Block body, string end) = ParseBlock("for", "endfor", "else");
        loops--;
        Block? otherwise = end == "else" ? ParseBlock("for", "endfor").Body : null;
        return new(target, items, filter, recursive, body, otherwise, line);
    }

    Statement ParseSet(int line)
    {
        Expression target = ParseTarget(withNamespace: true);
        if (SkipOperator("="))
            return new Set(target, ParseTuple(), line);
        FilterCall? filter = ParseFilters(null);
        return new SetBlock(target, filter, ParseBlock("set", "endset").Body, line);
    }

    With ParseWith(int line)
    {
        var bindings = new List<(Expression, Expression)>();
        while (Current.Kind != TokenKind.BlockEnd)
        {
            if (bindings.Count > 0)
                ExpectOperator(",");
            Expression target = ParseTarget();
            ExpectOperator("=");
            bindings.Add((target, ParseExpression()));
        }
        return new(bindings, ParseBlock("with", "endwith").Body, line);
    }

    NamedBlock ParseNamedBlock(int line)
    {
        string name = Expect(TokenKind.Name, "block name").Text;
        bool scoped = SkipName("scoped");
        if (!blockNames.Add(name))
            throw Fault($"the block '{name}' is defined twice", line);
        Block body = ParseScope("block");
        SkipName(name);
        return new(name, scoped, body, line);
    }

    MacroDefinition ParseMacro(int line)
    {
        string name = Expect(TokenKind.Name, "macro name").Text;
        var parameters = ParseParameters();
        return new(ParseMacroBody(name, parameters, "macro"), line);
    }

    CallBlock ParseCallBlock(int line)
    {
        List<(string, Expression?)> parameters = Current.IsOperator("(") ? ParseParameters() : [];
        if (ParseExpression() is not Call call)
            throw Fault("a call block needs a call", line);
        return new(ParseMacroBody(null, parameters, "call"), call, line);
    }

    List<(string, Expression?)> ParseParameters()
    {
        ExpectOperator("(");
        var parameters = new List<(string Name, Expression? Default)>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (!Current.IsOperator(")"))
        {
            if (parameters.Count > 0)
                ExpectOperator(",");
            string name = Expect(TokenKind.Name, "parameter name").Text;
            Expression? byDefault = SkipOperator("=") ? ParseExpression() : null;
            if (byDefault is null && parameters is [.., { Default: not null }])
                throw Fault($"the parameter {name} without a default follows one with a default");
            if (!names.Add(name))
                throw Fault($"the parameter {name} is named twice");
            parameters.Add((name, byDefault));
        }
        position++;
        return parameters;
    }

    Macro ParseMacroBody(string? name, List<(string, Expression?)> parameters, string opener)
    {
        bool outerCaller = usesCaller,
            outerKeywords = usesKeywords,
            outerRest = usesRest;
        (usesCaller, usesKeywords, usesRest) = (false, false, false);
        Block body = ParseScope(opener);
        var macro = new Macro(name, parameters, body, usesCaller, usesKeywords, usesRest);
        usesCaller |= outerCaller;
        usesKeywords |= outerKeywords;
        usesRest |= outerRest;
        return macro;
    }

    /// <summary>A body that is a function of its own: break and continue do not reach an outer loop.</summary>
    Block ParseScope(string opener)
    {
        (int outer, loops) = (loops, 0);
        Block body = ParseBlock(opener, "end" + opener).Body;
        loops = outer;
        return body;
    }

    Expression ParseTarget(string? endName = null, bool withNamespace = false)
    {
        int line = Current.Line;
        Expression target = ParseTuple(endName: endName, parse: () => Nested(() => ParsePrimary(withNamespace)));
        CheckTarget(target, line);
        return target;
    }

    void CheckTarget(Expression target, int line)
    {
        if (target is TupleLiteral tuple)
            foreach (Expression item in tuple.Items)
                CheckTarget(item, line);
        else if (target is not (Name or NamespaceTarget))
            throw Fault("only a name, a tuple of names or a namespace's attribute can be assigned", line);
        else if (target is Name { Id: "loop" } && loops > 0)
            throw Fault("the special variable 'loop' cannot be assigned in a loop", line);
    }
}
