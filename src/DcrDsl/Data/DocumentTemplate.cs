using System.Globalization;
using System.Text.Json;
using DcrDsl.Jinja;

namespace DcrDsl.Data;

/// <summary>
/// A template over the fields of one document, as lm-evaluation-harness writes its tasks: Jinja with all white space kept, in which a field
/// that is not there is an error; or the bare name of a field. Immutable; may be used on several threads.
/// </summary>
sealed class DocumentTemplate
{
    readonly string source,
        name;
    readonly Template template;

    DocumentTemplate(string source, string name, Template template) => (this.source, this.name, this.template) = (source, name, template);

    /// <summary>Reads a template.</summary>
    /// <param name="source">The Jinja text, or the name of a field.</param>
    /// <param name="name">What it is, for errors: the option that holds it.</param>
    /// <exception cref="InputException">It does not parse.</exception>
    public static DocumentTemplate Parse(string source, string name)
    {
        try
        {
            return new(source, name, Template.Parse(source, name, TemplateWhitespace.Kept));
        }
        catch (TemplateException problem)
        {
            throw new InputException(
                $"{name}, line {problem.Line} of its template: {problem.Reason.TrimEnd('.')}; correct the template there.",
                problem
            );
        }
    }

    /// <summary>What it makes of a document, as text.</summary>
    /// <exception cref="InputException">A field is missing, or of another kind than the template takes.</exception>
    public string Text(JsonElement document, string place)
    {
        var value = Evaluate(document, place);
        if (value.Text is { } text)
            return text;
        return value.Integer is not null || value.Truth is not null || value.IsFloat
            ? value.ToString()
            : throw Wrong(place, $"it gives a {value.TypeName} where text is wanted");
    }

    /// <summary>What it makes of a document, as a list of texts.</summary>
    /// <exception cref="InputException">A field is missing, or the template gives no list.</exception>
    public IReadOnlyList<string> List(JsonElement document, string place)
    {
        var items = Evaluate(document, place).Items ?? throw Wrong(place, "it gives no list");
        return [.. items.Select(item => item.Text ?? throw Wrong(place, $"its list holds a {item.TypeName} where text is wanted"))];
    }

    /// <summary>What it makes of a document, as a list of truth values, 1 and 0.</summary>
    /// <exception cref="InputException">A field is missing, or the template gives no such list.</exception>
    public IReadOnlyList<bool> Truths(JsonElement document, string place)
    {
        var items = Evaluate(document, place).Items ?? throw Wrong(place, "it gives no list");
        return
        [
            .. items.Select(item =>
                item switch
                {
                    { Truth: { } truth } => truth,
                    { Integer: { } number } when number.IsZero || number.IsOne => number.IsOne,
                    _ => throw Wrong(place, "its list holds something else than 1 and 0"),
                }
            ),
        ];
    }

    /// <summary>What it makes of a document, as a place in <paramref name="choices"/>: an index from 0, or the text of one.</summary>
    /// <exception cref="InputException">A field is missing, or the template gives neither.</exception>
    public int Index(JsonElement document, string place, IReadOnlyList<string> choices)
    {
        var value = Evaluate(document, place);
        int index = value switch
        {
            { Integer: { } number } => number >= 0 && number < choices.Count ? (int)number : -1,
            // A template that writes digits means an index; a field may hold the text of a choice that consists of digits.
            { Text: { } text } => document.TryGetProperty(source, out _)
                ? First(choices, text) ?? Number(text) ?? -1
                : Number(text) ?? First(choices, text) ?? -1,
            _ => -1,
        };
        return index >= 0 && index < choices.Count
            ? index
            : throw Wrong(place, $"it gives '{value}', which is none of the {choices.Count} choices");
    }

    static int? First(IReadOnlyList<string> choices, string text) => choices.ToList().IndexOf(text) is >= 0 and var index ? index : null;

    static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    TemplateValue Evaluate(JsonElement document, string place)
    {
        try
        {
            return document.TryGetProperty(source, out var field)
                ? Field.Evaluate([new("field", field)])
                : template.Evaluate(document.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value)));
        }
        catch (TemplateException problem)
        {
            throw Wrong(place, problem.Reason.TrimEnd('.'), problem);
        }
    }

    static Template Field { get; } = Template.Parse("{{field}}", "a field", TemplateWhitespace.Trimmed);

    InputException Wrong(string place, string what, Exception? inner = null) =>
        new(
            $"{place}: the template of {name} does not fit: {what}; choose the Format that belongs to the file, or correct the row.",
            inner
        );
}
