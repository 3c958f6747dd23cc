using System.Text.Json;

namespace DcrDsl.Data;

/// <summary>Reads JSON Lines, a JSON list of objects, or a JSON object of lists, one for each column.</summary>
static class JsonTable
{
    /// <summary>One object a line.</summary>
    /// <exception cref="InputException">A line is no JSON object; with the line.</exception>
    public static TableFile ReadLines(string path, string text)
    {
        const string wanted = "write one object a line, as in {\"prompt\": \"…\"}.";
        var rows = new List<TableRow>();
        foreach (var (number, line) in TextTable.Lines(text))
            rows.Add(Row(path, $"line {number}", JsonText.Parse(path, number, line, wanted), wanted));
        return Of(path, rows);
    }

    /// <summary>One list of objects, or one object of lists of equal length; an empty list there is a column without values.</summary>
    /// <exception cref="InputException">The file is neither.</exception>
    public static TableFile Read(string path, string text)
    {
        const string wanted = "write a list of objects, as in [{\"prompt\": \"…\"}].";
        var root = JsonText.Parse(path, 1, text, wanted);
        return root.ValueKind switch
        {
            JsonValueKind.Array => Of(path, [.. root.EnumerateArray().Select((item, i) => Row(path, $"item {i + 1}", item, wanted))]),
            JsonValueKind.Object => ReadColumns(path, root, wanted),
            _ => throw new InputException($"{path}: {TableRow.Describe(root)} where a list is wanted: {wanted}"),
        };
    }

    static TableRow Row(string path, string position, JsonElement value, string wanted) => value.ValueKind == JsonValueKind.Object
        ? new(path, position, value)
        : throw new InputException($"{path}, {position}: {TableRow.Describe(value)} where an object is wanted: {wanted}");

    // Lines that have no value for a column may leave it out, so the columns are those of all rows.
    static TableFile Of(string path, List<TableRow> rows)
    {
        var columns = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in rows)
            foreach (var property in row.Values.EnumerateObject())
                if (seen.Add(property.Name)) columns.Add(property.Name);
        return new(path, path, columns, rows);
    }

    static TableFile ReadColumns(string path, JsonElement root, string wanted)
    {
        JsonProperty[] columns = [.. root.EnumerateObject()];
        if (columns.FirstOrDefault(column => column.Value.ValueKind != JsonValueKind.Array) is { Value.ValueKind: not JsonValueKind.Undefined } other)
            throw new InputException($"{path}: an object in which '{other.Name}' is {TableRow.Describe(other.Value)}, so it holds neither rows nor columns: {wanted}");
        int length = columns.Length == 0 ? 0 : columns.Max(column => column.Value.GetArrayLength());
        if (columns.FirstOrDefault(column => column.Value.GetArrayLength() is var own && own > 0 && own < length) is { Value.ValueKind: not JsonValueKind.Undefined } shorter)
            throw new InputException($"{path}: '{shorter.Name}' has {shorter.Value.GetArrayLength()} values where another column has {length}: give every column as many, or none.");
        var writer = new RowWriter();
        var values = columns.Where(column => column.Value.GetArrayLength() > 0).Select(column => (column.Name, Items: column.Value.EnumerateArray().ToArray())).ToArray();
        var rows = Enumerable.Range(0, length).Select(i => new TableRow(path, $"item {i + 1}", writer.Object(json =>
        {
            foreach (var (name, items) in values)
            {
                json.WritePropertyName(name);
                items[i].WriteTo(json);
            }
        })));
        return new(path, path, [.. columns.Select(column => column.Name)], [.. rows]);
    }
}
