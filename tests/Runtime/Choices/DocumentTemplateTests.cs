using System.Text.Json;
using DcrDsl.Data;

namespace DcrDsl.Runtime.Tests.Choices;

public class DocumentTemplateTests
{
    static readonly JsonElement Document = JsonSerializer.Deserialize<JsonElement>(
        """{"name":"x y","text":"a","list":["p","it's \"q\"\n"],"nested":{"label":["A","B"],"text":["one","two"]},"key":"B","number":7,"truth":[1,0,true],"digits":"1"}"""
    );

    static DocumentTemplate Template(string source) => DocumentTemplate.Parse(source, "Format.Text");

    static string Text(string source) => Template(source).Text(Document, "file, line 1");

    [Theory]
    [InlineData("{{name}}!", "x y!")]
    [InlineData("name", "x y")] // a bare field
    [InlineData("names", "names")] // no field: plain text
    [InlineData("number", "7")]
    [InlineData("{{text}}\n", "a\n")] // white space stays, unlike in chat templates
    [InlineData("{% if true %}\n  {{text}}\n{% endif %}\n", "\n  a\n\n")]
    [InlineData("{% set k = 'Q: ' %}{{k + text}}", "Q: a")]
    [InlineData("{{name.replace(' ', '_')}} {{nested.text[1]}}", "x_y two")]
    [InlineData("", "")]
    public void Texts(string source, string expected) => Assert.Equal(expected, Text(source));

    [Fact]
    public void A_list_stays_one_whatever_it_holds()
    {
        string[] list = ["p", "it's \"q\"\n"];
        Assert.Equal(list, Template("{{list}}").List(Document, ""));
        Assert.Equal(list, Template("list").List(Document, ""));
        Assert.Equal(["a", "x y"], Template("{{[text, name]}}").List(Document, ""));
        Assert.Equal([true, false, true], Template("truth").Truths(Document, ""));
    }

    [Theory]
    [InlineData("{{nested.label.index(key)}}", 1)]
    [InlineData("key", 1)]
    [InlineData("1", 1)]
    [InlineData("{{0}}", 0)]
    [InlineData("{{digits}}", 1)] // digits that a template writes are an index
    public void Indices(string source, int expected) => Assert.Equal(expected, Template(source).Index(Document, "", ["A", "B"]));

    [Fact]
    public void Digits_in_a_field_are_a_choice_where_there_is_such_a_choice() =>
        Assert.Equal(0, Template("digits").Index(Document, "", ["1", "2"]));

    [Theory]
    [InlineData("{{missing}}", "file, line 1: the template of Format.Text does not fit: 'missing' is undefined")]
    [InlineData("so {{missing}}", "'missing' is undefined")]
    [InlineData("{{name.no_such}}", "has no attribute 'no_such'")]
    [InlineData("{{nested.__class__}}", "does not fit")]
    [InlineData("{{list}}", "it gives a list where text is wanted")]
    [InlineData("{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}", "it needed more than")]
    public void What_does_not_fit_is_said(string source, string part) =>
        Assert.Contains(part, Assert.Throws<InputException>(() => Text(source)).Message, StringComparison.Ordinal);

    [Fact]
    public void What_does_not_parse_is_said() =>
        Assert.StartsWith(
            "Format.Text, line 2 of its template: ",
            Assert.Throws<InputException>(() => Template("a\n{% if %}")).Message,
            StringComparison.Ordinal
        );
}
