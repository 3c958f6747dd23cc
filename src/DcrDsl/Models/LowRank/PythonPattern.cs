using System.Globalization;
using System.Text;

namespace DcrDsl.Models.LowRank;

/// <summary>
/// Rewrites a regular expression of Python's <c>re</c>, which PEFT's files hold, as a .NET one of the same meaning. Groups get Python's
/// numbers outright, since .NET counts named groups last; what Python refuses is refused, also where .NET knows it (but for lookbehinds of
/// varying length and references into an open group).
/// </summary>
sealed class PythonPattern
{
    readonly string pattern;
    readonly StringBuilder net = new();
    readonly Dictionary<string, int> names = new(StringComparer.Ordinal);
    readonly Stack<int> open = new();
    int at,
        groups,
        atom = -1;

    PythonPattern(string pattern) => this.pattern = pattern;

    /// <exception cref="FormatException">
    /// It is no regular expression of Python's, or uses a part of the syntax that is not supported; says why.
    /// </exception>
    public static string ToNet(string pattern)
    {
        var translation = new PythonPattern(pattern);
        while (translation.at < pattern.Length)
            translation.Next();
        if (translation.open.Count > 0)
            throw new FormatException("a '(' has no ')'");
        return translation.net.ToString();
    }

    /// <summary>Rewrites one item; <see cref="atom"/> is where the last thing that can be repeated begins.</summary>
    void Next()
    {
        switch (pattern[at])
        {
            case '(':
                Group();
                break;
            case ')':
                if (open.Count == 0)
                    throw new FormatException("a ')' has no '('");
                Take(1);
                atom = open.Pop();
                break;
            case '[':
                Class();
                break;
            case '\\':
                Escape();
                break;
            case '*' or '+' or '?':
                Repeat(1);
                break;
            case '{' when RepetitionAt() is { } length:
                Repeat(length);
                break;
            case '|':
                Take(1);
                atom = -1;
                break;
            case '^' or '$':
                Take(1);
                atom = -1;
                break;
            case '{' or '}':
                atom = net.Length;
                Literal(pattern[at++]);
                break;
            default:
                atom = net.Length;
                Take(1);
                break;
        }
    }

    void Take(int count)
    {
        net.Append(pattern, at, count);
        at += count;
    }

    void Literal(char c) => net.Append("\\u").Append(((int)c).ToString("X4", CultureInfo.InvariantCulture));

    void Group()
    {
        string rest = pattern[at..];
        if (rest.StartsWith("(?#", StringComparison.Ordinal))
        {
            at = Until(')', at) + 1;
            return;
        }
        int start = net.Length;
        string? known = Array.Find(["(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>"], kind => rest.StartsWith(kind, StringComparison.Ordinal));
        if (known is not null)
            Take(known.Length);
        else if (rest.StartsWith("(?P<", StringComparison.Ordinal))
        {
            string name = Name('>', at + 4);
            if (char.IsAsciiDigit(name[0]))
                throw new FormatException($"'{name}' is no name of a group");
            if (!names.TryAdd(name, ++groups))
                throw new FormatException($"the group '{name}' is there twice");
            net.Append(CultureInfo.InvariantCulture, $"(?<{groups}>");
        }
        else if (rest.StartsWith("(?P=", StringComparison.Ordinal))
        {
            string name = Name(')', at + 4);
            atom = start;
            if (!names.TryGetValue(name, out int group))
                throw new FormatException($"there is no group '{name}'");
            net.Append(CultureInfo.InvariantCulture, $"\\k<{group}>");
            return;
        }
        else if (rest.StartsWith("(?(", StringComparison.Ordinal))
        {
            string name = Name(')', at + 3);
            bool number = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int index);
            if (!number && !names.TryGetValue(name, out index) || index < 1 || index > groups)
                throw new FormatException($"there is no group '{name}'");
            net.Append(CultureInfo.InvariantCulture, $"(?({index})");
        }
        else if (rest.StartsWith("(?", StringComparison.Ordinal))
        {
            if (Flags())
                return;
        }
        else
        {
            at++;
            net.Append(CultureInfo.InvariantCulture, $"(?<{++groups}>");
        }
        open.Push(start);
        atom = -1;
    }

    /// <summary>
    /// (?flags) and (?flags-flags:…. Whether letters and digits are Unicode's or ASCII's makes no difference to the names of modules. True:
    /// no group has been opened.
    /// </summary>
    bool Flags()
    {
        int end = at + 2;
        while (end < pattern.Length && (char.IsAsciiLetter(pattern[end]) || pattern[end] == '-'))
            end++;
        string flags = pattern[(at + 2)..end];
        bool global = end < pattern.Length && pattern[end] == ')';
        bool ends = global || (end < pattern.Length && pattern[end] == ':');
        int off = flags.Count(f => f == '-');
        bool known = flags.Length > 0 && flags.All("aimsux-".Contains) && off <= (global ? 0 : 1) && !flags.EndsWith('-');
        if (!ends || !known)
            throw new FormatException($"'{pattern[at..Math.Min(end + 1, pattern.Length)]}' is not known");
        if (flags.Contains('x'))
            throw new FormatException("the flag x is not supported");
        if (global && at > 0)
            throw new FormatException("flags for the whole expression must begin it");
        at = end + 1;
        flags = flags.Replace("a", "", StringComparison.Ordinal).Replace("u", "", StringComparison.Ordinal);
        if (!global || flags.Length > 0)
            net.Append("(?").Append(flags).Append(global ? ')' : ':');
        return global;
    }

    /// <summary>The length of {m}, {m,}, {,n} or {m,n} that begins here; null: it is text.</summary>
    int? RepetitionAt()
    {
        int close = pattern.IndexOf('}', at);
        if (close < 0)
            return null;
        string[] counts = pattern[(at + 1)..close].Split(',');
        bool repeats = counts is ["", ""] or { Length: 1 or 2 } && counts.All(n => n.All(char.IsAsciiDigit)) && counts is not [""];
        return repeats ? close + 1 - at : null;
    }

    void Repeat(int length)
    {
        string count = pattern.Substring(at, length);
        if (atom < 0)
            throw new FormatException($"'{count}' has nothing to repeat");
        net.Append(count.StartsWith("{,", StringComparison.Ordinal) ? "{0" + count[1..] : count);
        at += length;
        if (at < pattern.Length && pattern[at] == '?')
            Take(1);
        else if (at < pattern.Length && pattern[at] == '+')
        {
            // Possessive: what has been taken is not given back.
            net.Insert(atom, "(?>").Append(')');
            at++;
        }
        atom = -1;
    }

    void Class()
    {
        atom = net.Length;
        net.Append('[');
        at++;
        if (at < pattern.Length && pattern[at] == '^')
            Take(1);
        for (bool first = true; ; first = false)
        {
            if (at >= pattern.Length)
                throw new FormatException("a '[' has no ']'");
            char c = pattern[at];
            if (c == ']' && !first)
                break;
            if (c == '\\')
                Escape(insideClass: true);
            // .NET would take "-[" for the start of what is left out.
            else if (c is '[' or ']')
                net.Append('\\').Append(pattern[at++]);
            else
                Take(1);
        }
        Take(1);
    }

    void Escape(bool insideClass = false)
    {
        if (at + 1 >= pattern.Length)
            throw new FormatException("a backslash ends it");
        char c = pattern[at + 1];
        if (!insideClass)
            atom = net.Length;
        if (c is 'x' or 'u' or 'U')
            Character(
                at + 2,
                c == 'x' ? 2
                    : c == 'u' ? 4
                    : 8,
                16
            );
        else if (c == '0' || (char.IsAsciiDigit(c) && (insideClass || IsOctal(3))))
            Character(at + 1, Enumerable.Range(at + 1, 3).TakeWhile(k => k < pattern.Length && pattern[k] is >= '0' and <= '7').Count(), 8);
        else if (char.IsAsciiDigit(c))
        {
            int digits = at + 2 < pattern.Length && char.IsAsciiDigit(pattern[at + 2]) ? 2 : 1;
            int group = int.Parse(pattern.AsSpan(at + 1, digits), CultureInfo.InvariantCulture);
            if (group > groups)
                throw new FormatException($"there is no group {group}");
            net.Append(CultureInfo.InvariantCulture, $"\\k<{group}>");
            at += 1 + digits;
        }
        else if (char.IsAsciiLetter(c))
        {
            bool anchor = c is 'A' or 'Z' or 'B' || (c == 'b' && !insideClass);
            if (!"abfnrtvdDsSwW".Contains(c) && (insideClass || !anchor))
                throw new FormatException($"'\\{c}' is not known");
            net.Append('\\').Append(c == 'Z' ? 'z' : c);
            at += 2;
            if (anchor)
                atom = -1;
        }
        else
        {
            Literal(c);
            at += 2;
        }

        bool IsOctal(int digits) => at + digits < pattern.Length && pattern.AsSpan(at + 1, digits).IndexOfAnyExceptInRange('0', '7') < 0;
    }

    void Character(int from, int digits, int radix)
    {
        string written = pattern.Substring(from, Math.Min(digits, pattern.Length - from));
        bool whole = digits > 0 && written.Length == digits && written.All(radix == 16 ? char.IsAsciiHexDigit : char.IsAsciiDigit);
        if (!whole || Convert.ToInt64(written, radix) > (radix == 8 ? 0xFF : char.MaxValue))
            throw new FormatException($"'\\{pattern[at + 1]}' is not followed by the number of a character of the basic plane");
        Literal((char)Convert.ToInt64(written, radix));
        at = from + digits;
    }

    string Name(char end, int from)
    {
        int close = Until(end, from);
        string name = pattern[from..close];
        at = close + 1;
        bool sound = name.Length > 0 && name.All(c => char.IsLetterOrDigit(c) || c == '_');
        return sound ? name : throw new FormatException($"'{name}' is no name of a group");
    }

    int Until(char end, int from) =>
        pattern.IndexOf(end, from) is >= 0 and var found ? found : throw new FormatException($"a '(' has no '{end}'");
}
