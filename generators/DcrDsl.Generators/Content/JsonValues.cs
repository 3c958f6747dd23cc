using System.Globalization;
using System.Text;

namespace DcrDsl.Generators.Content;

/// <summary>
/// Reads JSON strictly, as far as files of prompts need it: objects as dictionaries, lists, texts as strings, and what else there is by its
/// own spelling.
/// </summary>
sealed class JsonValues
{
    const int Deepest = 64;

    readonly string text;
    int at;

    JsonValues(string text) => this.text = text;

    /// <summary>A number, true or false, as it is written.</summary>
    public sealed record Literal(string Text);

    /// <exception cref="FormatException">It is no JSON, or a name stands twice in an object.</exception>
    public static object? Of(string text)
    {
        var json = new JsonValues(text);
        object? value = json.Value(0);
        json.Blanks();
        return json.at == text.Length ? value : throw json.Wrong();
    }

    object? Value(int depth)
    {
        Blanks();
        if (depth > Deepest || at == text.Length)
            throw Wrong();
        return text[at] switch
        {
            '{' => Object(depth),
            '[' => List(depth),
            '"' => Text(),
            _ => Other(),
        };
    }

    Dictionary<string, object?> Object(int depth)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        at++;
        Blanks();
        if (Is('}'))
            return values;
        while (true)
        {
            Blanks();
            if (at == text.Length || text[at] != '"')
                throw Wrong();
            string name = Text();
            Blanks();
            if (!Is(':') || values.ContainsKey(name))
                throw Wrong();
            values.Add(name, Value(depth + 1));
            Blanks();
            if (Is('}'))
                return values;
            if (!Is(','))
                throw Wrong();
        }
    }

    List<object?> List(int depth)
    {
        var values = new List<object?>();
        at++;
        Blanks();
        if (Is(']'))
            return values;
        while (true)
        {
            values.Add(Value(depth + 1));
            Blanks();
            if (Is(']'))
                return values;
            if (!Is(','))
                throw Wrong();
        }
    }

    string Text()
    {
        var value = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            char c = text[at];
            if (c == '"')
            {
                at++;
                return value.ToString();
            }
            if (c < ' ')
                throw Wrong();
            value.Append(c == '\\' ? Escaped() : c);
        }
        throw Wrong();
    }

    char Escaped()
    {
        if (++at == text.Length)
            throw Wrong();
        switch (text[at])
        {
            case '"' or '\\' or '/':
                return text[at];
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u'
                when at + 4 < text.Length
                    && ushort.TryParse(
                        text.Substring(at + 1, 4),
                        NumberStyles.AllowHexSpecifier,
                        CultureInfo.InvariantCulture,
                        out ushort code
                    ):
                at += 4;
                return (char)code;
            default:
                throw Wrong();
        }
    }

    object? Other()
    {
        int start = at;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '-' or '+' or '.'))
            at++;
        string written = text.Substring(start, at - start);
        return written switch
        {
            "null" => null,
            "true" or "false" => new Literal(written),
            _ => double.TryParse(written, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? new Literal(written) : throw Wrong(),
        };
    }

    bool Is(char sign)
    {
        if (at == text.Length || text[at] != sign)
            return false;
        at++;
        return true;
    }

    void Blanks()
    {
        while (at < text.Length && text[at] is (' ' or '\t' or '\n' or '\r'))
            at++;
    }

    FormatException Wrong() => new($"This is no JSON at character {at}.");
}
