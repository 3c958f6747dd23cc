namespace DcrDsl.Specs;

/// <summary>
/// Prompts from a file. The ending of its name says what holds them: CSV with a header, JSON Lines, a JSON list of objects or object of
/// lists, or lines of plain text, each plain or gzipped, or Parquet. The layout says which columns hold what.
/// </summary>
public sealed record PromptFile : PromptSource
{
    /// <summary>
    /// The file; a relative path starts at the folder the program is run in. A name in braces, as in <c>{data}/prompts.csv</c>, is given
    /// with <c>--path data=DIR</c>.
    /// </summary>
    [RunPath]
    public string Path { get; init; } = "";

    /// <summary>Which columns hold what: a public data set's layout, or columns named one by one.</summary>
    public PromptLayout Layout { get; init; }

    /// <summary>The column (in JSON, the property) that holds the prompt.</summary>
    public string PromptColumn { get; init; } = "prompt";

    /// <summary>The column that holds the answer; null: none.</summary>
    public string? ResponseColumn { get; init; }

    /// <summary>
    /// The column that holds an answer that was found worse than that of <see cref="ResponseColumn"/>, for pairs of answers; null: none.
    /// </summary>
    [OmittedAtDefault]
    public string? RejectedColumn { get; init; }

    /// <summary>The column that holds the category, for tables by category; null: none.</summary>
    public string? CategoryColumn { get; init; }

    /// <summary>
    /// The column in which a prompt and its partner of the other class have the same value, for <see cref="PairSampling.Matched"/>; rows
    /// without a value have no partner. Null: none.
    /// </summary>
    [OmittedAtDefault]
    public string? PairColumn { get; init; }

    /// <summary>
    /// The column that holds the language of each prompt, for tables by language, in every layout; null: what the layout says, else what is
    /// known of the <see cref="Set"/>.
    /// </summary>
    [OmittedAtDefault]
    public string? LanguageColumn { get; init; }

    /// <summary>
    /// The column that holds where each prompt comes from, for tables by source, in every layout; null: what the layout says, else the name
    /// of the <see cref="Set"/>, else that of the file.
    /// </summary>
    [OmittedAtDefault]
    public string? SourceColumn { get; init; }

    /// <summary>
    /// The published set that the file is, by its name in <see cref="PublishedTasks"/>: its number of rows is held against it, and files of
    /// one set are known to hold the same prompts wherever they lie. Null: none.
    /// </summary>
    [OmittedAtDefault]
    public string? Set { get; init; }

    /// <summary>
    /// Only rows whose column <see cref="WhereColumn"/> equals <see cref="WhereValue"/>; null: all rows. Any column of the file, in every
    /// layout.
    /// </summary>
    public string? WhereColumn { get; init; }

    /// <summary>The value wanted in <see cref="WhereColumn"/>.</summary>
    public string? WhereValue { get; init; }

    /// <summary>Whether the file's answers are loaded.</summary>
    public AnswerUse Answers { get; init; }

    /// <summary>Which part of the file.</summary>
    public Split Split { get; init; } = Split.All;

    /// <summary>The order of the prompts, which decides what <see cref="PromptSource.Take"/> takes.</summary>
    public PromptOrder Order { get; init; }

    /// <summary>What becomes of a prompt with words that the model's vocabulary lacks.</summary>
    public UnknownWords UnknownWords { get; init; } = UnknownWords.Refuse;

    /// <summary>
    /// What becomes of a row whose answers are no pair: one is missing or empty, they are the same, or they answer different prompts.
    /// </summary>
    [OmittedAtDefault]
    public UnusablePairs UnusablePairs { get; init; }

    /// <inheritdoc/>
    public override bool DependsOnSeed => false;

    /// <inheritdoc/>
    public override bool HasAnswers =>
        Answers switch
        {
            AnswerUse.File => true,
            AnswerUse.None => false,
            _ => Layout == PromptLayout.Columns ? ResponseColumn is not null : Traits.Answers,
        };

    /// <inheritdoc/>
    public override bool HasPairs => HasAnswers && (Layout == PromptLayout.Columns ? RejectedColumn is not null : Traits.Pairs);

    /// <inheritdoc/>
    public override bool KnowsPartners => Layout == PromptLayout.Columns ? PairColumn is not null : Traits.Partners;

    /// <inheritdoc/>
    public override bool MayOverlap(PromptSource other) =>
        other switch
        {
            PromptFile file => (PathSpelling.MayBeSame(file.Path, Path) || PublishedAttribute.AreSame(file.Set, Set))
                && file.Split.Overlaps(Split)
                && !(WhereColumn is not null && WhereColumn == file.WhereColumn && WhereValue != file.WhereValue)
                && !(Traits.RowsByClass && file.Traits.RowsByClass && Class != file.Class),
            SelfAnswered answered => answered.MayOverlap(this),
            _ => false,
        };

    /// <inheritdoc/>
    public override bool MayComeFrom(string path) => PathSpelling.MayHold(path, Path);

    /// <summary>What in this declaration contradicts itself: the option, and a sentence's end with the remedy. Empty: nothing.</summary>
    public IEnumerable<(string Option, string Mistake)> Contradictions()
    {
        if (Layout != PromptLayout.Columns)
            foreach (
                var (option, column) in new[]
                {
                    (nameof(PromptColumn), PromptColumn == "prompt" ? null : PromptColumn),
                    (nameof(ResponseColumn), ResponseColumn),
                    (nameof(RejectedColumn), RejectedColumn),
                    (nameof(CategoryColumn), CategoryColumn),
                    (nameof(PairColumn), PairColumn),
                }
            )
                if (column is not null)
                    yield return (
                        option,
                        $"the layout {Layout} knows its columns; leave {option} out, or set Layout to {PromptLayout.Columns}"
                    );
        if (Set is not null && PublishedAttribute.Of(Set) is null)
            yield return (nameof(Set), $"there is no published set '{Set}'; name one of docs/tasks.md, or leave {nameof(Set)} out");
        if (WhereColumn is null != WhereValue is null)
            yield return (
                WhereColumn is null ? nameof(WhereValue) : nameof(WhereColumn),
                $"{nameof(WhereColumn)} and {nameof(WhereValue)} go together; give both or neither"
            );
        if (Traits.Classes.Length > 0 && Array.IndexOf(Traits.Classes, Class) < 0)
            yield return (
                nameof(Class),
                $"the layout {Layout} holds no prompts of the class {Class}; set Class to {string.Join(" or ", Traits.Classes)}"
            );
        if (Answers == AnswerUse.File && Layout != PromptLayout.Columns && Traits is { Answers: false, AnswersOnRequest: false })
            yield return (nameof(Answers), $"the layout {Layout} has no answers to load; leave Answers out");
        if (Answers == AnswerUse.File && Layout == PromptLayout.Columns && ResponseColumn is null)
            yield return (nameof(Answers), $"answers are asked for, but no column is named for them; set {nameof(ResponseColumn)}");
        if (RejectedColumn is not null && ResponseColumn is null && Layout == PromptLayout.Columns)
            yield return (
                nameof(RejectedColumn),
                $"{nameof(RejectedColumn)} names the worse of two answers; name the better one with {nameof(ResponseColumn)}"
            );
        if (RejectedColumn is not null && RejectedColumn == ResponseColumn)
            yield return (
                nameof(RejectedColumn),
                $"{nameof(RejectedColumn)} and {nameof(ResponseColumn)} name the same column; name the one of the worse answer"
            );
        if (UnusablePairs == UnusablePairs.LeaveOut && !HasPairs)
            yield return (nameof(UnusablePairs), $"there are no pairs of answers to leave out; leave {nameof(UnusablePairs)} out");
        if (Answers == AnswerUse.None && ResponseColumn is not null && Layout == PromptLayout.Columns)
            yield return (nameof(Answers), $"{nameof(ResponseColumn)} names answers that are not to be loaded; leave one of the two out");
    }

    LayoutTraitsAttribute Traits => LayoutTraitsAttribute.Of(Layout);
}

/// <summary>
/// Whether a file's answers are loaded. Training on answers needs them; a task that has them also measures their loss and whether
/// completions repeat them.
/// </summary>
public enum AnswerUse
{
    /// <summary>As the layout is mostly used; with named columns, if <see cref="PromptFile.ResponseColumn"/> names one.</summary>
    ByLayout,

    /// <summary>The prompts alone.</summary>
    None,

    /// <summary>With the file's answers.</summary>
    File,
}

/// <summary>The order of a file's prompts. Training draws from them in an order of its own.</summary>
public enum PromptOrder
{
    /// <summary>As in the file; many public files are sorted by category, so that the first ones are of few categories.</summary>
    FileOrder,

    /// <summary>
    /// By the place that a hash of its text gives each prompt, so that the first ones are a fair sample that does not depend on the order
    /// of rows.
    /// </summary>
    ByPlace,
}

/// <summary>What becomes of a prompt with words that a closed vocabulary lacks. None is ever mapped to another word.</summary>
public enum UnknownWords
{
    /// <summary>The run ends with an error that names the words and their lines.</summary>
    Refuse,

    /// <summary>The prompt is left out; the report counts such prompts and lists their words.</summary>
    LeaveOut,
}

/// <summary>What becomes of a row whose two answers are no pair.</summary>
public enum UnusablePairs
{
    /// <summary>The run ends with an error that names the row and what is wrong with it.</summary>
    Refuse,

    /// <summary>The row is left out; the report counts such rows and says of each what is wrong with it.</summary>
    LeaveOut,
}
