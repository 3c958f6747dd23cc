using System.Globalization;

namespace DcrDsl.Tokenizers;

/// <summary>
/// What one text may cost, all steps, pieces and matches of it together. Characters are counted; only regular expressions, whose steps .NET
/// does not count, are stopped by the clock. (RegexOptions.NonBacktracking, which takes linear time, is no way out: in .NET 10 it overlooks
/// matches of patterns such as <c> ?[,.!]+</c>.)
/// </summary>
/// <param name="what">For messages: "a text".</param>
/// <param name="characters">Its length in UTF-16 units.</param>
sealed class TextBounds(string what, long characters)
{
    /// <summary>The longest that a single match may take.</summary>
    public static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(2);

    // A character is written once by each step that changes its text, at most 18-fold by NFKD; it is looked at again where added tokens
    // overlap.
    const int WritesEach = 64,
        LooksEach = 1024,
        CountedAnyway = 1 << 22,
        CharactersEachMillisecond = 500;

    const string Remedy = "use a checkpoint with another tokenizer, see docs/tokenizers.md";

    readonly long mostWritten = WritesEach * characters + CountedAnyway;
    readonly long end = Environment.TickCount64 + 4 * (long)LongestMatch.TotalMilliseconds + characters / CharactersEachMillisecond;
    long written,
        looked;

    /// <summary>
    /// Counts characters that are about to be written. Errors: <see cref="TokenizerException"/> when they are too many in all.
    /// </summary>
    public void Write(long count, TokenizerSection place)
    {
        written += count;
        if (written > mostWritten)
            throw place.Refuse(
                $"{Sized} grows beyond the {mostWritten.ToString(CultureInfo.InvariantCulture)} characters "
                    + $"that all steps together may write for it; {Remedy}"
            );
    }

    /// <summary>Counts characters that are looked at out of turn. Errors: as above.</summary>
    public void Look(long count, TokenizerSection place)
    {
        looked += count;
        if (looked > LooksEach * characters + CountedAnyway)
            throw place.Refuse(
                $"{Sized} has so many overlapping or long tokens that finding them takes more than "
                    + $"{LooksEach} steps a character; shorten it, or {Remedy}"
            );
    }

    /// <summary>Called between matches. Errors: <see cref="TokenizerException"/> when the text has taken too long.</summary>
    public void Match(TokenizerSection place)
    {
        if (Environment.TickCount64 > end)
            throw TooSlow(place);
    }

    /// <summary>A regular expression that was stopped.</summary>
    public TokenizerException TooSlow(TokenizerSection place) =>
        place.Refuse($"the regular expression takes too long on {Sized}; shorten it, or {Remedy}");

    string Sized => string.Create(CultureInfo.InvariantCulture, $"{what} of {characters} characters");
}
