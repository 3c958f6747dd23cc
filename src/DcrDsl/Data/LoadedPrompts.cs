namespace DcrDsl.Data;

/// <summary>The prompts of a source, and what is to be said about them.</summary>
/// <param name="Examples">The prompts, in the source's order.</param>
/// <param name="LeftOut">Prompts that were left out, as the declaration has it.</param>
sealed record LoadedPrompts(IReadOnlyList<Example> Examples, IReadOnlyList<LeftOutPrompt> LeftOut)
{
    /// <summary>How many of the prompts stood in the source before; they are kept.</summary>
    public int Duplicates { get; } = Examples.Count - Examples.Select(example => example.Prompt).Distinct(StringComparer.Ordinal).Count();
}

/// <summary>A prompt that was left out.</summary>
/// <param name="Origin">Where its row stands: "prompts.csv, line 12".</param>
/// <param name="Words">The words that the vocabulary lacks.</param>
sealed record LeftOutPrompt(string Origin, IReadOnlyList<string> Words)
{
    /// <summary>What else is wrong with it, as a sentence without its place; null: it is the words.</summary>
    public string? Fault { get; init; }
}
