using DcrDsl.Specs;

namespace DcrDsl.Data;

/// <summary>The columns that a declaration names, with the option that names each.</summary>
static class WantedColumns
{
    public static IEnumerable<(string Option, string Column)> Of(PromptFile spec)
    {
        yield return (nameof(PromptFile.PromptColumn), spec.PromptColumn);
        if (spec.ResponseColumn is { } response) yield return (nameof(PromptFile.ResponseColumn), response);
        if (spec.CategoryColumn is { } category) yield return (nameof(PromptFile.CategoryColumn), category);
        if (spec.WhereColumn is { } where) yield return (nameof(PromptFile.WhereColumn), where);
    }

    /// <summary>The sentence for a named column that the file does not have.</summary>
    public static InputException Missing(string place, string option, string column, IReadOnlyList<string> found)
    {
        string nearest = NearestName.Of(column, found) is { } name ? $"; did you mean '{name}'" : "";
        string separator = found is [var only] && only.Contains(';', StringComparison.Ordinal) ? "; it seems to be separated by semicolons: save it with commas" : "";
        return new($"{place}: no column '{column}', only {TableRow.Names(found)}{nearest}{separator}: name one with {option}.");
    }
}
