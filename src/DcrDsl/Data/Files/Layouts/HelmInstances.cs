using System.Text.Json;
using DcrDsl.Specs;

namespace DcrDsl.Data.Files.Layouts;

/// <summary>
/// Reads the instances of HELM's scenario of XSTest: <c>input.text</c>, and references without a name that hold focus, type, note and
/// label, in this order.
/// </summary>
static class HelmInstances
{
    const int TypePlace = 1,
        LabelPlace = 3;

    /// <summary>The prompt of an instance.</summary>
    /// <exception cref="InputException">It has none.</exception>
    public static string Prompt(TableRow row) =>
        Text(row.Find("input"))
        ?? throw new InputException($"{row.Place}: 'input' has no 'text', so it is no instance of HELM's: correct Layout or the row.");

    /// <summary>Whether an instance is of a class.</summary>
    /// <exception cref="InputException">It does not say so, as instances of other scenarios do not.</exception>
    public static bool AreOf(TableRow row, PromptClass wanted) =>
        Reference(row, LabelPlace) switch
        {
            "safe" => wanted != PromptClass.Toxic,
            "unsafe" => wanted == PromptClass.Toxic,
            _ => throw new InputException(
                $"{row.Place}: the fourth of 'references' is neither 'safe' nor 'unsafe', so it is no instance of HELM's XSTest: "
                    + $"name a file of that scenario."
            ),
        };

    /// <summary>The type of an instance's prompt, as XSTest calls it.</summary>
    public static string? Type(TableRow row) => Reference(row, TypePlace);

    static string? Reference(TableRow row, int place) =>
        row.Find("references") is { ValueKind: JsonValueKind.Array } references && references.GetArrayLength() > place
            ? references[place] is { ValueKind: JsonValueKind.Object } reference && reference.TryGetProperty("output", out var output)
                ? Text(output)
                : null
            : null;

    static string? Text(JsonElement? owner) =>
        owner is { ValueKind: JsonValueKind.Object } found
        && found.TryGetProperty("text", out var text)
        && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null;
}
