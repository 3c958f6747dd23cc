using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;
using DcrDsl.Wording;
using Microsoft.CodeAnalysis.CSharp;

namespace DcrDsl.Generators.Emit;

/// <summary>
/// A fragment of C#. It is written as an interpolated string whose holes take other fragments and whole numbers only, so what a declaration
/// says in words gets into a program through the members below and in no other way: one for each place where text can stand.
/// </summary>
[InterpolatedStringHandler]
readonly struct Code
{
    readonly StringBuilder? text;

    public Code(int literals, int holes) => text = new StringBuilder(literals + 12 * holes);

    Code(string code) => text = new StringBuilder(code);

    public void AppendLiteral(string literal) => text!.Append(literal);

    /// <summary>Another fragment; one of several lines goes on as far to the right as it begins.</summary>
    public void AppendFormatted(Code code)
    {
        string written = code.text?.ToString() ?? "";
        if (written.Length == 0)
            text!.Append(Nothing);
        else
            text!.Append(written.IndexOf('\n') < 0 ? written : written.Replace("\n", "\n" + Margin()));
    }

    public void AppendFormatted(int number) => text!.Append(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Marks where an empty fragment stands, so that a line which it has for itself can be left out.</summary>
    public const char Nothing = '\u0001';

    /// <summary>The blanks before what is written next.</summary>
    string Margin()
    {
        int start = text!.Length;
        while (start > 0 && text[start - 1] != '\n')
            start--;
        int end = start;
        while (end < text.Length && text[end] == ' ')
            end++;
        return text.ToString(start, end - start);
    }

    public bool IsEmpty => text is null or { Length: 0 };

    public override string ToString() => Seen(text?.ToString() ?? "");

    static string Seen(string line) => line.IndexOf(Nothing) < 0 ? line : line.Replace(Nothing.ToString(), "");

    /// <summary>The lines, without those that only an empty fragment stands in.</summary>
    public IEnumerable<string> AllLines() =>
        (text?.ToString() ?? "").Split('\n').Where(line => line.IndexOf(Nothing) < 0 || line.Trim().Trim(Nothing).Length > 0).Select(Seen);

    /// <summary>Fragments below each other; empty ones are left out.</summary>
    public static Code Below(params IEnumerable<Code> lines) =>
        new(string.Join("\n", lines.Where(l => !l.IsEmpty).Select(l => l.text!.ToString())));

    /// <summary>Lines of two columns below each other: the second starts at the same place in all.</summary>
    public static Code Columns(params (Code Left, Code Right)[] lines)
    {
        int width = lines.Where(l => !l.Right.IsEmpty).Select(l => l.Left.ToString().Length).DefaultIfEmpty(0).Max();
        return Below(lines.Select(l => l.Right.IsEmpty ? l.Left : $"{l.Left.Padded(width)} {l.Right}"));
    }

    /// <summary>The fragment with blanks behind it, where columns are wanted.</summary>
    public Code Padded(int width) => new(ToString().PadRight(width));

    public static Code Join(string separator, IEnumerable<Code> parts) => new(string.Join(separator, parts));

    /// <summary>A string literal.</summary>
    public static Code Text(string text)
    {
        // The compiler's own escapes, and beyond them the marks that turn the direction of reading.
        var literal = new StringBuilder();
        foreach (char c in SymbolDisplay.FormatLiteral(text, quote: true))
            if (Characters.IsUnseen(c))
                literal.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            else
                literal.Append(c);
        return new(literal.ToString());
    }

    /// <summary>Several string literals, separated by commas.</summary>
    public static Code Texts(IEnumerable<string> texts) => Join(", ", texts.Select(Text));

    /// <summary>A number of type double.</summary>
    public static Code Number(double number)
    {
        if (double.IsPositiveInfinity(number))
            return $"double.PositiveInfinity";
        if (double.IsNegativeInfinity(number))
            return $"double.NegativeInfinity";
        if (double.IsNaN(number))
            return $"double.NaN";
        string text = NumberText.Shortest(number);
        return new(text.Contains(".") || text.Contains("e") ? text : text + ".0");
    }

    public static Code Flag(bool flag) => flag ? new("true") : new("false");

    /// <summary>A member of an enumeration behind its type; a number that is no member is cast.</summary>
    public static Code Member(Code type, Enum value) =>
        value.GetType().IsEnumDefined(value)
            ? (Code)$"{type}.{Name(value.ToString())}"
            : (Code)$"({type})({new Code(value.ToString("D"))})";

    /// <summary>What stands in a comment: on one line, whatever the text holds.</summary>
    public static Code Comment(string text) => new(Characters.OnOneLine(text));

    /// <summary>What stands in an XML documentation comment: on one line, and text to XML.</summary>
    public static Code Doc(string text) => new(Characters.OnOneLine(text).Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;"));

    /// <summary>An identifier, escaped where it is a keyword somewhere.</summary>
    /// <exception cref="ArgumentException">It is no identifier.</exception>
    public static Code Name(string name) =>
        !SyntaxFacts.IsValidIdentifier(name) ? throw new ArgumentException($"'{Characters.OnOneLine(name)}' is no identifier")
        : SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None || SyntaxFacts.GetContextualKeywordKind(name) != SyntaxKind.None
            ? new("@" + name)
        : new(name);

    /// <summary>Identifiers separated by dots, as of a namespace or a static function.</summary>
    public static Code Path(string names) => Join(".", names.Split('.').Select(Name));

    /// <summary>
    /// A text of several lines as a raw string literal, fenced by more quotes than it holds in a row; the fence and the lines between, each
    /// to stand alone.
    /// </summary>
    /// <remarks>
    /// A text that cannot be told from the code around it, because it holds other ends of lines or what is not seen, is given as a plain
    /// literal, without lines.
    /// </remarks>
    public static (Code Opening, IReadOnlyList<Code> Lines, Code Closing) Lines(string text)
    {
        text = text.TrimEnd('\n');
        string joined = text.Replace('\n', ' ');
        if (Characters.OnOneLine(joined) != joined)
            return (Text(text), [], default);
        int longest = 0,
            current = 0;
        foreach (char c in text)
            longest = Math.Max(longest, current = c == '"' ? current + 1 : 0);
        Code fence = new(new string('"', Math.Max(3, longest + 1)));
        return (fence, [.. text.Split('\n').Select(line => new Code(line))], fence);
    }
}
