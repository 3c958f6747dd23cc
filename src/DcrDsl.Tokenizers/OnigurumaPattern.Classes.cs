using System.Globalization;

namespace DcrDsl.Tokenizers;

/// <summary>Character classes and escapes.</summary>
sealed partial class OnigurumaPattern
{
    static readonly HashSet<string> Categories =
    [
        "L",
        "Lu",
        "Ll",
        "Lt",
        "Lm",
        "Lo",
        "M",
        "Mn",
        "Mc",
        "Me",
        "N",
        "Nd",
        "Nl",
        "No",
        "P",
        "Pc",
        "Pd",
        "Ps",
        "Pe",
        "Pi",
        "Pf",
        "Po",
        "S",
        "Sm",
        "Sc",
        "Sk",
        "So",
        "Z",
        "Zs",
        "Zl",
        "Zp",
        "C",
        "Cc",
        "Cf",
        "Co",
        "Cn",
    ];

    void Class(bool ignoreCase)
    {
        at++;
        net.Append('[');
        if (More && pattern[at] == '^')
        {
            if (ignoreCase)
                throw Unknown("a negated class under (?i:");
            net.Append('^');
            at++;
        }
        if (More && pattern[at] == ']')
            throw Unknown("a ']' at the start of a class");
        while (true)
        {
            if (!More)
                throw Broken("a '[' without its ']'");
            char c = pattern[at];
            if (c == ']')
                break;
            if (c == '[')
                throw Unknown("a class inside a class");
            if (c == '&' && at + 1 < pattern.Length && pattern[at + 1] == '&')
                throw Unknown("&& in a class");
            if (ClassItem() is not { } first)
                continue;
            char last = first;
            if (at + 1 < pattern.Length && pattern[at] == '-' && pattern[at + 1] != ']')
            {
                at++;
                last = ClassItem() ?? throw Broken("a class at the end of a range");
                if (last < first)
                    throw Broken("a range that runs backwards");
            }
            if (ignoreCase)
            {
                if (last != first || first > 0x7F)
                    throw Unknown("a range, or a character beyond ASCII, in a class under (?i:");
                foreach (char form in Folded(first))
                    Name(form);
                continue;
            }
            named.Add((first, last));
            net.Append(Unit(first));
            if (last != first)
                net.Append('-').Append(Unit(last));
        }
        at++;
        net.Append(']');
    }

    /// <summary>One character of a class; null when it was a class itself, which is written already.</summary>
    char? ClassItem()
    {
        char c = pattern[at++];
        if (c == '\\')
        {
            string escaped = Escape(insideClass: true, out char? literal);
            if (literal is null)
                net.Append(escaped);
            return literal;
        }
        return InOneUnit(c);
    }

    /// <summary>What follows a backslash: a literal, or a class in .NET's spelling.</summary>
    string Escape(bool insideClass, out char? literal)
    {
        if (!More)
            throw Broken("a backslash at the end");
        char c = pattern[at++];
        literal = null;
        switch (c)
        {
            case 'p' or 'P':
                int close = pattern.IndexOf('}', at);
                string name = More && pattern[at] == '{' && close > 0 ? pattern[(at + 1)..close] : "";
                bool negated = name.StartsWith('^');
                if (!Categories.Contains(negated ? name[1..] : name))
                    throw Unknown($"\\{c}{{{name}}}");
                at = close + 1;
                return (negated != (c == 'P') ? "\\P{" : "\\p{") + name.TrimStart('^') + "}";
            case 's' or 'S' or 'd' or 'D':
                return "\\" + c;
            case 'r':
                literal = '\r';
                break;
            case 'n':
                literal = '\n';
                break;
            case 't':
                literal = '\t';
                break;
            case 'f':
                literal = '\f';
                break;
            case 'v':
                literal = '\v';
                break;
            case 'u':
                literal = Hexadecimal(4);
                break;
            case 'x':
                bool braces = More && pattern[at] == '{';
                int end = braces ? pattern.IndexOf('}', at) : at + 2;
                if (end < 0)
                    throw Broken("\\x{ without }");
                if (braces)
                    at++;
                literal = Hexadecimal(end - at);
                if (braces)
                    at++;
                break;
            default:
                if (char.IsAsciiLetterOrDigit(c))
                    throw Unknown($"\\{c}{(insideClass ? " in a class" : "")}");
                literal = InOneUnit(c);
                break;
        }
        return "";
    }

    char Hexadecimal(int digits)
    {
        if (
            digits is < 1 or > 8
            || at + digits > pattern.Length
            || !uint.TryParse(pattern.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value)
        )
            throw Broken("a hexadecimal escape without its digits");
        at += digits;
        if (value > 0xFFFF)
            throw Unknown($"the character U+{value:X} beyond the basic plane");
        return InOneUnit((char)value);
    }
}
