using DcrDsl.Specs;

namespace DcrDsl.Data;

/// <summary>
/// Loads prompts from CSV (<c>.csv</c>) and JSON Lines (<c>.jsonl</c>) files, plain or gzipped (<c>.gz</c> behind that). In this order: the rows are
/// read, filtered by value, split by <see cref="PromptPlace"/>, checked against the model's vocabulary, and the first ones taken.
/// Texts are used exactly as they stand in the file; what a tokenizer does to them is its own documented affair.
/// </summary>
public static class PromptFiles
{
    const int WordsInMessage = 8, ValuesInMessage = 10;

    /// <summary>The prompts that <paramref name="spec"/> declares. Duplicates are kept and counted.</summary>
    /// <param name="spec">File, columns, filter, split, and how many.</param>
    /// <param name="chat">The model's tokenizer, whose vocabulary may be closed.</param>
    /// <exception cref="InputException">The file or its declaration is wrong: one sentence with file, line and remedy.</exception>
    public static LoadedPrompts Load(PromptFile spec, IChatTokenizer chat)
    {
        CheckOptions(spec);
        var rows = Rows(spec, TableFile.Read(spec.Path));
        rows = Filtered(spec, rows);
        foreach (var row in rows) CheckTexts(spec, row);
        rows = InSplit(spec, rows);
        return spec.UnknownWords == UnknownWords.LeaveOut ? LeaveOut(spec, rows, chat) : Refuse(spec, rows, chat);
    }

    static void CheckOptions(PromptFile spec)
    {
        if (spec.Path.Length == 0) throw new InputException("A prompt file is declared without a Path: name the file.");
        if (spec.WhereColumn is null != spec.WhereValue is null)
            throw new InputException($"{spec.Path}: {nameof(PromptFile.WhereColumn)} and {nameof(PromptFile.WhereValue)} go together: give both or neither.");
        if (spec.Take < 1) throw new InputException($"{spec.Path}: Take = {spec.Take}: take at least 1, or leave it out for all.");
        if (!(spec.Split.From >= 0 && spec.Split.To <= 1 && spec.Split.From < spec.Split.To))
            throw new InputException($"{spec.Path}: the split {spec.Split} is empty or leaves [0, 1): let it run from a smaller to a larger number, within 0 and 1.");
    }

    static List<PromptRow> Rows(PromptFile spec, TableFile table)
    {
        foreach (var (option, column) in WantedColumns.Of(spec))
            if (!table.Columns.Contains(column)) throw WantedColumns.Missing(table.NamesPlace, option, column, table.Columns);
        return [.. table.Rows.Select(row => new PromptRow(row,
            Required(row, nameof(PromptFile.PromptColumn), spec.PromptColumn),
            spec.ResponseColumn is { } response ? Required(row, nameof(PromptFile.ResponseColumn), response) : null,
            (spec.CategoryColumn is { } category ? row.OptionalText(category) : null) ?? "",
            spec.WhereColumn is { } where ? row.OptionalText(where) : null))];
    }

    static string Required(TableRow row, string option, string column) => row.Values.TryGetProperty(column, out _)
        ? row.Text(column, $"write a string, or name another property with {option}.")
        : throw WantedColumns.Missing(row.Place, option, column, row.Columns);

    static List<PromptRow> Filtered(PromptFile spec, List<PromptRow> rows)
    {
        if (spec.WhereColumn is null) return rows;
        List<PromptRow> kept = [.. rows.Where(row => row.Where == spec.WhereValue)];
        if (kept.Count > 0) return kept;
        string[] values = [.. rows.Select(row => row.Where is { } value ? $"'{value}'" : "nothing").Distinct(StringComparer.Ordinal)];
        string more = values.Length > ValuesInMessage ? $" and {values.Length - ValuesInMessage} more" : "";
        throw new InputException($"{spec.Path}: no row has '{spec.WhereValue}' in '{spec.WhereColumn}', which holds {string.Join(", ", values.Take(ValuesInMessage))}{more}: set WhereValue to one of them.");
    }

    static void CheckTexts(PromptFile spec, PromptRow row)
    {
        string? empty = string.IsNullOrWhiteSpace(row.Prompt) ? "prompt" : row.Response is { } response && string.IsNullOrWhiteSpace(response) ? "answer" : null;
        if (empty is not null) throw new InputException($"{row.Row.Place}: the {empty} is empty: fill it in or delete the row.");
    }

    static List<PromptRow> InSplit(PromptFile spec, List<PromptRow> rows)
    {
        List<PromptRow> kept = [.. rows.Where(row => PromptPlace.Of(row.Prompt) is var place && place >= spec.Split.From && place < spec.Split.To)];
        return kept.Count > 0 ? kept : throw new InputException($"{spec.Path}: none of the {rows.Count} prompts falls into the split {spec.Split}: widen it.");
    }

    static LoadedPrompts Refuse(PromptFile spec, List<PromptRow> rows, IChatTokenizer chat)
    {
        var taken = rows.Take(spec.Take ?? int.MaxValue);
        var refused = taken.Select(row => (row.Row.Position, Words: Unknown(row, chat))).Where(row => row.Words.Count > 0).ToArray();
        if (refused.Length == 0) return new([.. taken.Select(row => ToExample(spec, row))], []);
        var words = refused.SelectMany(row => row.Words.Select(word => (word, row.Position))).DistinctBy(pair => pair.word).ToArray();
        string named = string.Join(", ", words.Take(WordsInMessage).Select(pair => $"'{pair.word}' in {pair.Position}"));
        string more = words.Length > WordsInMessage ? $" and {words.Length - WordsInMessage} more" : "";
        throw new InputException($"{spec.Path}: the model's vocabulary lacks words of {refused.Length} of {taken.Count()} prompts ({named}{more}): use prompts of its words only, or set UnknownWords to LeaveOut.");
    }

    static LoadedPrompts LeaveOut(PromptFile spec, List<PromptRow> rows, IChatTokenizer chat)
    {
        List<Example> examples = [];
        List<LeftOutPrompt> leftOut = [];
        foreach (var row in rows)
        {
            if (examples.Count == spec.Take) break;
            if (Unknown(row, chat) is { Count: > 0 } words) leftOut.Add(new(row.Row.Place, words));
            else examples.Add(ToExample(spec, row));
        }
        if (examples.Count > 0) return new(examples, leftOut);
        throw new InputException($"{spec.Path}: each of the {leftOut.Count} prompts has words that the model's vocabulary lacks ({leftOut[0].Origin}: {string.Join(", ", leftOut[0].Words.Take(WordsInMessage).Select(word => $"'{word}'"))}), so none is left: use prompts of its words.");
    }

    static IReadOnlyList<string> Unknown(PromptRow row, IChatTokenizer chat) =>
        row.Response is null ? chat.UnknownWords(row.Prompt) : [.. chat.UnknownWords(row.Prompt).Union(chat.UnknownWords(row.Response))];

    static Example ToExample(PromptFile spec, PromptRow row) => new(row.Prompt, row.Response, spec.Class, row.Category, null, row.Row.Place);
}
