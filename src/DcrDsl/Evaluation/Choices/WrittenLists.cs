using System.Text.Json;
using System.Text.RegularExpressions;
using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Choices;

/// <summary>
/// Refuses lists that are given as text, such as <c>"['a', 'b']"</c>, which is what a spreadsheet makes of them: to a template the first of
/// these choices is "[".
/// </summary>
static partial class WrittenLists
{
    static readonly string[] ListFields = ["choices", "options", "endings", "mc1_targets", "mc2_targets"];

    /// <exception cref="InputException">A field that the format takes items of is text.</exception>
    public static void Refuse(ChoiceFormat format, QuestionRow row)
    {
        foreach (var field in row.Document.EnumerateObject())
            if (
                field.Value.ValueKind == JsonValueKind.String
                && TakesItems(format, field.Name)
                && (ListFields.Contains(field.Name) || WrittenList().IsMatch(field.Value.GetString()!))
            )
                throw new InputException(
                    $"{row.Place}: '{field.Name}' is text where a list is wanted: give the file as .jsonl or .parquet, which hold "
                        + $"lists; in .csv give every choice a column of its own."
                );
    }

    static bool TakesItems(ChoiceFormat format, string field)
    {
        string name = Regex.Escape(field);
        string whole = $@"\A\s*({{{{\s*)?{name}(\s*}}}})?\s*\z",
            items = $@"(?<![\w.'""]){name}\s*(\[|\.(?!\w+\s*\()|\.(keys|values|items|index)\b)|\bin\s+{name}\b";
        return new[] { format.Choices, format.TrueChoices }.Any(template =>
                template is not null && Regex.IsMatch(template, whole, RegexOptions.CultureInvariant)
            )
            || new[] { format.Description, format.Text, format.Choices, format.Target, format.TrueChoices }.Any(template =>
                template is not null && Regex.IsMatch(template, items, RegexOptions.CultureInvariant)
            );
    }

    // Python's list, dictionary or numpy array, or JSON's list or object, of texts.
    [GeneratedRegex(
        @"\A\s*(array\s*\(\s*)?[\[{(]\s*['""].*['""\]})]\s*[\]})]?\s*(,\s*dtype.*)?\)?\s*\z",
        RegexOptions.Singleline | RegexOptions.CultureInvariant
    )]
    private static partial Regex WrittenList();
}
