namespace DcrDsl.Results.Comparing;

/// <summary>What a comparison speaks of beyond the seeds and prompts that were run.</summary>
public enum ComparisonDesign
{
    /// <summary>Every seed has the same prompts: it speaks of other seeds and other prompts.</summary>
    Crossed,

    /// <summary>
    /// Each seed has prompts of its own: seeds differ by their prompts too, so Student's interval over seeds speaks of both.
    /// </summary>
    Nested,

    /// <summary>There is one seed, or none changes anything: it speaks of other prompts only.</summary>
    PromptsOnly,

    /// <summary>The metric is no mean over prompts: it speaks of other seeds, with these prompts.</summary>
    SeedsOnly,
}
