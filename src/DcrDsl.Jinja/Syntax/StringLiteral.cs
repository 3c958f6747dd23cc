using System.Globalization;
using System.Text;

namespace DcrDsl.Jinja.Syntax;

/// <summary>The escapes of a string literal, as Python's codec unicode-escape reads them.</summary>
static class StringLiteral
{
    public static string Unescape(string body, int line)
    {
        if (!body.Contains('\\'))
            return body;
        var text = new StringBuilder(body.Length);
        for (int i = 0; i < body.Length; i++)
        {
            if (body[i] != '\\')
            {
                text.Append(body[i]);
                continue;
            }
            char escape = body[++i];
            switch (escape)
            {
                case '\n':
                    break;
                case '\\' or '\'' or '"':
                    text.Append(escape);
                    break;
                case 'a':
                    text.Append('\a');
                    break;
                case 'b':
                    text.Append('\b');
                    break;
                case 'f':
                    text.Append('\f');
                    break;
                case 'n':
                    text.Append('\n');
                    break;
                case 'r':
                    text.Append('\r');
                    break;
                case 't':
                    text.Append('\t');
                    break;
                case 'v':
                    text.Append('\v');
                    break;
                case 'x':
                    i = AppendHex(text, body, i, 2, line);
                    break;
                case 'u':
                    i = AppendHex(text, body, i, 4, line);
                    break;
                case 'U':
                    i = AppendHex(text, body, i, 8, line);
                    break;
                case 'N':
                    throw new TemplateFault(FaultKind.Unsupported, "a character by name (\\N{…})", line);
                case >= '0' and <= '7':
                    i = AppendOctal(text, body, i);
                    break;
                default:
                    text.Append('\\').Append(escape);
                    break;
            }
        }
        return text.ToString();
    }

    static int AppendHex(StringBuilder text, string body, int at, int count, int line)
    {
        if (
            at + count >= body.Length
            || !uint.TryParse(body.AsSpan(at + 1, count), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint code)
            || code > 0x10FFFF
        )
            throw new TemplateFault(FaultKind.Syntax, $"the escape \\{body[at]} needs {count} hexadecimal digits of a character", line);
        if (code < 0x10000)
            text.Append((char)code);
        else
            text.Append(char.ConvertFromUtf32((int)code));
        return at + count;
    }

    static int AppendOctal(StringBuilder text, string body, int at)
    {
        int code = 0,
            end = at;
        while (end < body.Length && end < at + 3 && body[end] is >= '0' and <= '7')
            code = code * 8 + (body[end++] - '0');
        text.Append((char)code);
        return end - 1;
    }
}
