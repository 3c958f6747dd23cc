using System.Text.Json;

namespace DcrDsl.Jinja;

/// <summary>
/// A Jinja template over named values, for whatever is no conversation: a row of a data set, say. A name that is not defined cannot be
/// printed. It runs within the default <see cref="TemplateLimits"/>. Immutable; may be used on several threads.
/// </summary>
public sealed class Template
{
    readonly TemplateSyntax syntax;
    readonly string name;

    Template(TemplateSyntax syntax, string name) => (this.syntax, this.name) = (syntax, name);

    /// <summary>Reads a template.</summary>
    /// <param name="source">The Jinja text.</param>
    /// <param name="name">What errors call it: its file, say.</param>
    /// <param name="whitespace">What becomes of the white space around tags.</param>
    /// <exception cref="TemplateException">It does not parse.</exception>
    public static Template Parse(string source, string name, TemplateWhitespace whitespace)
    {
        try
        {
            return new(Parser.Parse(source, whitespace), name);
        }
        catch (TemplateFault fault)
        {
            throw fault.OfTemplate(name);
        }
    }

    /// <summary>
    /// The value of the template's print statement where it writes nothing else, so that a list stays one; otherwise its text.
    /// </summary>
    /// <param name="variables">What the template may name.</param>
    /// <exception cref="TemplateException">It fails on these values, or needs more than its limits.</exception>
    public TemplateValue Evaluate(IEnumerable<KeyValuePair<string, JsonElement>> variables)
    {
        try
        {
            return new(Interpreter.Evaluate(syntax, run => variables.Select(v => (v.Key, JsonValues.Read(run, v.Value)))));
        }
        catch (TemplateFault fault)
        {
            throw fault.OfTemplate(name);
        }
    }
}
