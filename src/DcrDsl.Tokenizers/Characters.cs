using System.Globalization;
using System.Text;

namespace DcrDsl.Tokenizers;

/// <summary>
/// Character properties as the reference library has them. Its regular expressions know the same Unicode (16.0) as .NET 10; its
/// digits and lower case are of Unicode 17.0: the differences stand here (found by asking it about every code point).
/// </summary>
static class Characters
{
    /// <summary>UTF-16 units of the code point at <paramref name="index"/>.</summary>
    public static int LengthAt(ReadOnlySpan<char> text, int index) =>
        char.IsHighSurrogate(text[index]) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]) ? 2 : 1;

    /// <summary>Code point at <paramref name="index"/> of a text without lone surrogates.</summary>
    public static Rune At(ReadOnlySpan<char> text, int index)
    {
        Rune.DecodeFromUtf16(text[index..], out var rune, out _);
        return rune;
    }

    /// <summary>A character of category N*: what the <c>Digits</c> pre-tokenizer splits off.</summary>
    public static bool IsNumeric(Rune rune)
    {
        int c = rune.Value;
        if (c < 0x80)
            return c is >= '0' and <= '9';
        return Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.DecimalDigitNumber
                    or UnicodeCategory.LetterNumber
                    or UnicodeCategory.OtherNumber
            || c is (>= 0x11DE0 and <= 0x11DE9) or (>= 0x16FF4 and <= 0x16FF6);
    }

    /// <summary>
    /// A character of <c>\w</c> (alphabetic, mark, decimal digit, connector, join control): what <c>single_word</c> looks at.
    /// </summary>
    public static bool IsWord(Rune rune)
    {
        int c = rune.Value;
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter
            or UnicodeCategory.LowercaseLetter
            or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter
            or UnicodeCategory.OtherLetter
            or UnicodeCategory.NonSpacingMark
            or UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.EnclosingMark
            or UnicodeCategory.DecimalDigitNumber
            or UnicodeCategory.LetterNumber
            or UnicodeCategory.ConnectorPunctuation => true,
            _ => c
                is 0x200C
                    or 0x200D
                    or (>= 0x24B6 and <= 0x24E9)
                    or (>= 0x1F130 and <= 0x1F149)
                    or (>= 0x1F150 and <= 0x1F169)
                    or (>= 0x1F170 and <= 0x1F189),
        };
    }

    /// <summary>Appends the lower case of one character (one or two code points).</summary>
    public static ReadOnlySpan<char> Lower(Rune rune, Span<char> room)
    {
        if (rune.Value == 0x130)
            return "i\u0307";
        int lower = rune.Value switch
        {
            0xA7CB => 0x264,
            0xA7DC => 0x19B,
            0x1C89 or 0xA7CC or 0xA7CE or 0xA7D2 or 0xA7D4 or 0xA7DA => rune.Value + 1,
            >= 0x10D50 and <= 0x10D65 => rune.Value + 0x20,
            >= 0x16EA0 and <= 0x16EB8 => rune.Value + 0x1B,
            _ => Rune.ToLowerInvariant(rune).Value,
        };
        return room[..new Rune(lower).EncodeToUtf16(room)];
    }

    /// <summary>The text with every lone surrogate replaced by U+FFFD: texts of the reference library cannot hold one.</summary>
    public static string WithoutLoneSurrogates(string text)
    {
        int at = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF');
        if (at < 0)
            return text;
        char[]? mended = null;
        for (int i = at; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (LengthAt(text, i) == 2)
            {
                i++;
                continue;
            }
            mended ??= text.ToCharArray();
            mended[i] = '\uFFFD';
        }
        return mended is null ? text : new string(mended);
    }
}
