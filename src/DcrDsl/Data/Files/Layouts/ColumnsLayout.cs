using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Data.Files.Layouts;

/// <summary>Columns that the declaration names one by one.</summary>
static class ColumnsLayout
{
    /// <exception cref="InputException">The file lacks one of them.</exception>
    public static LayoutReader Of(PromptFile spec, TableFile table)
    {
        Check(table, nameof(PromptFile.PromptColumn), spec.PromptColumn);
        Check(table, nameof(PromptFile.ResponseColumn), spec.ResponseColumn);
        Check(table, nameof(PromptFile.RejectedColumn), spec.RejectedColumn);
        Check(table, nameof(PromptFile.CategoryColumn), spec.CategoryColumn);
        Check(table, nameof(PromptFile.PairColumn), spec.PairColumn);
        return new(PromptLayout.Columns, [spec.PromptColumn], row => Text(row, nameof(PromptFile.PromptColumn), spec.PromptColumn))
        {
            Category = spec.CategoryColumn,
            Pair = spec.PairColumn is { } pair ? row => row.OptionalText(pair) is { Length: > 0 } shared ? shared : null : null,
            Response = spec.ResponseColumn is { } response ? row => Text(row, nameof(PromptFile.ResponseColumn), response) : null,
            Rejected = spec.RejectedColumn is { } rejected ? row => Text(row, nameof(PromptFile.RejectedColumn), rejected) : null,
        };
    }

    /// <summary>That the file has the column which an option names, if it names one.</summary>
    /// <exception cref="InputException">It has not.</exception>
    public static void Check(TableFile table, string option, string? column)
    {
        if (column is not null && !table.Columns.Contains(column))
            throw Missing(
                table.NamesPlace,
                option,
                column,
                table.Columns,
                option == nameof(PromptFile.PromptColumn) ? PromptLayouts.Known(table.Columns) : null
            );
    }

    static string Text(TableRow row, string option, string column) =>
        row.Values.TryGetProperty(column, out _)
            ? row.Text(column, $"write a string, or name another property with {option}.")
            : throw Missing(row.Place, option, column, row.Columns, null);

    static InputException Missing(string place, string option, string column, IReadOnlyList<string> found, PromptLayout? known)
    {
        string nearest = NearestName.Of(column, found) is { } name ? $"; did you mean '{name}'" : "";
        string layout = known is null ? "" : $", or set Layout to {known}, whose columns these are";
        return new($"{place}: no column '{column}', only {TableRow.Names(found)}{nearest}: name one with {option}{layout}.");
    }
}
