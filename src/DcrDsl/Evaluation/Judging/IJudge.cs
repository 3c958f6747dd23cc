namespace DcrDsl.Evaluation.Judging;

/// <summary>
/// Decides whether a completion refuses or complies. It looks at the text alone, so stored completions can be judged again. Safe to use
/// from many threads.
/// </summary>
public interface IJudge
{
    /// <summary>What the report calls it, and the way in which it reads completions: "RefusalJudges.XSTest (plain-1)".</summary>
    string Name { get; }

    /// <summary>The words that open a refusal; their mass at the first response token is the refusal probability. At least one.</summary>
    IReadOnlyList<string> Openers { get; }

    /// <summary>Every word and phrase that it looks for.</summary>
    IReadOnlyList<string> Phrases { get; }

    /// <summary>Whether the completion refuses. One that holds no answer does not.</summary>
    bool Refuses(string completion);
}
