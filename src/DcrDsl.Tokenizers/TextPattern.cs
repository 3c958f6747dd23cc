using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;

namespace DcrDsl.Tokenizers;

/// <summary>
/// What a component searches for: a literal text, or a regular expression over code points. .NET's engine sees UTF-16 units, so a
/// text with characters beyond the basic plane is searched in a copy that has one unit a code point: each of them is replaced by
/// a character of the same general category that the pattern does not name. To the pattern the two texts are the same.
/// </summary>
sealed class TextPattern
{
    /// <summary>The longest text that is searched for, literal or pattern: it multiplies what a search costs.</summary>
    public const int Longest = 4096;

    /// <summary>The expression of GPT-2, which the ByteLevel pre-tokenizer brings along.</summary>
    public const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    readonly string? literal;
    readonly Regex? regex;
    readonly char[] standIns = [];
    readonly TokenizerSection place;

    TextPattern(string literal) => this.literal = literal;

    TextPattern(string pattern, TokenizerSection where)
    {
        place = where.Place;
        var (net, named) = OnigurumaPattern.Translate(pattern, where);
        try
        {
            regex = new Regex(net, RegexOptions.Compiled | RegexOptions.CultureInvariant, TextBounds.LongestMatch);
        }
        catch (ArgumentException e)
        {
            throw where.Refuse($"the regular expression does not compile ({e.Message.TrimEnd('.')}); {TokenizerSection.FetchAgain}");
        }
        standIns = StandIns(named);
        // Beyond the basic plane there are no separators and no controls, so those need none.
        UnicodeCategory[] needless =
        [
            UnicodeCategory.Surrogate,
            UnicodeCategory.Control,
            UnicodeCategory.SpaceSeparator,
            UnicodeCategory.LineSeparator,
            UnicodeCategory.ParagraphSeparator,
        ];
        for (int category = 0; category < standIns.Length; category++)
        {
            if (standIns[category] == '\0' && !needless.Contains((UnicodeCategory)category))
                throw where.Refuse(
                    $"the regular expression names all of {(UnicodeCategory)category} character by character, which is not supported; "
                        + $"use a checkpoint with another tokenizer, see docs/tokenizers.md"
                );
        }
    }

    public static TextPattern OfRegex(string pattern, TokenizerSection where) => new(pattern, where);

    /// <summary>Reads <c>{"String": …}</c> or <c>{"Regex": …}</c>.</summary>
    public static TextPattern Read(TokenizerSection pattern)
    {
        if (!pattern["String"].IsNull)
        {
            string literal = pattern["String"].Text();
            if (literal.Length == 0)
                throw pattern.Refuse("the text to search for is empty; " + TokenizerSection.FetchAgain);
            if (literal.Length > Longest)
                throw pattern.Refuse(
                    $"the text to search for has {literal.Length} characters, more than {Longest}; " + $"{TokenizerSection.FetchAgain}"
                );
            return new(literal);
        }
        if (pattern["Regex"].IsNull)
            throw pattern.Refuse("must hold a \"String\" or a \"Regex\"; " + TokenizerSection.FetchAgain);
        return new(pattern["Regex"].Text(), pattern);
    }

    /// <summary>Appends the ranges of all matches, in UTF-16 units, left to right.</summary>
    /// <exception cref="TokenizerException">A regular expression takes longer than <paramref name="bounds"/> allow.</exception>
    public void Find(ReadOnlySpan<char> text, List<(int Start, int End)> matches, TextBounds bounds)
    {
        if (literal is not null)
            FindLiteral(text, matches);
        else if (text.IndexOfAnyInRange('\uD800', '\uDFFF') < 0)
            FindRegex(text, matches, bounds);
        else
            FindByCodePoint(text, matches, bounds);
    }

    void FindLiteral(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        int from = 0;
        for (int at; (at = text[from..].IndexOf(literal)) >= 0; )
        {
            matches.Add((from + at, from + at + literal!.Length));
            from += at + literal.Length;
        }
    }

    void FindRegex(ReadOnlySpan<char> text, List<(int Start, int End)> matches, TextBounds bounds)
    {
        int last = -1;
        try
        {
            foreach (var match in regex!.EnumerateMatches(text))
            {
                bounds.Match(place);
                int end = match.Index + match.Length;
                // Oniguruma does not report an empty match right behind the previous match.
                if (match.Length == 0 && end == last)
                    continue;
                matches.Add((match.Index, end));
                last = end;
            }
            // A search that finds nothing takes time as well.
            bounds.Match(place);
        }
        catch (RegexMatchTimeoutException)
        {
            throw bounds.TooSlow(place);
        }
    }

    void FindByCodePoint(ReadOnlySpan<char> text, List<(int Start, int End)> matches, TextBounds bounds)
    {
        char[] stand = ArrayPool<char>.Shared.Rent(text.Length);
        int[] unitOf = ArrayPool<int>.Shared.Rent(text.Length + 1);
        int count = 0;
        for (int i = 0; i < text.Length; count++)
        {
            unitOf[count] = i;
            int length = Characters.LengthAt(text, i);
            stand[count] =
                length == 1 ? text[i] : standIns[(int)CharUnicodeInfo.GetUnicodeCategory(char.ConvertToUtf32(text[i], text[i + 1]))];
            i += length;
        }
        unitOf[count] = text.Length;
        int first = matches.Count;
        FindRegex(stand.AsSpan(0, count), matches, bounds);
        for (int k = first; k < matches.Count; k++)
            matches[k] = (unitOf[matches[k].Start], unitOf[matches[k].End]);
        ArrayPool<char>.Shared.Return(stand);
        ArrayPool<int>.Shared.Return(unitOf);
    }

    /// <summary>For each general category a character of the basic plane that is in none of the ranges.</summary>
    static char[] StandIns(IReadOnlyList<(char First, char Last)> named)
    {
        var found = new char[30];
        for (int c = char.MaxValue; c > 0x7F; c--)
        {
            if (char.IsSurrogate((char)c))
                continue;
            int category = (int)CharUnicodeInfo.GetUnicodeCategory((char)c);
            if (found[category] == '\0' && !named.Any(range => range.First <= c && c <= range.Last))
                found[category] = (char)c;
        }
        return found;
    }
}
