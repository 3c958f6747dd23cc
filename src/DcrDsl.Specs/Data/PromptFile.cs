namespace DcrDsl.Specs;

/// <summary>Prompts from a file: CSV with a header, or JSON Lines; plain or gzipped. The layout follows the file name's ending.</summary>
public sealed record PromptFile : PromptSource
{
    /// <summary>The file; a relative path starts at the folder the program is run in. A name in braces, as in <c>{data}/prompts.csv</c>, is given with <c>--path data=DIR</c>.</summary>
    [RunPath]
    public string Path { get; init; } = "";

    /// <summary>The column (CSV) or property (JSON Lines) that holds the prompt.</summary>
    public string PromptColumn { get; init; } = "prompt";

    /// <summary>The column or property that holds the answer; null: none.</summary>
    public string? ResponseColumn { get; init; }

    /// <summary>The column or property that holds the category, for tables by category; null: none.</summary>
    public string? CategoryColumn { get; init; }

    /// <summary>Only rows whose column <see cref="WhereColumn"/> equals <see cref="WhereValue"/>; null: all rows.</summary>
    public string? WhereColumn { get; init; }

    /// <summary>The value wanted in <see cref="WhereColumn"/>.</summary>
    public string? WhereValue { get; init; }

    /// <summary>Which part of the file.</summary>
    public Split Split { get; init; } = Split.All;

    /// <summary>What becomes of a prompt with words that the model's vocabulary lacks.</summary>
    public UnknownWords UnknownWords { get; init; } = UnknownWords.Refuse;

    /// <inheritdoc/>
    public override bool HasAnswers => ResponseColumn is not null;

    /// <inheritdoc/>
    public override bool MayOverlap(PromptSource other) =>
        other is PromptFile file
        && string.Equals(file.Path, Path, StringComparison.Ordinal)
        && file.Split.Overlaps(Split)
        && !(WhereColumn is not null && WhereColumn == file.WhereColumn && WhereValue != file.WhereValue);
}

/// <summary>What becomes of a prompt with words that a closed vocabulary lacks. None is ever mapped to another word.</summary>
public enum UnknownWords
{
    /// <summary>The run ends with an error that names the words and their lines.</summary>
    Refuse,

    /// <summary>The prompt is left out; the report counts such prompts and lists their words.</summary>
    LeaveOut,
}
