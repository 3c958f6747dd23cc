using System.Text.Json;

namespace DcrDsl.Data.Files;

/// <summary>A row of a <see cref="TableFile"/>.</summary>
/// <param name="Path">The file.</param>
/// <param name="Position">
/// Where in the file it stands, for messages: "line 3" (on which it begins), "item 3" of a JSON list or "row 3" of Parquet, counted from 1.
/// </param>
/// <param name="Values">Its values by column: an object. Its texts are whole Unicode text, and no name stands in it twice.</param>
readonly record struct TableRow(string Path, string Position, JsonElement Values)
{
    /// <summary>File and position: "a.csv, line 3".</summary>
    public string Place => $"{Path}, {Position}";

    /// <summary>The names of the row's own columns: of a line of JSON, its properties.</summary>
    public IReadOnlyList<string> Columns => [.. Values.EnumerateObject().Select(property => property.Name)];

    /// <summary>The value of the column; null where the row has none or JSON's null.</summary>
    public JsonElement? Find(string column) =>
        Values.TryGetProperty(column, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>The column's text.</summary>
    /// <param name="column">A column that the row must have.</param>
    /// <param name="remedy">What to do about a value that is no text, to follow "…is a list where text is wanted: ".</param>
    /// <exception cref="InputException">The row has no such column, or its value is no text.</exception>
    public string Text(string column, string remedy = "write a string.")
    {
        if (!Values.TryGetProperty(column, out var value))
            throw Missing(column);
        return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw NoText(column, value, remedy);
    }

    /// <summary>The column's text, a number or truth value as it is written; null where the row has none.</summary>
    /// <exception cref="InputException">The value is a list or an object.</exception>
    public string? OptionalText(string column) =>
        Find(column) is not { } value
            ? null
            : value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
                _ => throw NoText(column, value, "name another property."),
            };

    /// <summary>The objects of a list, as rows with places of their own: "a.jsonl, line 3, messages[0]".</summary>
    /// <exception cref="InputException">The row has no such column, or its value is no list of objects.</exception>
    public IReadOnlyList<TableRow> Items(string column)
    {
        var (path, position) = (Path, Position);
        return
        [
            .. List(column)
                .Select(
                    (item, i) =>
                        item.ValueKind == JsonValueKind.Object
                            ? new TableRow(path, $"{position}, {column}[{i}]", item)
                            : throw new InputException(
                                $"{path}, {position}, {column}[{i}]: {Describe(item)} where an object is wanted: correct the row."
                            )
                ),
        ];
    }

    /// <summary>The texts of a list.</summary>
    /// <exception cref="InputException">The row has no such column, or its value is no list of texts.</exception>
    public IReadOnlyList<string> Texts(string column)
    {
        string place = Place;
        return
        [
            .. List(column)
                .Select(
                    (item, i) =>
                        item.ValueKind == JsonValueKind.String
                            ? item.GetString()!
                            : throw new InputException($"{place}, {column}[{i}]: {Describe(item)} where text is wanted: correct the row.")
                ),
        ];
    }

    JsonElement[] List(string column)
    {
        if (!Values.TryGetProperty(column, out var value))
            throw Missing(column);
        return value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray()]
            : throw new InputException($"{Place}: '{column}' is {Describe(value)} where a list is wanted: correct the row.");
    }

    InputException Missing(string column) => new($"{Place}: there is no '{column}', only {Names(Columns)}: add it to the row.");

    InputException NoText(string column, JsonElement value, string remedy) =>
        new($"{Place}: '{column}' is {Describe(value)} where text is wanted: {remedy}");

    const int NamesInMessage = 20,
        LettersOfAName = 40;

    /// <summary>Column names for a message, in quotation marks, long ones and long lists cut.</summary>
    public static string Names(IReadOnlyList<string> names)
    {
        string list = string.Join(
            ", ",
            names.Take(NamesInMessage).Select(name => $"'{(name.Length > LettersOfAName ? name[..LettersOfAName] + "…" : name)}'")
        );
        return names.Count switch
        {
            0 => "nothing",
            > NamesInMessage => $"{list} and {names.Count - NamesInMessage} more",
            _ => list,
        };
    }

    /// <summary>What a value is, for messages.</summary>
    public static string Describe(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Array => "a list",
            JsonValueKind.Object => "an object",
            JsonValueKind.Null => "null",
            JsonValueKind.String => "a string",
            JsonValueKind.Number => "a number",
            _ => "a truth value",
        };
}
