using System.Text.RegularExpressions;

namespace DcrDsl.Evaluation.Judging.Asking;

/// <summary>What a rubric reads out of an answer: the first group of a pattern, where it stands last.</summary>
sealed class AnswerPattern
{
    // No pattern may take longer over an answer.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    readonly Regex pattern;

    /// <param name="pattern">The pattern; without regard to case.</param>
    /// <param name="fault">What is said of one that looks around or back.</param>
    /// <exception cref="InputException">It does.</exception>
    public AnswerPattern(string pattern, string fault)
    {
        try
        {
            this.pattern = new Regex(
                pattern,
                RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking,
                Patience
            );
        }
        catch (NotSupportedException exception)
        {
            throw new InputException(fault, exception);
        }
    }

    /// <summary>What it reads; null: it stands nowhere.</summary>
    public string? Last(string text)
    {
        string? last = null;
        foreach (Match match in pattern.Matches(text))
            last = match.Groups[1].Value.Trim();
        return last;
    }
}
