using System.Globalization;

namespace DcrDsl.Jinja.Syntax;

/// <content>What stands within a tag: names, numbers, strings and operators.</content>
sealed partial class Lexer
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
}
