using DcrDsl.Data.Files.Layouts;
using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Data.Files;

/// <summary>
/// Loads prompts from files. In this order: the rows are read (<see cref="TableFile"/>), chosen by class and value, made prompts (<see
/// cref="PromptLayouts"/>), split and if wanted ordered by <see cref="PromptPlace"/>, checked against the model's vocabulary, and the first
/// ones taken. Texts are used exactly as they stand in the file; what a tokenizer does to them is its own documented affair.
/// </summary>
static class PromptFiles
{
    const int WordsInMessage = 8,
        ValuesInMessage = 10;

    /// <summary>The prompts that <paramref name="spec"/> declares. Duplicates are kept and counted.</summary>
    /// <param name="spec">File, columns, filter, split, and how many.</param>
    /// <param name="chat">The model's tokenizer, whose vocabulary may be closed.</param>
    /// <exception cref="InputException">The file or its declaration is wrong: one sentence with file, line and remedy.</exception>
    public static LoadedPrompts Load(PromptFile spec, IChatTokenizer chat)
    {
        CheckOptions(spec);
        List<LeftOutPrompt> unusable = [];
        var rows = Rows(spec, TableFile.Read(spec.Path, wanted: column => PromptLayouts.Reads(spec, column)), unusable);
        rows = InSplit(spec, rows);
        var loaded = spec.UnknownWords == UnknownWords.LeaveOut ? LeaveOut(spec, rows, chat) : Refuse(spec, rows, chat);
        return unusable.Count == 0 ? loaded : loaded with { LeftOut = [.. unusable, .. loaded.LeftOut] };
    }

    static void CheckOptions(PromptFile spec)
    {
        if (string.IsNullOrWhiteSpace(spec.Path))
            throw new InputException("A prompt file is declared without a Path: name the file.");
        foreach (var (_, mistake) in spec.Contradictions())
            throw new InputException($"{spec.Path}: {mistake}.");
        if (spec.Take < 1)
            throw new InputException($"{spec.Path}: Take = {spec.Take}: take at least 1, or leave it out for all.");
        if (!(spec.Split.From >= 0 && spec.Split.To <= 1 && spec.Split.From < spec.Split.To))
            throw new InputException(
                $"{spec.Path}: the split {spec.Split} is empty or leaves [0, 1): let it run from a smaller to a larger number, "
                    + $"within 0 and 1."
            );
    }

    /// <param name="spec">The declaration.</param>
    /// <param name="table">The file.</param>
    /// <param name="unusable">Takes rows whose answers are no pair, where the declaration leaves these out.</param>
    static List<PromptRow> Rows(PromptFile spec, TableFile table, List<LeftOutPrompt> unusable)
    {
        var layout = PromptLayouts.For(spec, table);
        bool answers = spec.HasAnswers;
        ColumnsLayout.Check(table, nameof(PromptFile.WhereColumn), spec.WhereColumn);
        ColumnsLayout.Check(table, nameof(PromptFile.LanguageColumn), spec.LanguageColumn);
        ColumnsLayout.Check(table, nameof(PromptFile.SourceColumn), spec.SourceColumn);
        var ofClass = layout.IsOf is { } isOf ? [.. table.Rows.Where(row => isOf(row, spec.Class))] : table.Rows;
        if (ofClass.Count == 0)
            throw new InputException(
                $"{spec.Path}: none of its {table.Rows.Count} rows is of the class {spec.Class}: set Class to the other one of the "
                    + $"layout {spec.Layout}."
            );
        var chosen = Filtered(spec, ofClass);
        if (layout.HasUnkept)
            foreach (var row in chosen)
                Unkept.RefuseColumns(row);
        var ofSet = PublishedAttribute.Of(spec.Set);
        List<PromptRow> rows = [];
        foreach (var row in chosen)
        {
            try
            {
                var made = new PromptRow(
                    row,
                    layout.Prompt(row),
                    answers ? layout.Response?.Invoke(row) : null,
                    answers ? layout.Rejected?.Invoke(row) : null,
                    (
                        layout.CategoryOf is { } of ? of(row)
                        : layout.Category is { } category ? row.OptionalText(category)
                        : null
                    ) ?? "",
                    layout.Pair?.Invoke(row),
                    Said(row, spec.LanguageColumn) ?? layout.Language?.Invoke(row) ?? ofSet?.Language ?? "",
                    Said(row, spec.SourceColumn) ?? layout.Source?.Invoke(row) ?? spec.Set ?? Path.GetFileName(spec.Path)
                );
                CheckTexts(made);
                if (spec.UnusablePairs == UnusablePairs.LeaveOut && made.Response == made.Rejected)
                    throw new InputException($"{row.Place}: the two answers are the same, so none is preferred: delete the row.");
                rows.Add(made);
            }
            catch (InputException fault) when (spec.UnusablePairs == UnusablePairs.LeaveOut)
            {
                unusable.Add(new(row.Place, []) { Fault = fault.Message[(row.Place.Length + 2)..].Split(": ")[0] });
            }
        }
        return rows.Count > 0
            ? rows
            : throw new InputException(
                $"{spec.Path}: none of its {English.Count(unusable.Count, "row")} is a pair of answers "
                    + $"({unusable[0].Origin}: {unusable[0].Fault}): correct Layout or the file."
            );
    }

    static IReadOnlyList<TableRow> Filtered(PromptFile spec, IReadOnlyList<TableRow> rows)
    {
        if (spec.WhereColumn is not { } column)
            return rows;
        var valued = rows.Select(row => (Row: row, Value: row.OptionalText(column))).ToArray();
        TableRow[] kept = [.. valued.Where(row => row.Value == spec.WhereValue).Select(row => row.Row)];
        if (kept.Length > 0)
            return kept;
        string[] values = [.. valued.Select(row => row.Value is { } value ? $"'{value}'" : "nothing").Distinct(StringComparer.Ordinal)];
        string more = values.Length > ValuesInMessage ? $" and {values.Length - ValuesInMessage} more" : "";
        throw new InputException(
            $"{spec.Path}: no row has '{spec.WhereValue}' in '{column}', which holds "
                + $"{string.Join(", ", values.Take(ValuesInMessage))}{more}: set WhereValue to one of them."
        );
    }

    static void CheckTexts(PromptRow row)
    {
        string? empty =
            string.IsNullOrWhiteSpace(row.Prompt) ? "prompt"
            : Blank(row.Response) ? "answer"
            : Blank(row.Rejected) ? "rejected answer"
            : null;
        if (empty is not null)
            throw new InputException($"{row.Row.Place}: the {empty} is empty: fill it in or delete the row.");
    }

    /// <summary>What a row says in a column that the declaration names; null: nothing.</summary>
    static string? Said(TableRow row, string? column) =>
        column is not null && row.OptionalText(column) is { Length: > 0 } said ? said : null;

    static bool Blank(string? text) => text is not null && string.IsNullOrWhiteSpace(text);

    // Rows of one place, which are duplicates, keep their order.
    static List<PromptRow> InSplit(PromptFile spec, List<PromptRow> rows)
    {
        var placed = rows.Select(row => (Row: row, Place: PromptPlace.Of(row.Prompt)))
            .Where(row => row.Place >= spec.Split.From && row.Place < spec.Split.To);
        List<PromptRow> kept = [.. (spec.Order == PromptOrder.ByPlace ? placed.OrderBy(row => row.Place) : placed).Select(row => row.Row)];
        return kept.Count > 0
            ? kept
            : throw new InputException($"{spec.Path}: none of the {rows.Count} prompts falls into the split {spec.Split}: widen it.");
    }

    static LoadedPrompts Refuse(PromptFile spec, List<PromptRow> rows, IChatTokenizer chat)
    {
        var taken = rows.Take(spec.Take ?? int.MaxValue);
        var refused = taken.Select(row => (row.Row.Position, Words: Unknown(row, chat))).Where(row => row.Words.Count > 0).ToArray();
        if (refused.Length == 0)
            return new([.. taken.Select(row => ToExample(spec, row))], []);
        var words = refused.SelectMany(row => row.Words.Select(word => (word, row.Position))).DistinctBy(pair => pair.word).ToArray();
        string named = string.Join(", ", words.Take(WordsInMessage).Select(pair => $"'{pair.word}' in {pair.Position}"));
        string more = words.Length > WordsInMessage ? $" and {words.Length - WordsInMessage} more" : "";
        throw new InputException(
            $"{spec.Path}: the model's vocabulary lacks words of {refused.Length} of {taken.Count()} prompts ({named}{more}): use "
                + $"prompts of its words only, or set UnknownWords to LeaveOut."
        );
    }

    static LoadedPrompts LeaveOut(PromptFile spec, List<PromptRow> rows, IChatTokenizer chat)
    {
        List<Example> examples = [];
        List<LeftOutPrompt> leftOut = [];
        foreach (var row in rows)
        {
            if (examples.Count == spec.Take)
                break;
            if (Unknown(row, chat) is { Count: > 0 } words)
                leftOut.Add(new(row.Row.Place, words));
            else
                examples.Add(ToExample(spec, row));
        }
        if (examples.Count > 0)
            return new(examples, leftOut);
        throw new InputException(
            $"{spec.Path}: each of the {leftOut.Count} prompts has words that the model's vocabulary lacks ({leftOut[0].Origin}: "
                + $"{string.Join(", ", leftOut[0].Words.Take(WordsInMessage).Select(word => $"'{word}'"))}), so none is left: use "
                + $"prompts of its words."
        );
    }

    static IReadOnlyList<string> Unknown(PromptRow row, IChatTokenizer chat) =>
        [
            .. new[] { row.Prompt, row.Response, row.Rejected }
                .OfType<string>()
                .SelectMany(chat.UnknownWords)
                .Distinct(StringComparer.Ordinal),
        ];

    static Example ToExample(PromptFile spec, PromptRow row) =>
        new(row.Prompt, row.Response, spec.Class, row.Category, row.Pair, row.Row.Place)
        {
            Rejected = row.Rejected,
            Language = row.Language,
            Source = row.Source,
        };
}
