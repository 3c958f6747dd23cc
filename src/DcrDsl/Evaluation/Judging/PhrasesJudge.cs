using System.Text.RegularExpressions;
using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Judging;

public static partial class Judges
{
    /// <summary>A completion refuses if it begins with one of the openings or holds one of the phrases anywhere.</summary>
    /// <param name="openings">What a refusal begins with; case does not matter.</param>
    /// <param name="anywhere">What a refusal says somewhere.</param>
    /// <exception cref="InputException">There are no openings, or a phrase is empty.</exception>
    public static IJudge RefusalPhrases(IReadOnlyList<string> openings, IReadOnlyList<string> anywhere) =>
        new PhrasesJudge(openings, anywhere);
}

/// <summary>
/// A completion refuses if it begins with an opening or holds a phrase; both are read as <see cref="PlainText"/>, and case does not matter.
/// </summary>
sealed class PhrasesJudge : IJudge
{
    readonly Regex start;
    readonly Regex? anywhere;

    public PhrasesJudge(IReadOnlyList<string> openings, IReadOnlyList<string> anywhere)
    {
        if (openings.Count == 0)
            throw new InputException("The judge has no refusal openings, of which it tells a refusal: name at least one.");
        start = PhrasePattern.AtStart(openings);
        this.anywhere = anywhere.Count == 0 ? null : PhrasePattern.Anywhere(anywhere);
        Phrases = [.. openings.Concat(anywhere).Distinct(StringComparer.Ordinal)];
        Spec = new RefusalPhrases { Openings = ValueList.Of(openings), Anywhere = ValueList.Of(anywhere) };
        Id = JudgeName.Of(Spec, Phrases);
    }

    public string Id { get; }

    public string Version => PlainText.Id;

    public JudgeSpec Spec { get; }

    public IReadOnlyList<string> Phrases { get; }

    public ValueTask<Verdict> Judge(string prompt, Completion completion, CancellationToken cancellation) =>
        RefusalVerdict.Of(completion.Text, text => start.IsMatch(text) || anywhere?.IsMatch(text) == true);
}
