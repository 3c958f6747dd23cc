using System.Globalization;
using System.Text;

namespace DcrDsl.Tokenizers;

/// <summary>
/// Rewrites a regular expression of a tokenizer.json (Oniguruma, Ruby syntax) as a .NET one of the same meaning. What is not
/// known to mean the same in both is refused by name. The result is for texts of one UTF-16 unit a code point (see
/// <see cref="TextPattern"/>), and it matches case without the engine's help: Oniguruma's folding of the letters is written out.
/// </summary>
sealed partial class OnigurumaPattern
{
    const int LongestPattern = TextPattern.Longest,
        DeepestNesting = 32;

    readonly string pattern;
    readonly TokenizerSection where;
    readonly StringBuilder net = new();
    readonly List<(char First, char Last)> named = [];
    int at;
    char previousFolded;

    OnigurumaPattern(string pattern, TokenizerSection where) => (this.pattern, this.where) = (pattern, where);

    /// <summary>The .NET pattern and every character range that it names outright.</summary>
    public static (string Net, IReadOnlyList<(char First, char Last)> Named) Translate(string pattern, TokenizerSection where)
    {
        if (pattern.Length == 0)
            throw where.Refuse("the pattern is empty; " + TokenizerSection.FetchAgain);
        if (pattern.Length > LongestPattern)
            throw where.Refuse($"the pattern has {pattern.Length} characters, more than {LongestPattern}; {TokenizerSection.FetchAgain}");
        var translation = new OnigurumaPattern(pattern, where);
        translation.Alternatives(depth: 0, ignoreCase: false);
        if (translation.at < pattern.Length)
            throw translation.Broken("a ')' without its '('");
        return (translation.net.ToString(), translation.named);
    }

    bool More => at < pattern.Length;

    void Alternatives(int depth, bool ignoreCase)
    {
        if (depth > DeepestNesting)
            throw Unknown("groups more than 32 deep");
        previousFolded = '\0';
        while (More && pattern[at] != ')')
        {
            if (pattern[at] == '|')
            {
                net.Append('|');
                at++;
                previousFolded = '\0';
                continue;
            }
            int atom = net.Length;
            Atom(depth, ignoreCase);
            Quantifier(atom);
        }
    }

    void Atom(int depth, bool ignoreCase)
    {
        char c = pattern[at];
        switch (c)
        {
            case '(':
                Group(depth, ignoreCase);
                previousFolded = '\0';
                break;
            case '[':
                Class(ignoreCase);
                previousFolded = '\0';
                break;
            case '.':
                net.Append("[^\\n]");
                at++;
                break;
            case '\\':
                at++;
                string escaped = Escape(insideClass: false, out char? literal);
                if (literal is { } one)
                    Literal(one, ignoreCase);
                else
                    net.Append(escaped);
                break;
            case '$':
                // Ruby syntax: the end of a line, which a line feed, or nothing, follows.
                net.Append("(?=\\n|\\z)");
                at++;
                break;
            case '^':
                throw Unknown("the anchor ^");
            case '*' or '+' or '?' or '{':
                throw Broken($"'{c}' with nothing to repeat");
            default:
                at++;
                Literal(c, ignoreCase);
                break;
        }
    }

    void Group(int depth, bool ignoreCase)
    {
        (string from, string to)[] kinds =
        [
            ("(?:", "(?:"),
            ("(?=", "(?="),
            ("(?!", "(?!"),
            ("(?<=", "(?<="),
            ("(?<!", "(?<!"),
            ("(?>", "(?>"),
            ("(?i:", "(?:"),
        ];
        string rest = pattern[at..];
        var kind = Array.Find(kinds, k => rest.StartsWith(k.from, StringComparison.Ordinal));
        if (kind.from is null && rest.StartsWith("(?", StringComparison.Ordinal))
            throw Unknown("the group " + rest[..Math.Min(4, rest.Length)]);
        at += kind.from?.Length ?? 1;
        net.Append(kind.to ?? "(?:");
        Alternatives(depth + 1, ignoreCase || kind.from == "(?i:");
        if (!More)
            throw Broken("a '(' without its ')'");
        at++;
        net.Append(')');
    }

    void Quantifier(int atom)
    {
        if (!More)
            return;
        char c = pattern[at];
        if (c is not ('*' or '+' or '?' or '{'))
            return;
        previousFolded = '\0';
        if (c == '{')
        {
            int close = pattern.IndexOf('}', at);
            string counts = close < 0 ? "" : pattern[(at + 1)..close];
            string[] numbers = counts.Split(',');
            bool whole = numbers.Length is 1 or 2 && numbers[0].Length > 0 && numbers.All(n => n.Length <= 4 && n.All(char.IsAsciiDigit));
            if (!whole)
                throw Unknown("the repetition {" + counts);
            if (
                numbers is [var low, { Length: > 0 } high]
                && int.Parse(low, CultureInfo.InvariantCulture) > int.Parse(high, CultureInfo.InvariantCulture)
            )
                throw Unknown("the repetition {" + counts + "}");
            net.Append('{').Append(counts).Append('}');
            at = close + 1;
            if (More && pattern[at] == '?')
                throw Unknown("a ? after {" + counts + "}");
            if (More && pattern[at] == '+')
            {
                // Not possessive in Ruby syntax: once more or more often.
                net.Insert(atom, "(?:").Append(")+");
                at++;
            }
        }
        else
        {
            net.Append(c);
            at++;
            if (More && pattern[at] == '?')
            {
                net.Append('?');
                at++;
            }
            else if (More && pattern[at] == '+')
            {
                net.Insert(atom, "(?>").Append(')');
                at++;
            }
        }
        if (More && pattern[at] is '*' or '+' or '?' or '{')
            throw Unknown("a repetition of a repetition");
    }

    char InOneUnit(char c) => char.IsSurrogate(c) ? throw Unknown("a character beyond the basic plane") : c;

    void Literal(char c, bool ignoreCase)
    {
        InOneUnit(c);
        if (!ignoreCase || !char.IsAsciiLetter(c))
        {
            if (ignoreCase && c > 0x7F)
                throw Unknown($"the character '{c}' under (?i:");
            Name(c);
            previousFolded = '\0';
            return;
        }
        char lower = char.ToLowerInvariant(c);
        if ((previousFolded, lower) is ('s', 's') or ('s', 't') or ('f', 'f') or ('f', 'i') or ('f', 'l'))
            throw Unknown($"'{previousFolded}{lower}' under (?i:, which also matches a single character");
        previousFolded = lower;
        net.Append('[');
        foreach (char form in Folded(c))
            Name(form);
        net.Append(']');
    }

    /// <summary>The characters that are an ASCII character when case is ignored: long s and the Kelvin sign are among them.</summary>
    static string Folded(char c) =>
        char.ToLowerInvariant(c) switch
        {
            's' => "sS\u017F",
            'k' => "kK\u212A",
            var lower when char.IsAsciiLetter(lower) => $"{lower}{char.ToUpperInvariant(lower)}",
            _ => c.ToString(),
        };

    void Name(char c)
    {
        named.Add((c, c));
        net.Append(Unit(c));
    }

    static string Unit(char c) =>
        char.IsAsciiLetterOrDigit(c) ? c.ToString() : "\\u" + ((int)c).ToString("X4", CultureInfo.InvariantCulture);

    TokenizerException Unknown(string what) =>
        where.Refuse(
            $"the regular expression uses {what}, which is not supported; use a checkpoint with another tokenizer, see docs/tokenizers.md"
        );

    TokenizerException Broken(string what) =>
        where.Refuse($"the regular expression does not compile: it has {what}; {TokenizerSection.FetchAgain}");
}
