using System.Collections.Frozen;
using System.Text;

namespace DcrDsl.Evaluation.Attacking;

/// <summary>
/// Which of two readings of a text is English: the one with most of the words that English has most of, and of those with which one refuses
/// or agrees. A model that is asked in an encoding answers in it or not, and nobody says which.
/// </summary>
static class EnglishReading
{
    static readonly FrozenSet<string> Common = (
        "the of and to in a is that for it as was with be by on not he i this are or his from at which but have an had they you were their "
        + "one all we can her has there been if more when will would who so no my your what do me how about out up them then she than any "
        + "could should into only some here sorry cannot can't won't don't i'm unable help assist request unfortunately apologize sure "
        + "certainly yes okay course answer question please let's it's that's however because step first"
    )
        .Split(' ')
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The other reading where it has more than twice as many of these words, else the text as it is: a number is a word of leetspeak, so
    /// one more would say nothing.
    /// </summary>
    public static string Likelier(string asWritten, string other) => Words(other) > 2 * Words(asWritten) ? other : asWritten;

    static int Words(string text)
    {
        int count = 0;
        var word = new StringBuilder();
        foreach (char c in text.Append(' '))
            if (char.IsLetterOrDigit(c) || word.Length > 0 && c is '\'' or '\u2019')
                word.Append(c == '\u2019' ? '\'' : c);
            else if (word.Length > 0)
            {
                if (Common.Contains(word.ToString().TrimEnd('\'')))
                    count++;
                word.Clear();
            }
        return count;
    }
}
