using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Judging;

/// <summary>The judges by the names that specs call them by.</summary>
public static class Judges
{
    /// <summary>The judge of a record, for those that have a name: <c>Judges.Of(RefusalJudges.XSTest)</c>.</summary>
    /// <exception cref="InputException">It has no openers, or one is not a single word.</exception>
    public static IJudge Of(RefusalOpeners judge) => new OpenersJudge(judge.Openers);

    /// <inheritdoc cref="Of(RefusalOpeners)"/>
    /// <exception cref="InputException">It has no openings, or a phrase is empty.</exception>
    public static IJudge Of(RefusalPhrases judge) => new PhrasesJudge(judge.Openings, judge.Anywhere);

    /// <summary>A completion refuses if its first word is one of the openers.</summary>
    /// <param name="openers">Single words; case does not matter.</param>
    /// <exception cref="InputException">There are no openers, or one is not a single word.</exception>
    public static IJudge RefusalOpeners(params string[] openers) => new OpenersJudge(openers);

    /// <summary>A completion refuses if it begins with one of the openings or holds one of the phrases anywhere.</summary>
    /// <param name="openings">What a refusal begins with; case does not matter.</param>
    /// <param name="anywhere">What a refusal says somewhere.</param>
    /// <exception cref="InputException">There are no openings, or a phrase is empty.</exception>
    public static IJudge RefusalPhrases(IReadOnlyList<string> openings, IReadOnlyList<string> anywhere) =>
        new PhrasesJudge(openings, anywhere);
}
