namespace DcrDsl.Specs;

/// <summary>
/// Leakage by content: what of the prompts that tasks measure on stands, in the same or nearly the same words, in what stages train on or
/// are watched on. Declarations alone cannot tell that, as two files may hold the same prompt.
/// </summary>
public sealed record Leakage
{
    /// <summary>Overlaps are listed, and what is measured is shown with and without the prompts that have one.</summary>
    public static Leakage Reported { get; } = new();

    /// <summary>Overlaps are an error: at build time where they are found then, otherwise before anything is trained.</summary>
    public static Leakage Strict { get; } = new() { Overlaps = OverlapUse.Refuse };

    /// <summary>Nothing is compared.</summary>
    public static Leakage Ignored { get; } = new() { Overlaps = OverlapUse.Ignore };

    /// <summary>What becomes of overlaps.</summary>
    [NoEffectOnResult]
    public OverlapUse Overlaps { get; init; }

    /// <summary>
    /// How many words in a row two texts must share, without regard to case and punctuation. A prompt of fewer words, but at least half as
    /// many, overlaps if all of it stands in a training text.
    /// </summary>
    [NoEffectOnResult, Range(3, 50)]
    public int Words { get; init; } = 8;

    /// <summary>
    /// Words that stand in more different training texts than this are taken for a common phrase, as that of a template, and are no
    /// overlap.
    /// </summary>
    [NoEffectOnResult, Range(1, 1_000_000)]
    public int CommonIn { get; init; } = 10;

    /// <summary>
    /// Also finds each prompt's nearest training prompt by the base model's own hidden states; null: it does not, as all prompts are read
    /// for it once.
    /// </summary>
    [NoEffectOnResult]
    public Neighbours? Neighbours { get; init; }
}

/// <summary>What becomes of overlaps between evaluation and training.</summary>
public enum OverlapUse
{
    /// <summary>They are listed in plan and report, and metrics are shown with and without them.</summary>
    Report,

    /// <summary>They are an error, but for tasks that say that they are in-distribution.</summary>
    Refuse,

    /// <summary>They are not looked for.</summary>
    Ignore,
}

/// <summary>
/// Nearest neighbours by the base model's own embedding: one vector a prompt out of its hidden states after a layer, compared by cosine.
/// </summary>
public sealed record Neighbours
{
    /// <summary>The layer whose states are compared, counted from 1; null: the one in the middle.</summary>
    [NoEffectOnResult, Layer]
    public int? Layer { get; init; }

    /// <summary>How a prompt's states become one vector.</summary>
    [NoEffectOnResult]
    public PromptVector Vector { get; init; }

    /// <summary>The cosine similarity from which on two prompts overlap.</summary>
    [NoEffectOnResult, Range(-1, 1)]
    public double Similarity { get; init; } = 0.95;

    /// <summary>Prompts read side by side.</summary>
    [NoEffectOnResult, Range(1)]
    public int Batch { get; init; } = 32;
}

/// <summary>How a prompt's hidden states become one vector.</summary>
public enum PromptVector
{
    /// <summary>The mean over all tokens that the model is given, those of the chat format included.</summary>
    Mean,

    /// <summary>The state at the last token, from which the first response token is predicted.</summary>
    LastToken,
}

/// <summary>How a prompt that is measured on overlaps with one that is trained on; the closest first.</summary>
public enum OverlapKind
{
    /// <summary>The same text.</summary>
    Exact,

    /// <summary>The same words, without regard to case, punctuation, blanks and forms of Unicode.</summary>
    Normalised,

    /// <summary>So many words in a row; of a shorter prompt, all of it.</summary>
    Words,

    /// <summary>Other words, near by the base model's own embedding.</summary>
    Near,
}
