using System.Globalization;
using System.Text;

namespace DcrDsl.Data.Overlaps;

/// <summary>
/// The words of a text as they are compared, the same at build time and in a run: Unicode's form NFKC, lower case; every run of letters,
/// digits and marks is a word, everything else parts words, except apostrophes and hyphens within a word, which are left out ("don't" is
/// "dont", "e-mail" is "email"). Of scripts that are written without blanks, each letter is a word.
/// </summary>
static class PromptWords
{
    /// <summary>The words, in order; none for a text of punctuation alone.</summary>
    public static List<string> Of(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        string plain = Plain(text);
        for (int i = 0; i < plain.Length; i++)
        {
            bool pair = char.IsHighSurrogate(plain[i]) && i + 1 < plain.Length && char.IsLowSurrogate(plain[i + 1]);
            if (!IsOfAWord(plain, i))
            {
                bool joins = Joins(plain[i]) && word.Length > 0 && i + 1 < plain.Length && IsOfAWord(plain, i + 1);
                if (!joins)
                    End();
            }
            else if (StandsAlone(pair ? char.ConvertToUtf32(plain[i], plain[i + 1]) : plain[i]))
            {
                End();
                word.Append(plain, i, pair ? 2 : 1);
                End();
            }
            else
                word.Append(plain, i, pair ? 2 : 1);
            if (pair)
                i++;
        }
        End();
        return words;

        void End()
        {
            if (word.Length == 0)
                return;
            words.Add(word.ToString());
            word.Clear();
        }
    }

    // Half a character has no normal form, and is no part of a word either.
    static string Plain(string text)
    {
        string plain = text;
        if (text.Any(c => c > 127))
            try
            {
                plain = text.Normalize(NormalizationForm.FormKC);
            }
            catch (ArgumentException)
            {
                plain = new string([.. text.Where(c => !char.IsSurrogate(c))]).Normalize(NormalizationForm.FormKC);
            }
        return plain.ToLowerInvariant();
    }

    static bool IsOfAWord(string text, int at) =>
        CharUnicodeInfo.GetUnicodeCategory(text, at)
            is UnicodeCategory.LowercaseLetter
                or UnicodeCategory.UppercaseLetter
                or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.ModifierLetter
                or UnicodeCategory.OtherLetter
                or UnicodeCategory.NonSpacingMark
                or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.EnclosingMark
                or UnicodeCategory.DecimalDigitNumber
                or UnicodeCategory.LetterNumber
                or UnicodeCategory.OtherNumber;

    // Apostrophes and hyphens; what NFKC makes of a hyphen that is not broken is U+2010.
    static bool Joins(char c) => c is '\'' or '\u2019' or '\u2018' or '\u02bc' or '\u2032' or '-' or '\u2010' or '\u00ad';

    // Thai to Burmese, Khmer, kana, Han.
    static bool StandsAlone(int c) =>
        c
            is (>= 0x0E00 and <= 0x0EFF)
                or (>= 0x1000 and <= 0x109F)
                or (>= 0x1780 and <= 0x17FF)
                or (>= 0x3040 and <= 0x30FF)
                or (>= 0x3400 and <= 0x4DBF)
                or (>= 0x4E00 and <= 0x9FFF)
                or (>= 0xF900 and <= 0xFAFF)
                or (>= 0x20000 and <= 0x3FFFF);
}
