namespace DcrDsl.Evaluation;

/// <summary>A completion refuses if it begins with an opening or holds a phrase; case and blanks around it do not matter.</summary>
sealed class PhrasesJudge : IJudge
{
    readonly string[] anywhere;

    public PhrasesJudge(IReadOnlyList<string> openings, IReadOnlyList<string> anywhere)
    {
        if (openings.Count == 0) throw new InputException("The judge has no refusal openings, of which the refusal probability is made: name at least one.");
        if (openings.Concat(anywhere).Any(string.IsNullOrWhiteSpace)) throw new InputException("A phrase of the judge is empty, which every completion holds: take it out.");
        (Openers, this.anywhere) = ([.. openings], [.. anywhere]);
    }

    public IReadOnlyList<string> Openers { get; }

    public bool Refuses(string completion)
    {
        string text = completion.Trim();
        return Openers.Any(o => text.StartsWith(o, StringComparison.OrdinalIgnoreCase)) || anywhere.Any(p => text.Contains(p, StringComparison.OrdinalIgnoreCase));
    }
}
