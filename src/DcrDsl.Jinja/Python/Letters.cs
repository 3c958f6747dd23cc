using System.Globalization;
using System.Text;

namespace DcrDsl.Jinja.Python;

/// <summary>Case and character classes as Python's str has them: full case mappings (ß → SS), title case, the final sigma.</summary>
static class Letters
{
    public static string Upper(string text) => Map(text, (code, _) => UpperOf(code));

    public static string Lower(string text) => Map(text, (code, at) => LowerOf(text, code, at));

    /// <summary>str.capitalize: the first letter in title case, the others in lower case.</summary>
    public static string Capitalize(string text) => Map(text, (code, at) => at == 0 ? TitleOf(code) : LowerOf(text, code, at));

    /// <summary>str.swapcase.</summary>
    public static string SwapCase(string text) =>
        Map(
            text,
            (code, at) =>
                IsUpper(code) ? LowerOf(text, code, at)
                : IsLower(code) ? UpperOf(code)
                : char.ConvertFromUtf32(code)
        );

    /// <summary>str.title: a letter after a letter is lower case, any other title case.</summary>
    public static string Title(string text)
    {
        bool afterLetter = false;
        return Map(
            text,
            (code, at) =>
            {
                string mapped = afterLetter ? LowerOf(text, code, at) : TitleOf(code);
                afterLetter = IsCased(code);
                return mapped;
            }
        );
    }

    static string Map(string text, Func<int, int, string> map)
    {
        var target = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !char.IsSurrogatePair(text, i))
                target.Append(text[i]);
            else
            {
                int code = char.ConvertToUtf32(text, i);
                target.Append(map(code, i));
                if (code > 0xFFFF)
                    i++;
            }
        }
        return target.ToString();
    }

    static string UpperOf(int code) =>
        code switch
        {
            'ı' => "I",
            'ſ' => "S",
            _ => SpecialCasing.Letters.TryGetValue(code, out var special)
                ? special.Upper
                : Rune.ToUpperInvariant(new Rune(code)).ToString(),
        };

    static string TitleOf(int code) =>
        code is >= 0x10D0 and <= 0x10FF ? char.ConvertFromUtf32(code)
        : SpecialCasing.Letters.TryGetValue(code, out var special) ? special.Title
        : UpperOf(code);

    static string LowerOf(string text, int code, int at) =>
        code switch
        {
            'İ' => "i\u0307",
            'Σ' => IsFinalSigma(text, at) ? "ς" : "σ",
            _ => Rune.ToLowerInvariant(new Rune(code)).ToString(),
        };

    /// <summary>A sigma after a letter and not before one; what has no case of its own is skipped.</summary>
    static bool IsFinalSigma(string text, int at)
    {
        int before = at - 1,
            after = at + 1;
        while (before >= 0 && IsCaseIgnorable(text, before))
            before--;
        while (after < text.Length && IsCaseIgnorable(text, after))
            after++;
        return before >= 0 && IsCasedAt(text, before) && !(after < text.Length && IsCasedAt(text, after));
    }

    static bool IsCasedAt(string text, int at)
    {
        if (char.IsLowSurrogate(text[at]) && at > 0)
            at--;
        return char.IsSurrogate(text[at]) ? char.IsSurrogatePair(text, at) && IsCased(char.ConvertToUtf32(text, at)) : IsCased(text[at]);
    }

    static bool IsCaseIgnorable(string text, int at) =>
        text[at] is '\'' or '.' or ':' or '·' or '\u2018' or '\u2019' or '\u2024' or '\u2027'
        || char.GetUnicodeCategory(text[at])
            is UnicodeCategory.NonSpacingMark
                or UnicodeCategory.EnclosingMark
                or UnicodeCategory.Format
                or UnicodeCategory.ModifierLetter
                or UnicodeCategory.ModifierSymbol;

    public static bool IsUpper(int code) =>
        Category(code) == UnicodeCategory.UppercaseLetter
        || code
            is >= 0x2160
                and <= 0x216F
                or >= 0x24B6
                and <= 0x24CF
                or >= 0x1F130
                and <= 0x1F149
                or >= 0x1F150
                and <= 0x1F169
                or >= 0x1F170
                and <= 0x1F189;

    public static bool IsLower(int code) =>
        Category(code) == UnicodeCategory.LowercaseLetter
        || code
            is 'ª'
                or 'º'
                or >= 0x2B0
                and <= 0x2B8
                or 0x2C0
                or 0x2C1
                or >= 0x2E0
                and <= 0x2E4
                or 0x345
                or 0x37A
                or >= 0x1D2C
                and <= 0x1D6A
                or 0x1D78
                or >= 0x1D9B
                and <= 0x1DBF
                or 0x2071
                or 0x207F
                or >= 0x2090
                and <= 0x209C
                or >= 0x2170
                and <= 0x217F
                or >= 0x24D0
                and <= 0x24E9
                or 0x2C7C
                or 0x2C7D
                or 0xA69C
                or 0xA69D
                or 0xA770
                or 0xA7F8
                or 0xA7F9
                or >= 0xAB5C
                and <= 0xAB5F;

    public static bool IsTitle(int code) => Category(code) == UnicodeCategory.TitlecaseLetter;

    public static bool IsCased(int code) => IsUpper(code) || IsLower(code) || IsTitle(code);

    public static bool IsLetter(int code) => Category(code) <= UnicodeCategory.OtherLetter;

    /// <summary>str.isdecimal.</summary>
    public static bool IsDecimal(int code) => Category(code) == UnicodeCategory.DecimalDigitNumber;

    /// <summary>str.isdigit: decimal digits, and those in superscripts, circles and the like.</summary>
    public static bool IsDigit(int code) =>
        IsDecimal(code)
        || CharUnicodeInfo.GetDigitValue(char.ConvertFromUtf32(code), 0) >= 0 && Category(code) == UnicodeCategory.OtherNumber;

    /// <summary>str.isnumeric.</summary>
    public static bool IsNumeric(int code) =>
        CharUnicodeInfo.GetNumericValue(char.ConvertFromUtf32(code), 0) >= 0
        || Category(code) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    public static bool IsAlphanumeric(int code) => IsLetter(code) || IsNumeric(code);

    /// <summary>str.isprintable: what repr writes as it is.</summary>
    public static bool IsPrintable(int code) =>
        code == ' '
        || Category(code)
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.Surrogate
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.SpaceSeparator
            );

    static UnicodeCategory Category(int code) => CharUnicodeInfo.GetUnicodeCategory(code);
}
