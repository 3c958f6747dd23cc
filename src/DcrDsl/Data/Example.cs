using DcrDsl.Specs;

namespace DcrDsl.Data;

/// <summary>A prompt, with its answer where it has one.</summary>
/// <param name="Prompt">What the user says, as text; the chat format is added by the tokenizer.</param>
/// <param name="Response">What the assistant is to say; null: the prompt comes alone.</param>
/// <param name="Class">What the prompt is, as far as safety goes.</param>
/// <param name="Category">The row of a table by category that the prompt counts in, e.g. "homonym"; empty where none is known.</param>
/// <param name="Pair">
/// What it and the prompt of the other class that it is matched with have in common, and no others of the two classes; null: it has no
/// partner.
/// </param>
/// <param name="Origin">Where it comes from, for messages: "prompts.csv, line 12" or "ToyWorld, evaluation".</param>
public sealed record Example(string Prompt, string? Response, PromptClass Class, string Category, string? Pair, string Origin)
{
    /// <summary>An answer that was found worse than <see cref="Response"/>; null: none is known.</summary>
    public string? Rejected { get; init; }

    /// <summary>The language that it is in, as its source has it; empty where none is known.</summary>
    public string Language { get; init; } = "";

    /// <summary>Where its source has it from: a set, or the file itself; empty: its task says it all.</summary>
    public string Source { get; init; } = "";
}
