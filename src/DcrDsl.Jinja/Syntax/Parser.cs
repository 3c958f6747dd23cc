namespace DcrDsl.Jinja.Syntax;

/// <summary>
/// Builds the syntax tree, with Jinja's grammar and binding strengths; nesting is bounded, so no template overflows the stack.
/// </summary>
sealed partial class Parser
{
    /// <summary>How deep brackets, operators and blocks may nest in the text of a template.</summary>
    const int LargestNesting = 100;

    readonly List<Token> tokens;
    int position,
        nesting,
        loops;
    bool usesCaller,
        usesKeywords,
        usesRest,
        hasGeneration;
    readonly HashSet<string> blockNames = [];

    /// <summary>Unknown filters and tests outside any branch: those inside one fail only when they are reached, as in Jinja.</summary>
    readonly List<TemplateFault> unknown = [];

    Parser(List<Token> tokens) => this.tokens = tokens;

    public static TemplateSyntax Parse(string template, TemplateWhitespace whitespace = TemplateWhitespace.Trimmed)
    {
        var parser = new Parser(Lexer.Read(template, whitespace));
        Block body = parser.ParseBody([], opener: "");
        if (parser.unknown.Count > 0)
            throw parser.unknown[0];
        return new(body, parser.hasGeneration);
    }

    Token Current => tokens[position];

    Token Ahead => tokens[Math.Min(position + 1, tokens.Count - 1)];

    Token Next()
    {
        Token token = Current;
        if (token.Kind != TokenKind.End)
            position++;
        return token;
    }

    bool SkipOperator(string text)
    {
        if (!Current.IsOperator(text))
            return false;
        position++;
        return true;
    }

    bool SkipName(string name)
    {
        if (!Current.IsName(name))
            return false;
        position++;
        return true;
    }

    Token Expect(TokenKind kind, string description) => Current.Kind == kind ? Next() : throw Expected(description);

    void ExpectOperator(string text)
    {
        if (!SkipOperator(text))
            throw Expected(text);
    }

    TemplateFault Expected(string description) =>
        Current.Kind == TokenKind.End
            ? Fault($"unexpected end of template, expected '{description}'")
            : Fault($"expected '{description}', got '{Current.Description}'");

    TemplateFault Fault(string message, int? line = null) => new(FaultKind.Syntax, message, line ?? Current.Line);

    void Forgive(int mark) => unknown.RemoveRange(mark, unknown.Count - mark);

    T Nested<T>(Func<T> parse)
    {
        if (++nesting > LargestNesting)
            throw new TemplateFault(FaultKind.Limit, $"it nests deeper than {LargestNesting} levels", Current.Line);
        T result = parse();
        nesting--;
        return result;
    }
}
