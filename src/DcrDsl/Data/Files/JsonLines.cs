using System.Text.Json;
using DcrDsl.Specs;

namespace DcrDsl.Data;

/// <summary>Reads the rows of a JSON Lines file: one object a line. Blank lines are passed over.</summary>
static class JsonLines
{
    /// <exception cref="InputException">A line is no JSON object or lacks a named property; with the line.</exception>
    public static List<PromptRow> Read(PromptFile spec, string text)
    {
        var rows = new List<PromptRow>();
        HashSet<string> seen = [];
        int number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            if (line.IsWhiteSpace()) continue;
            string place = $"{spec.Path}, line {number}";
            using var json = Parse(place, line.ToString());
            var properties = json.RootElement;
            foreach (var property in properties.EnumerateObject()) seen.Add(property.Name);
            rows.Add(new(number,
                Required(place, properties, nameof(PromptFile.PromptColumn), spec.PromptColumn),
                spec.ResponseColumn is { } response ? Required(place, properties, nameof(PromptFile.ResponseColumn), response) : null,
                Optional(place, properties, spec.CategoryColumn) ?? "",
                Optional(place, properties, spec.WhereColumn)));
        }
        if (rows.Count > 0)
            foreach (var (option, column) in WantedColumns.Of(spec))
                if (!seen.Contains(column)) throw WantedColumns.Missing(spec.Path, option, column, [.. seen]);
        return rows;
    }

    static JsonDocument Parse(string place, string line)
    {
        JsonDocument json;
        try
        {
            json = JsonDocument.Parse(line);
        }
        catch (JsonException e)
        {
            throw new InputException($"{place}: not JSON, from character {e.BytePositionInLine + 1} on: write one object a line, as in {{\"prompt\": \"…\"}}.", e);
        }
        if (json.RootElement.ValueKind == JsonValueKind.Object) return json;
        using (json)
            throw new InputException($"{place}: {Describe(json.RootElement)} where an object is wanted: write one object a line, as in {{\"prompt\": \"…\"}}.");
    }

    static string Required(string place, JsonElement row, string option, string column)
    {
        if (!row.TryGetProperty(column, out var value)) throw WantedColumns.Missing(place, option, column, [.. row.EnumerateObject().Select(property => property.Name)]);
        return value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new InputException($"{place}: '{column}' is {Describe(value)} where text is wanted: write a string, or name another property with {option}.");
    }

    // Numbers and truth values are compared as they are written; a row without the property has no value.
    static string? Optional(string place, JsonElement row, string? column)
    {
        if (column is null || !row.TryGetProperty(column, out var value)) return null;
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
            JsonValueKind.Null => null,
            _ => throw new InputException($"{place}: '{column}' is {Describe(value)} where text is wanted: name another property."),
        };
    }

    static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        JsonValueKind.Null => "null",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        _ => "a truth value",
    };
}
