namespace DcrDsl.Jinja.Syntax;

/// <summary>
/// Cuts a template into tokens, as jinja2.lexer does with trim_blocks and lstrip_blocks on (transformers' setting): the newline
/// after a block or comment goes, white space before one that starts a line goes, '-' eats all white space, '+' keeps it,
/// and one trailing newline of the template is dropped. With <see cref="TemplateWhitespace.Kept"/>, only '-' changes white space.
/// </summary>
sealed partial class Lexer
{
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
