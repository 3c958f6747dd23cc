namespace DcrDsl.Jinja.Syntax;

enum TokenKind
{
    Data,
    VariableBegin,
    VariableEnd,
    BlockBegin,
    BlockEnd,
    Name,
    String,
    Integer,
    Float,
    Operator,
    End,
}

/// <summary>One token of a template. <paramref name="Text"/> is the unescaped text of data and strings, else what stands there.</summary>
readonly record struct Token(TokenKind Kind, string Text, int Line)
{
    public bool IsName(string name) => Kind == TokenKind.Name && Text == name;

    public bool IsOperator(string text) => Kind == TokenKind.Operator && Text == text;

    /// <summary>How an error names this token.</summary>
    public string Description =>
        Kind switch
        {
            TokenKind.VariableEnd => "end of print statement",
            TokenKind.BlockEnd => "end of statement block",
            TokenKind.VariableBegin => "begin of print statement",
            TokenKind.BlockBegin => "begin of statement block",
            TokenKind.Data => "template data",
            TokenKind.End => "end of template",
            _ => Text.Length <= 40 ? Text : Text[..40] + "…",
        };
}
