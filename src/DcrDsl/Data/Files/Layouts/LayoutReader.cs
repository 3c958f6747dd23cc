using DcrDsl.Specs;

namespace DcrDsl.Data.Files.Layouts;

/// <summary>How the rows of one layout are read.</summary>
/// <param name="Layout">The layout.</param>
/// <param name="Columns">The columns that a file must have.</param>
/// <param name="Prompt">The prompt of a row.</param>
sealed record LayoutReader(PromptLayout Layout, string[] Columns, Func<TableRow, string> Prompt)
{
    /// <summary>The column of the category; null: there is none. Rows need not have it unless it is among <see cref="Columns"/>.</summary>
    public string? Category { get; init; }

    /// <summary>The category of a row, where no column holds it as it is.</summary>
    public Func<TableRow, string?>? CategoryOf { get; init; }

    /// <summary>The language of a row's prompt; null: the layout does not say, or of one row does not.</summary>
    public Func<TableRow, string?>? Language { get; init; }

    /// <summary>Where the publisher has a row's prompt from; null: the layout does not say, or of one row does not.</summary>
    public Func<TableRow, string?>? Source { get; init; }

    /// <summary>Columns that some published files have in place of one that a file must have.</summary>
    public IReadOnlyList<(string Column, string Instead)> AlsoCalled { get; init; } = [];

    /// <summary>The columns that a file must have besides, if answers are loaded.</summary>
    public string[] AnswerColumns { get; init; } = [];

    /// <summary>The answer of a row; null: the layout has none that may be loaded.</summary>
    public Func<TableRow, string>? Response { get; init; }

    /// <summary>The answer of a row that was found worse, where it has one.</summary>
    public Func<TableRow, string?>? Rejected { get; init; }

    /// <summary>What a row and its partner of the other class have in common; null: no row has a partner.</summary>
    public Func<TableRow, string?>? Pair { get; init; }

    /// <summary>Whether a row is of the class; null: all rows are of the class declared.</summary>
    public Func<TableRow, PromptClass, bool>? IsOf { get; init; }

    /// <summary>Columns that a row may have besides.</summary>
    public string[] Optional { get; init; } = [];

    /// <summary>Whether rows may have <see cref="Unkept.Columns"/>, which are refused where something stands in them.</summary>
    public bool HasUnkept { get; init; }

    /// <summary>Columns of which a file must have one.</summary>
    public string[] OneOf { get; init; } = [];

    /// <summary>Columns by which files of this layout are known, as published; empty: those that they must have.</summary>
    public string[] Published { get; init; } = [];

    /// <summary>The columns that the file must have and has not; empty: it has them.</summary>
    /// <param name="columns">The file's columns.</param>
    /// <param name="answers">Whether answers are loaded.</param>
    public string[] Missing(IReadOnlyList<string> columns, bool answers)
    {
        string[] missing = [.. Columns.Concat(answers ? AnswerColumns : []).Where(column => !Has(columns, column))];
        return OneOf.Length > 0 && !OneOf.Any(columns.Contains) ? [.. missing, .. OneOf] : missing;
    }

    bool Has(IReadOnlyList<string> columns, string column) =>
        columns.Contains(column) || AlsoCalled.Any(other => other.Instead == column && columns.Contains(other.Column));

    /// <summary>Whether the layout looks at a column at all.</summary>
    public bool Reads(string column) =>
        column == Category
        || Columns.Contains(column)
        || AnswerColumns.Contains(column)
        || OneOf.Contains(column)
        || Optional.Contains(column)
        || AlsoCalled.Any(other => other.Column == column)
        || (HasUnkept && Unkept.Columns.Contains(column));

    /// <summary>
    /// How many columns of a file tell of this layout; 0: it is another. One plain column alone says nothing unless it is all that the file
    /// has.
    /// </summary>
    public int Fit(IReadOnlyList<string> columns)
    {
        if (OneOf.Any(columns.Contains))
            return 1;
        string[] known = Published is [] ? [.. Columns, .. AnswerColumns] : Published;
        return known.Length > 0 && known.All(columns.Contains) && (known.Length > 1 || columns.Count == 1) ? known.Length : 0;
    }

    /// <summary>The layout of plain columns.</summary>
    public static LayoutReader Plain(PromptLayout layout, string prompt, string? category = null, params string[] published) =>
        new(layout, category is null ? [prompt] : [prompt, category], row => row.Text(prompt))
        {
            Category = category,
            Published = published,
        };
}
