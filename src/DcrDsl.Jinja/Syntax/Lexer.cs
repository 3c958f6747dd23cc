using System.Globalization;

namespace DcrDsl.Jinja.Syntax;

/// <summary>
/// Cuts a template into tokens, as jinja2.lexer does with trim_blocks and lstrip_blocks on (transformers' setting): the newline
/// after a block or comment goes, white space before one that starts a line goes, '-' eats all white space, '+' keeps it,
/// and one trailing newline of the template is dropped. With <see cref="TemplateWhitespace.Kept"/>, only '-' changes white space.
/// </summary>
sealed class Lexer
{
    static readonly string[] Operators =
    [
        "//",
        "**",
        "==",
        "!=",
        ">=",
        "<=",
        "+",
        "-",
        "/",
        "*",
        "%",
        "~",
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        ">",
        "<",
        "=",
        ".",
        ":",
        "|",
        ",",
        ";",
    ];

    readonly string source;
    readonly List<Token> tokens = [];
    int position,
        line = 1,
        counted;
    bool lineStarting = true;

    readonly bool trims;

    Lexer(string source, bool trims) => (this.source, this.trims) = (source, trims);

    /// <summary>All tokens, closed by one of kind End.</summary>
    public static List<Token> Read(string template, TemplateWhitespace whitespace)
    {
        bool trims = whitespace == TemplateWhitespace.Trimmed;
        string text = template.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        if (trims && text.EndsWith('\n'))
            text = text[..^1];
        var lexer = new Lexer(text, trims);
        lexer.ReadRoot();
        lexer.Add(TokenKind.End, "");
        return lexer.tokens;
    }

    void ReadRoot()
    {
        while (position < source.Length)
        {
            int open = NextOpening(position);
            if (open < 0)
            {
                Add(TokenKind.Data, source[position..]);
                position = source.Length;
                return;
            }
            if (source[open + 1] == '%' && RawEnd(open) is { } body)
            {
                AddData(open, Sign(open + 2), isVariable: false);
                MoveTo(body);
                ReadRaw();
                continue;
            }
            char kind = source[open + 1],
                sign = Sign(open + 2);
            AddData(open, sign, isVariable: kind == '{');
            MoveTo(open + (sign == '\0' ? 2 : 3));
            if (kind == '#')
                SkipComment();
            else
                ReadTag(isVariable: kind == '{');
        }
    }

    int NextOpening(int from)
    {
        for (int i = source.IndexOf('{', from); i >= 0 && i + 1 < source.Length; i = source.IndexOf('{', i + 1))
            if (source[i + 1] is '{' or '%' or '#')
                return i;
        return -1;
    }

    char Sign(int at) => at < source.Length && source[at] is '-' or '+' ? source[at] : '\0';

    void AddData(int end, char sign, bool isVariable)
    {
        string text = source[position..end];
        if (sign == '-')
            text = PythonWhitespace.Strip(text, left: false);
        else if (trims && sign != '+' && !isVariable)
        {
            int start = text.LastIndexOf('\n') + 1;
            if (
                (start > 0 || lineStarting)
                && text.AsSpan(start).IndexOfAnyExcept(' ', '\t') is var other
                && (other < 0 || PythonWhitespace.Strip(text[start..]).Length == 0)
            )
                text = text[..start];
        }
        if (text.Length > 0)
            Add(TokenKind.Data, text);
    }

    /// <summary>Where the text of a raw block starts, if one opens at <paramref name="open"/>.</summary>
    int? RawEnd(int open)
    {
        int at = SkipSpace(open + (Sign(open + 2) == '\0' ? 2 : 3));
        if (!Here(at, "raw"))
            return null;
        at = SkipSpace(at + 3);
        return Here(at, "-%}") ? SkipSpace(at + 3)
            : Here(at, "%}") ? at + 2
            : null;
    }

    void ReadRaw()
    {
        for (
            int open = source.IndexOf("{%", position, StringComparison.Ordinal);
            open >= 0;
            open = source.IndexOf("{%", open + 2, StringComparison.Ordinal)
        )
        {
            int at = SkipSpace(open + (Sign(open + 2) == '\0' ? 2 : 3));
            if (!Here(at, "endraw"))
                continue;
            if (BlockEnd(SkipSpace(at + 6)) is not { } end)
                continue;
            AddData(open, Sign(open + 2), isVariable: false);
            MoveTo(end);
            return;
        }
        throw Fault("a raw block is not closed");
    }

    void SkipComment()
    {
        int end = source.IndexOf("#}", position, StringComparison.Ordinal);
        if (end < 0)
            throw Fault("a comment is not closed");
        char sign = end > position ? source[end - 1] : '\0';
        int next = end + 2;
        if (sign == '-')
            next = SkipSpace(next);
        else if (trims && sign != '+' && Here(next, "\n"))
            next++;
        MoveTo(next);
    }

    int? BlockEnd(int at) =>
        Here(at, "+%}") ? at + 3
        : Here(at, "-%}") ? SkipSpace(at + 3)
        : trims && Here(at, "%}\n") ? at + 3
        : Here(at, "%}") ? at + 2
        : null;

    int? VariableEnd(int at) =>
        Here(at, "-}}") ? SkipSpace(at + 3)
        : Here(at, "}}") ? at + 2
        : null;

    void ReadTag(bool isVariable)
    {
        Add(isVariable ? TokenKind.VariableBegin : TokenKind.BlockBegin, "");
        var brackets = new Stack<char>();
        while (position < source.Length)
        {
            if (brackets.Count == 0 && (isVariable ? VariableEnd(position) : BlockEnd(position)) is { } end)
            {
                Add(isVariable ? TokenKind.VariableEnd : TokenKind.BlockEnd, "");
                MoveTo(end);
                return;
            }
            char c = source[position];
            if (PythonWhitespace.Is(c))
                MoveTo(SkipSpace(position));
            else if (char.IsAsciiDigit(c))
                ReadNumber();
            else if (NameEnd(position) is var name && name > position)
            {
                if (name - position > LongestName)
                    throw new TemplateFault(FaultKind.Limit, $"a name is longer than {LongestName} characters", line);
                Take(TokenKind.Name, name);
            }
            else if (c is '\'' or '"')
                ReadString(c);
            else
                ReadOperator(brackets);
        }
    }

    void ReadOperator(Stack<char> brackets)
    {
        string found = Array.Find(Operators, o => Here(position, o)) ?? throw Fault($"unexpected character '{source[position]}'");
        char c = found[0];
        if (c is '(' or '[' or '{')
            brackets.Push(
                c switch
                {
                    '(' => ')',
                    '[' => ']',
                    _ => '}',
                }
            );
        else if (c is ')' or ']' or '}')
        {
            if (!brackets.TryPop(out char expected))
                throw Fault($"unexpected '{c}'");
            if (expected != c)
                throw Fault($"unexpected '{c}', expected '{expected}'");
        }
        Take(TokenKind.Operator, position + found.Length);
    }

    void ReadString(char quote)
    {
        int end = position + 1;
        while (end < source.Length && source[end] != quote)
            end += source[end] == '\\' ? 2 : 1;
        if (end >= source.Length)
            throw Fault("a string is not closed");
        Add(TokenKind.String, StringLiteral.Unescape(source[(position + 1)..end], line));
        MoveTo(end + 1);
    }

    void ReadNumber()
    {
        int whole = Digits(position),
            end = whole;
        if (Here(end, ".") && Digits(end + 1) is var fraction && fraction > end + 1)
            end = fraction;
        if (end < source.Length && source[end] is 'e' or 'E')
        {
            int sign = end + 1 < source.Length && source[end + 1] is '+' or '-' ? end + 2 : end + 1;
            if (Digits(sign) is var exponent && exponent > sign)
                end = exponent;
        }
        bool afterDot = position > 0 && source[position - 1] == '.';
        if (end > whole && !afterDot)
            Take(TokenKind.Float, end);
        else
            Take(TokenKind.Integer, IntegerEnd(whole));
    }

    int IntegerEnd(int whole)
    {
        if (source[position] != '0')
            return whole;
        string digits =
            position + 1 < source.Length
                ? char.ToLowerInvariant(source[position + 1]) switch
                {
                    'x' => "0123456789abcdef",
                    'o' => "01234567",
                    'b' => "01",
                    _ => "",
                }
                : "";
        int end = digits == "" ? Digits(position, "0") : Digits(position + 2, digits, leadingUnderscore: true);
        return digits != "" && end == position + 2 ? position + 1 : end;
    }

    /// <summary>The end of a run of digits in which single underscores may stand between two.</summary>
    int Digits(int at, string allowed = "0123456789", bool leadingUnderscore = false)
    {
        bool IsDigit(int i) => i < source.Length && allowed.Contains(char.ToLowerInvariant(source[i]));
        if (leadingUnderscore && Here(at, "_") && IsDigit(at + 1))
            at++;
        while (IsDigit(at))
            at += Here(at + 1, "_") && IsDigit(at + 2) ? 2 : 1;
        return at;
    }

    /// <summary>The longest name; a longer one would cost more to look up than a step.</summary>
    const int LongestName = 1000;

    int NameEnd(int at)
    {
        while (at < source.Length && (source[at] == '_' || char.IsLetterOrDigit(source, at) || at > position && IsMark(at)))
            at += char.IsHighSurrogate(source[at]) ? 2 : 1;
        return at;
    }

    bool IsMark(int at) =>
        char.GetUnicodeCategory(source, at)
            is UnicodeCategory.NonSpacingMark
                or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.ConnectorPunctuation;

    int SkipSpace(int at)
    {
        while (at < source.Length && PythonWhitespace.Is(source[at]))
            at++;
        return at;
    }

    bool Here(int at, string text) => string.CompareOrdinal(source, at, text, 0, text.Length) == 0 && at + text.Length <= source.Length;

    void Take(TokenKind kind, int end)
    {
        Add(kind, source[position..end]);
        MoveTo(end);
    }

    void Add(TokenKind kind, string text) => tokens.Add(new(kind, text, line));

    void MoveTo(int next)
    {
        lineStarting = next > 0 && source[next - 1] == '\n';
        for (; counted < next; counted++)
            if (source[counted] == '\n')
                line++;
        position = next;
    }

    TemplateFault Fault(string message) => new(FaultKind.Syntax, message, line);
}
