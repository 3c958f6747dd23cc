using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DcrDsl.Data;
using DcrDsl.Data.Files;

namespace DcrDsl.Evaluation.Choices;

/// <summary>
/// Makes questions of HellaSwag's rows, as lm-evaluation-harness prepares them: the query is the activity and the two halves of the
/// context, the second with a capital first letter alone; marks of WikiHow in brackets are taken out of query and endings.
/// </summary>
static partial class HellaSwagRows
{
    /// <summary>The columns of a row as published.</summary>
    public static readonly string[] Columns = ["ctx_a", "ctx_b", "activity_label", "endings"];

    // Python's capitalize, which writes all letters but the first small.
    static readonly DocumentTemplate Query = DocumentTemplate.Parse(
        "{{activity_label + ': ' + ctx_a + ' ' + ctx_b.capitalize()}}",
        "HellaSwag"
    );

    /// <summary>The row with query, choices and gold beside what it has.</summary>
    /// <exception cref="InputException">A field is of another kind, or the label is no index of an ending.</exception>
    public static JsonElement Document(TableRow row)
    {
        var document = JsonObject.Create(row.Values)!;
        var endings = row.Texts("endings");
        document["query"] = Prepared(Query.Text(row.Values, row.Place));
        document["choices"] = new JsonArray([.. endings.Select(e => (JsonNode)Prepared(e))]);
        if (row.OptionalText("label") is { Length: > 0 } label)
            document["gold"] =
                int.TryParse(label, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int gold)
                && gold < endings.Count
                    ? gold
                    : throw new InputException($"{row.Place}: the label is '{label}', which is no index of an ending: correct it.");
        return JsonSerializer.SerializeToElement(document);
    }

    internal static string Prepared(string text) =>
        InBrackets()
            .Replace(text.Trim().Replace(" [title]", ". ", StringComparison.Ordinal), "")
            .Replace("  ", " ", StringComparison.Ordinal);

    [GeneratedRegex(@"\[[^\n]*?\]", RegexOptions.CultureInvariant)]
    private static partial Regex InBrackets();
}
