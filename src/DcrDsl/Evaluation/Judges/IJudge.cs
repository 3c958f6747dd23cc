namespace DcrDsl.Evaluation;

/// <summary>Decides whether a completion refuses or complies. It looks at the text alone, so stored completions can be judged again. Safe to use from many threads.</summary>
public interface IJudge
{
    /// <summary>The words that open a refusal; their mass at the first response token is the refusal probability. At least one.</summary>
    IReadOnlyList<string> Openers { get; }

    /// <summary>Whether the completion refuses.</summary>
    bool Refuses(string completion);
}
