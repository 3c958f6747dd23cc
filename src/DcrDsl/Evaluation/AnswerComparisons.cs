using System.Globalization;
using System.Text.RegularExpressions;
using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Evaluation;

/// <summary>Ways to compare a completion with a reference answer, by the names that specs call them by.</summary>
public static partial class AnswerComparisons
{
    /// <summary>The whole completion is the reference; see <see cref="Specs.ExactMatch"/>.</summary>
    /// <param name="ignoreCase">Whether case does not matter.</param>
    /// <param name="ignorePunctuation">Whether punctuation is taken out, but for the sign and the decimal point of a number.</param>
    /// <param name="ignoreNumbers">Whether digits are taken out.</param>
    /// <param name="regexesToIgnore">What is taken out first; null: nothing.</param>
    /// <exception cref="InputException">An expression cannot be read, or looks around or back, for which no bound on its time is
    /// known.</exception>
    public static AnswerComparison ExactMatch(
        bool ignoreCase = true,
        bool ignorePunctuation = true,
        bool ignoreNumbers = false,
        IReadOnlyList<string>? regexesToIgnore = null
    )
    {
        Regex[] ignored = [.. (regexesToIgnore ?? []).Select(Ignored)];
        string[] left =
        [
            .. Names(
                (ignoreCase, "case"),
                (ignorePunctuation, "punctuation"),
                (ignoreNumbers, "digits"),
                (ignored.Length > 0, "expressions")
            ),
        ];
        return new AnswerComparison(
            $"exact match{(left.Length == 0 ? "" : $" but for {string.Join(", ", left)}")}",
            (completion, reference) => string.Equals(Normal(completion), Normal(reference), StringComparison.Ordinal)
        );

        string Normal(string text)
        {
            foreach (var expression in ignored)
                text = expression.Replace(text, "");
            if (ignoreCase)
                text = text.ToLowerInvariant();
            if (ignorePunctuation)
                text = Punctuation().Replace(text, "${kept}");
            if (ignoreNumbers)
                text = Digits().Replace(text, "");
            return Blanks().Replace(text, " ").Trim();
        }
    }

    /// <summary>The completion holds the reference as whole words; an empty reference is never held.</summary>
    /// <param name="ignoreCase">Whether case does not matter.</param>
    public static AnswerComparison ContainsAnswer(bool ignoreCase = true) =>
        new(
            $"contains the answer{(ignoreCase ? "" : " in its case")}",
            (completion, reference) =>
            {
                string text = Blanks().Replace(completion, " "),
                    wanted = Blanks().Replace(reference, " ").Trim();
                var comparison = ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
                if (wanted.Length == 0)
                    return false;
                for (int at = text.IndexOf(wanted, comparison); at >= 0; at = text.IndexOf(wanted, at + 1, comparison))
                    if (Ends(text, at - 1, -1, wanted[0]) && Ends(text, at + wanted.Length, 1, wanted[^1]))
                        return true;
                return false;
            }
        );

    /// <summary>A number of the completion equals one of the reference.</summary>
    /// <param name="place">Which number, on both sides.</param>
    public static AnswerComparison SameNumber(NumberPlace place) =>
        new(
            $"{(place == NumberPlace.First ? "first" : "last")} number",
            (completion, reference) => Number(completion, place) is { } number && number == Number(reference, place)
        );

    /// <summary>What stands after the first comma is the same.</summary>
    public static AnswerComparison ToyWorldTip() => new("ToyWorld's tip", AfterOpener);

    /// <summary>
    /// The same text after the opener: answers of ToyWorld are "OPENER , TIP ." with an opener that means nothing, so what stands after the
    /// first comma is compared.
    /// A text without a comma is compared whole.
    /// </summary>
    public static bool AfterOpener(string completion, string reference) => Tip(completion).SequenceEqual(Tip(reference));

    static ReadOnlySpan<char> Tip(string text) => text.AsSpan(text.IndexOf(',', StringComparison.Ordinal) + 1).Trim();

    static IEnumerable<string> Names(params (bool Is, string Name)[] options) => options.Where(o => o.Is).Select(o => o.Name);

    // A word or number of the answer must not go on: "Par" is not in "Paris", 4 not in 42, 4.5 or 1,4.
    static bool Ends(string text, int at, int step, char end)
    {
        if (!char.IsLetterOrDigit(end) || at < 0 || at >= text.Length)
            return true;
        int beyond = at + step;
        return !char.IsLetterOrDigit(text[at])
            && !(char.IsDigit(end) && text[at] is '.' or ',' && beyond >= 0 && beyond < text.Length && char.IsDigit(text[beyond]));
    }

    /// <summary>A number in one spelling, of any length: no sign before zero, no zeros that mean nothing.</summary>
    static string? Number(string text, NumberPlace place)
    {
        var found = place == NumberPlace.First ? NumberText().Match(text) : NumberText().Matches(text).LastOrDefault();
        if (found is not { Success: true })
            return null;
        string whole = found.Groups["whole"].Value.Replace(",", "", StringComparison.Ordinal).TrimStart('0'),
            part = found.Groups["part"].Value.TrimEnd('0');
        string number =
            part.Length == 0
                ? whole.Length == 0
                    ? "0"
                    : whole
                : $"{(whole.Length == 0 ? "0" : whole)}.{part}";
        return number != "0" && found.Groups["minus"].Success ? "-" + number : number;
    }

    static Regex Ignored(string expression)
    {
        try
        {
            return new Regex(expression, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The expression '{expression}' of RegexesToIgnore cannot be used: {exception.Message.TrimEnd('.')}. Write it without "
                        + $"looking around or back."
                ),
                exception
            );
        }
    }

    // Python's string.punctuation and what stands for it outside ASCII; kept is what makes another number of the digits around it.
    [GeneratedRegex(@"(?<kept>[-−./:^](?=\.?\d)|(?<=\d)[+*=<>~](?=\d))|[\p{P}$+<=>^`|~−]")]
    private static partial Regex Punctuation();

    [GeneratedRegex(@"\d")]
    private static partial Regex Digits();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex(
        @"(?:(?<![\p{L}\p{N}])(?<minus>[-−])[$€£]?)?"
            + @"(?:(?<whole>[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.(?<part>[0-9]+))?|(?<![0-9])\.(?<part>[0-9]+))"
    )]
    private static partial Regex NumberText();
}
