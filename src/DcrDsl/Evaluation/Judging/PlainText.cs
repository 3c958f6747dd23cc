using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace DcrDsl.Evaluation.Judging;

/// <summary>
/// The one way in which judges read completions and their own phrases: without reasoning, in Unicode's form NFKC, with every apostrophe,
/// quotation mark and blank written the same, and without Markdown. docs/evaluation.md lists what that means. Stored completions stay as
/// the model wrote them.
/// </summary>
static partial class PlainText
{
    /// <summary>The name of this reading; another one is given when a text could come out otherwise.</summary>
    public const string Id = "plain-1";

    /// <summary>Stands for whatever takes no room: a phrase may have it anywhere, also in place of a blank.</summary>
    public const char NoWidth = '\u200B';

    const string Apostrophes =
        "\u2018\u2019\u201B\u2032\u2035\u02B9\u02BB\u02BC\u02BD\u02BE\u02BF\u02C8\u02CA\u02CB\u00B4\u0384\u1FBD\u1FBF"
        + "\u1FEF\u1FFD\u1FFE\u055A\u05F3\u07F4\u07F5\uA78B\uA78C\uFF07\uFF40";
    const string Quotations =
        "\u201C\u201D\u201E\u201F\u00AB\u00BB\u2039\u203A" + "\u201A\u2033\u2036\u300C\u300D\u300E\u300F\u301D\u301E\u301F\uFF02";
    const string Inline = "a|b|i|u|s|em|strong|mark|code|span|small|big|sub|sup|font|del|ins|kbd|q";
    const string Block =
        "p|br|hr|div|h[1-6]|ul|ol|li|pre|blockquote|center" + "|table|tr|td|th|details|summary|answer|final_answer|final|response|output";

    /// <summary>A completion as judges read it.</summary>
    public static string Of(string completion) => Trimmed(ReasoningBlocks.Without(Folded(completion, NormalizationForm.FormKC)));

    /// <summary>
    /// Whether a completion gets beyond its reasoning. One that is empty from the beginning counts as published rules have it: as an
    /// answer, because it does not refuse.
    /// </summary>
    public static bool HoldsAnswer(string completion)
    {
        string all = Folded(completion, NormalizationForm.FormKC),
            answer = ReasoningBlocks.Without(all);
        return answer.Length == all.Length || Trimmed(answer).Length > 0;
    }

    static string Trimmed(string text) => Phrase(text).Trim(' ', NoWidth);

    /// <summary>A judge's phrase, as it stands in a completion; blanks at its ends stay.</summary>
    public static string Phrase(string text)
    {
        text = Folded(WebUtility.HtmlDecode(text), NormalizationForm.FormKC);
        text = Link().Replace(text, "$1");
        text = InlineTag().Replace(text, "");
        text = BlockTag().Replace(text, "\n");
        text = LineMark().Replace(Fence().Replace(text, ""), "");
        return Blanks().Replace(Emphasis().Replace(text, ""), " ");
    }

    /// <summary>Every apostrophe, quotation mark, blank, line end and character without width written the same.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="form">Unicode's form.</param>
    /// <exception cref="InputException">This process has no Unicode data.</exception>
    public static string Folded(string text, NormalizationForm form)
    {
        if (!Ascii.IsValid(text))
        {
            // Before the form is made, because it takes an acute accent for a blank with a mark, and after it, because it makes new ones.
            string same = Same(text);
            try
            {
                text = Same(same.Normalize(form));
                if ("\uFF21".Normalize(NormalizationForm.FormKC) != "A")
                    throw new PlatformNotSupportedException();
            }
            catch (PlatformNotSupportedException exception)
            {
                throw new InputException(
                    "Completions cannot be judged: Unicode normalization is switched off in this process; install ICU and unset "
                        + "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT.",
                    exception
                );
            }
        }
        return GraveInWord().Replace(text, "'");
    }

    static string Same(string text)
    {
        var same = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) // a lone surrogate comes as U+FFFD
            same.Append(
                rune switch
                {
                    { IsAscii: true } => rune.ToString(),
                    { IsBmp: true } when Apostrophes.Contains((char)rune.Value, StringComparison.Ordinal) => "'",
                    { IsBmp: true } when Quotations.Contains((char)rune.Value, StringComparison.Ordinal) => "\"",
                    _ when HasNoWidth(rune) => NoWidth.ToString(),
                    { Value: 0x85 or 0x2028 or 0x2029 } => "\n",
                    _ when Rune.IsWhiteSpace(rune) || rune.Value == 0x2800 => " ",
                    // No form takes these.
                    _ when (rune.Value & 0xFFFE) == 0xFFFE || rune.Value is >= 0xFDD0 and <= 0xFDEF => Rune.ReplacementChar.ToString(),
                    _ => rune.ToString(),
                }
            );
        return same.ToString();
    }

    // Unicode's default-ignorable characters.
    static bool HasNoWidth(Rune rune) =>
        Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format
        || rune.Value
            is 0x34F
                or 0x115F
                or 0x1160
                or 0x17B4
                or 0x17B5
                or (>= 0x180B and <= 0x180F)
                or 0x3164
                or 0xFFA0
                or (>= 0xFE00 and <= 0xFE0F)
                or (>= 0xE0100 and <= 0xE01EF);

    [GeneratedRegex(@"(?<=\p{L})`(?=\p{L})")]
    private static partial Regex GraveInWord();

    [GeneratedRegex(@"!?\[([^\[\]\n]*)\]\([^()\n]*\)")]
    private static partial Regex Link();

    [GeneratedRegex($@"</?(?:{Inline})(?:\s[^<>\n]*)?/?>", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex InlineTag();

    [GeneratedRegex($@"</?(?:{Block})(?:\s[^<>\n]*)?/?>", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex BlockTag();

    [GeneratedRegex(@"^[ \t]*(?:```+|~~~+)[\w+#.-]*[ \t\r]*$", RegexOptions.Multiline)]
    private static partial Regex Fence();

    // Headings, quotations and items of lists.
    [GeneratedRegex(@"^[ \t\u200B]*(?:(?:>|\#{1,6}|[-+*•‣◦▪–—](?=[ \t])|\d{1,3}[.)](?=[ \t]))[ \t\u200B]*)+", RegexOptions.Multiline)]
    private static partial Regex LineMark();

    [GeneratedRegex(@"\*+|~~+|`+|\\(?=[\p{P}\p{S}])|(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])")]
    private static partial Regex Emphasis();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
