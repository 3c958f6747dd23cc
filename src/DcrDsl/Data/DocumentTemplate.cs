using System.Globalization;
using System.Text.Json;
using DcrDsl.Data.ChatTemplates;

namespace DcrDsl.Data;

/// <summary>
/// A template over the fields of one document, as lm-evaluation-harness writes its tasks: Jinja with all white space kept, in which a field
/// that is not there
/// is an error; or the bare name of a field. Immutable; may be used on several threads.
/// </summary>
sealed class DocumentTemplate
{
    readonly string source,
        name;
    readonly TemplateSyntax syntax;

    DocumentTemplate(string source, string name, TemplateSyntax syntax) => (this.source, this.name, this.syntax) = (source, name, syntax);

    /// <summary>Reads a template.</summary>
    /// <param name="source">The Jinja text, or the name of a field.</param>
    /// <param name="name">What it is, for errors: the option that holds it.</param>
    /// <exception cref="InputException">It does not parse.</exception>
    public static DocumentTemplate Parse(string source, string name)
    {
        try
        {
            return new(source, name, Parser.Parse(source, TemplateWhitespace.Kept));
        }
        catch (TemplateFault fault)
        {
            throw new InputException(
                $"{name}, line {Math.Max(1, fault.Line)} of its template: {fault.Message.TrimEnd('.')}; correct the template there.",
                fault
            );
        }
    }

    /// <summary>What it makes of a document, as text.</summary>
    /// <exception cref="InputException">A field is missing, or of another kind than the template takes.</exception>
    public string Text(JsonElement document, string place) =>
        Evaluate(document, place) switch
        {
            TextValue text => text.Text,
            IntegerValue or FloatValue or BooleanValue => PythonText.Str(new Budget(TemplateLimits.Default), Evaluate(document, place)),
            var other => throw Wrong(place, $"it gives a {other.TypeName} where text is wanted"),
        };

    /// <summary>What it makes of a document, as a list of texts.</summary>
    /// <exception cref="InputException">A field is missing, or the template gives no list.</exception>
    public IReadOnlyList<string> List(JsonElement document, string place)
    {
        if (Evaluate(document, place) is not SequenceValue sequence)
            throw Wrong(place, "it gives no list");
        return
        [
            .. sequence
                .Items.Select(item => item as TextValue ?? throw Wrong(place, $"its list holds a {item.TypeName} where text is wanted"))
                .Select(text => text.Text),
        ];
    }

    /// <summary>What it makes of a document, as a list of truth values, 1 and 0.</summary>
    /// <exception cref="InputException">A field is missing, or the template gives no such list.</exception>
    public IReadOnlyList<bool> Truths(JsonElement document, string place)
    {
        if (Evaluate(document, place) is not SequenceValue sequence)
            throw Wrong(place, "it gives no list");
        return
        [
            .. sequence.Items.Select(item =>
                item switch
                {
                    BooleanValue truth => truth.Truth,
                    IntegerValue { Number: var number } when number.IsZero || number.IsOne => number.IsOne,
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
            IntegerValue { Number: var number } => number >= 0 && number < choices.Count ? (int)number : -1,
            // A template that writes digits means an index; a field may hold the text of a choice that consists of digits.
            TextValue { Text: var text } => document.TryGetProperty(source, out _)
                ? First(choices, text) ?? Number(text) ?? -1
                : Number(text) ?? First(choices, text) ?? -1,
            _ => -1,
        };
        return index >= 0 && index < choices.Count
            ? index
            : throw Wrong(
                place,
                $"it gives '{PythonText.Str(new Budget(TemplateLimits.Default), value)}', which is none of the {choices.Count} choices"
            );
    }

    static int? First(IReadOnlyList<string> choices, string text) => choices.ToList().IndexOf(text) is >= 0 and var index ? index : null;

    static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    Value Evaluate(JsonElement document, string place)
    {
        try
        {
            return document.TryGetProperty(source, out var field)
                ? Interpreter.Evaluate(Field, run => [("field", JsonValues.Read(run, field))])
                : Interpreter.Evaluate(syntax, run => document.EnumerateObject().Select(p => (p.Name, JsonValues.Read(run, p.Value))));
        }
        catch (TemplateFault fault)
        {
            throw Wrong(place, fault.Message.TrimEnd('.'), fault);
        }
    }

    static TemplateSyntax Field { get; } = Parser.Parse("{{field}}");

    InputException Wrong(string place, string what, Exception? inner = null) =>
        new(
            $"{place}: the template of {name} does not fit: {what}; choose the Format that belongs to the file, or correct the row.",
            inner
        );
}
