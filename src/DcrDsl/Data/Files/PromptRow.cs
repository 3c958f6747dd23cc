namespace DcrDsl.Data;

/// <summary>The wanted columns of one row of a file.</summary>
/// <param name="Line">The line on which the row begins, counted from 1.</param>
/// <param name="Prompt">The prompt.</param>
/// <param name="Response">The answer, where a column is named for it.</param>
/// <param name="Category">The category; empty where no column is named or the row has none.</param>
/// <param name="Where">The value that the filter looks at; null where there is no filter or the row has none.</param>
readonly record struct PromptRow(int Line, string Prompt, string? Response, string Category, string? Where);
