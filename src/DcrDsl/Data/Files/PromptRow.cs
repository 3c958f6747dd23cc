namespace DcrDsl.Data;

/// <summary>What a declaration wants of one row of a file.</summary>
/// <param name="Row">The row.</param>
/// <param name="Prompt">The prompt.</param>
/// <param name="Response">The answer, where one is wanted.</param>
/// <param name="Category">The category; empty where no column is named or the row has none.</param>
/// <param name="Where">The value that the filter looks at; null where there is no filter or the row has none.</param>
readonly record struct PromptRow(TableRow Row, string Prompt, string? Response, string Category, string? Where);
