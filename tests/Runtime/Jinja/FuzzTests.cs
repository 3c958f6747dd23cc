using CsCheck;
using DcrDsl.Jinja;
using DcrDsl.Jinja.Chat;

namespace DcrDsl.Runtime.Tests.Jinja;

public class FuzzTests
{
    static readonly TemplateLimits Small = new()
    {
        Steps = 20_000,
        Bytes = 1 << 20,
        Depth = 100,
    };

    static readonly string[] Pieces =
    [
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "#}",
        "{%-",
        "-%}",
        "{{-",
        "-}}",
        "+%}",
        " if ",
        " else ",
        " elif ",
        " endif ",
        " for ",
        " in ",
        " endfor ",
        " set ",
        " endset ",
        " macro m(a, b=1) ",
        " endmacro ",
        " call m(1) ",
        " endcall ",
        " filter upper ",
        " endfilter ",
        " generation ",
        " endgeneration ",
        " with a=1 ",
        " endwith ",
        " raw ",
        " endraw ",
        " break ",
        " continue ",
        " block b ",
        " endblock ",
        " autoescape true ",
        " endautoescape ",
        " recursive ",
        "loop",
        "loop.index",
        "loop(messages)",
        "messages",
        "x",
        "ns",
        "namespace(a=1)",
        "ns.a",
        "=",
        "==",
        "<",
        "+",
        "-",
        "*",
        "**",
        "/",
        "//",
        "%",
        "~",
        "|",
        ".",
        ",",
        ":",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "'a'",
        "\"b\"",
        "'\\x4",
        "1",
        "2.5",
        "10**9",
        "range(99999)",
        " is ",
        " not ",
        " and ",
        " or ",
        "defined",
        "none",
        "true",
        "upper",
        "map('upper')",
        "join",
        "list",
        "tojson",
        "sort",
        "length",
        "replace('a', 'aa')",
        "['role']",
        "[0]",
        "[1:]",
        "[::-1]",
        ".content",
        ".items()",
        ".split('a')",
        ".format(1)",
        ".__class__",
        "raise_exception('x')",
        "caller()",
        "kwargs",
        "\n",
        "\r",
        " ",
        "é",
        "😀",
        "\ud83d",
    ];

    static readonly Gen<string> Piece = Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i]);

    static readonly Gen<string> Soup = Piece.Array[0, 40].Select(string.Concat);

    static readonly Gen<string> Expressions = Piece.Array[1, 12].Select(pieces => "{{ " + string.Concat(pieces) + " }}");

    static void EndsWell(string template)
    {
        try
        {
            Rendering rendering = ChatTemplate
                .Parse(template, "fuzz.jinja")
                .Render(Conversation.Of(("user", "aab"), ("assistant", "c")) with { Limits = Small });
            Assert.InRange(rendering.Text.Length, 0, Small.Bytes);
            Assert.All(rendering.AssistantSpans, span => Assert.InRange(span.End, span.Start, rendering.Text.Length));
        }
        catch (TemplateException refusal)
        {
            Assert.Matches(@"\Afuzz\.jinja:\d+: ", refusal.Message);
        }
    }

    [Fact]
    public void Any_soup_of_tokens_renders_or_is_refused() => Soup.Sample(EndsWell, iter: 3000);

    [Fact]
    public void Any_expression_of_tokens_renders_or_is_refused() => Expressions.Sample(EndsWell, iter: 3000);

    [Fact]
    public void A_real_template_with_any_part_replaced_renders_or_is_refused()
    {
        string folder = Golden.Folder(GoldenTemplates.FolderName);
        string[] templates = [.. Directory.GetFiles(folder, "*.jinja").Order(StringComparer.Ordinal).Select(File.ReadAllText)];
        Gen.Select(Gen.Int[0, templates.Length - 1], Gen.Double[0, 1], Gen.Int[0, 20], Soup)
            .Sample(
                (index, at, length, soup) =>
                {
                    string template = templates[index];
                    int start = (int)(at * template.Length),
                        end = Math.Min(template.Length, start + length);
                    EndsWell(template[..start] + soup + template[end..]);
                },
                iter: 2000
            );
    }

    [Fact]
    public void Text_without_braces_stays_as_it_is() =>
        Gen
            .Char.Where(c => c is not ('{' or '\r'))
            .Array[0, 200]
            .Select(chars => new string(chars))
            .Sample(text =>
                Assert.Equal(
                    text.EndsWith('\n') ? text[..^1] : text,
                    ChatTemplate.Parse(text, "fuzz.jinja").Render(Conversation.Of(("user", "x"))).Text
                )
            );
}
