namespace DcrDsl.Data.Files;

/// <summary>What a layout makes of one row of a file.</summary>
/// <param name="Row">The row.</param>
/// <param name="Prompt">The prompt.</param>
/// <param name="Response">The answer, where one is wanted.</param>
/// <param name="Rejected">The answer that was found worse, where answers are wanted and the row has one.</param>
/// <param name="Category">The category; empty where the layout has none or the row has none.</param>
/// <param name="Pair">What it and the row that it is matched with have in common; null: it has no partner.</param>
/// <param name="Language">Its language; empty where none is known.</param>
/// <param name="Source">Where it comes from.</param>
readonly record struct PromptRow(
    TableRow Row,
    string Prompt,
    string? Response,
    string? Rejected,
    string Category,
    string? Pair,
    string Language,
    string Source
);
