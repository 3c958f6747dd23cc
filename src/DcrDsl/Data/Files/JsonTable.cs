using System.Text.Json;

namespace DcrDsl.Data.Files;

/// <summary>Reads JSON Lines, a JSON list of objects, or a JSON object of lists, one for each column.</summary>
static class JsonTable
{
    /// <summary>What a file holds whose name ends in .jsonl: one object a line; or, as no line begins with a bracket, a list.</summary>
    /// <exception cref="InputException">A line is no JSON object; with the line.</exception>
    public static TableFile ReadLines(string path, string text) =>
        text.AsSpan().TrimStart().StartsWith('[') ? ReadWhole(path, text) : Lines(path, text);

    /// <summary>
    /// What a file holds whose name ends in .json: a list, an object of lists; or, where an object fills the first line and more follows,
    /// one object a line.
    /// </summary>
    /// <exception cref="InputException">The file is none of these.</exception>
    public static TableFile Read(string path, string text) => IsLines(text) ? Lines(path, text) : ReadWhole(path, text);

    static bool IsLines(string text)
    {
        string[] first = [.. TextTable.Lines(text).Take(2).Select(line => line.Text)];
        if (first.Length < 2 || !first[0].AsSpan().TrimStart().StartsWith('{'))
            return false;
        try
        {
            using var json = JsonDocument.Parse(first[0]);
            return true;
        }
        catch (JsonException)
        {
            return false; // the object goes on, or it is broken: the reader of the whole says what is wrong
        }
    }

    static TableFile Lines(string path, string text)
    {
        const string wanted = "write one object a line, as in {\"prompt\": \"…\"}.";
        var rows = new List<TableRow>();
        foreach (var (number, line) in TextTable.Lines(text))
            TableFile.Add(rows, Row(path, $"line {number}", JsonText.Parse(path, number, line, wanted), wanted));
        return Of(path, rows);
    }

    // An empty list in an object of lists is a column without values.
    static TableFile ReadWhole(string path, string text)
    {
        const string wanted = "write a list of objects, as in [{\"prompt\": \"…\"}].";
        var root = JsonText.Parse(path, 1, text, wanted);
        return root.ValueKind switch
        {
            JsonValueKind.Array when root.GetArrayLength() > TableFile.MostRows => throw TableFile.TooManyRows(path),
            JsonValueKind.Array => Of(path, [.. root.EnumerateArray().Select((item, i) => Row(path, $"item {i + 1}", item, wanted))]),
            JsonValueKind.Object => ReadColumns(path, root, wanted),
            _ => throw new InputException($"{path}: {TableRow.Describe(root)} where a list is wanted: {wanted}"),
        };
    }

    static TableRow Row(string path, string position, JsonElement value, string wanted) =>
        value.ValueKind == JsonValueKind.Object
            ? new(path, position, value)
            : throw new InputException($"{path}, {position}: {TableRow.Describe(value)} where an object is wanted: {wanted}");

    // Lines that have no value for a column may leave it out, so the columns are those of all rows.
    static TableFile Of(string path, List<TableRow> rows)
    {
        var columns = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in rows)
        foreach (var property in row.Values.EnumerateObject())
            if (seen.Add(property.Name))
                columns.Add(property.Name);
        return new(path, path, columns, rows);
    }

    static TableFile ReadColumns(string path, JsonElement root, string wanted)
    {
        JsonProperty[] columns = [.. root.EnumerateObject()];
        if (
            columns.FirstOrDefault(column => column.Value.ValueKind != JsonValueKind.Array) is
            { Value.ValueKind: not JsonValueKind.Undefined } other
        )
            throw new InputException(
                $"{path}: an object in which '{other.Name}' is {TableRow.Describe(other.Value)}, so it holds neither rows nor "
                    + $"columns: {wanted}"
            );
        int length = columns.Length == 0 ? 0 : columns.Max(column => column.Value.GetArrayLength());
        if (length > TableFile.MostRows)
            throw TableFile.TooManyRows(path);
        if (
            columns.FirstOrDefault(column => column.Value.GetArrayLength() is var own && own > 0 && own < length) is
            { Value.ValueKind: not JsonValueKind.Undefined } shorter
        )
            throw new InputException(
                $"{path}: '{shorter.Name}' has {shorter.Value.GetArrayLength()} values where another column has {length}: give every "
                    + $"column as many, or none."
            );
        var writer = new RowWriter();
        var values = columns
            .Where(column => column.Value.GetArrayLength() > 0)
            .Select(column => (column.Name, Items: column.Value.EnumerateArray().ToArray()))
            .ToArray();
        var rows = Enumerable
            .Range(0, length)
            .Select(i => new TableRow(
                path,
                $"item {i + 1}",
                writer.Object(json =>
                {
                    foreach (var (name, items) in values)
                    {
                        json.WritePropertyName(name);
                        items[i].WriteTo(json);
                    }
                })
            ));
        return new(path, path, [.. columns.Select(column => column.Name)], [.. rows]);
    }
}
