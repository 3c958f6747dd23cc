using System.Text.Json;
using DcrDsl.Jinja;
using DcrDsl.Jinja.Chat;

namespace DcrDsl.Runtime.Tests.Jinja;

/// <summary>Measures processor time and memory, so nothing may run beside it.</summary>
[CollectionDefinition(nameof(RefusalTests), DisableParallelization = true)]
public class AloneCollection;

[Collection(nameof(RefusalTests))]
public class RefusalTests
{
    /// <summary>Of the golden cases: processor time (a busy machine is not the template's doing) and memory held at once.</summary>
    const double MostSeconds = 2;
    const long MostBytes = 256L << 20;

    public static TheoryData<string> Files()
    {
        if (Golden.TryFolder(Path.Combine(GoldenTemplates.FolderName, "refuse")) is not { } folder)
            return [""];
        using JsonDocument json = Golden.Json(folder, "cases.json");
        return [.. json.RootElement.EnumerateArray().Select(c => c.GetProperty("file").GetString()!)];
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_hostile_template_ends_in_one_sentence_within_its_bounds(string file)
    {
        string folder = Golden.Folder(Path.Combine(GoldenTemplates.FolderName, "refuse"));
        using JsonDocument json = Golden.Json(folder, "cases.json");
        JsonElement golden = json.RootElement.EnumerateArray().Single(c => c.GetProperty("file").GetString() == file);
        string template = File.ReadAllText(Path.Combine(folder, file));
        Conversation conversation = Conversation.Of(("user", "hey")) with { Now = GoldenTemplates.Now() };

        string? text = null;
        TemplateException? refusal = null;
        AssertWithinBounds(() =>
        {
            try
            {
                text = ChatTemplate.Parse(template, file).Render(conversation).Text;
            }
            catch (TemplateException caught)
            {
                refusal = caught;
            }
        });
        if (refusal is not null)
            Assert.Matches(
                $@"^{System.Text.RegularExpressions.Regex.Escape(file)}:\d+: the chat template [^\n]+; [^\n]+\.$",
                refusal.Message
            );
        else
            Assert.True(
                golden.GetProperty("expected").GetString() == "error-or-empty" && text == "",
                $"it must be refused, but gave {JsonSerializer.Serialize(text)}"
            );
    }

    /// <summary>Ways to spend time, memory or stack that the golden cases do not hold.</summary>
    [Theory]
    [InlineData("{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}")]
    [InlineData(
        "{% set ns = namespace(a=[1], b=[1]) %}{% for i in range(60) %}{% set ns.a = [ns.a, ns.a] %}{% set ns.b = [ns.b, ns.b] %}{% "
            + "endfor %}{{ ns.a == ns.b }}"
    )]
    [InlineData("{% set ns = namespace(a=()) %}{% for i in range(60) %}{% set ns.a = (ns.a, ns.a) %}{% endfor %}{{ {ns.a: 1} }}")]
    [InlineData("{% set ns = namespace(l=[]) %}{% for i in range(3000) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}")]
    [InlineData("{% set ns = namespace() %}{% set ns.self = ns %}{{ ns }}")]
    [InlineData("{% set ns = namespace(l=[]) %}{% for i in range(3000) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l | tojson }}")]
    [InlineData(
        "{% set s = 'a' * 2000000 %}{% set p = 'a' * 1000000 ~ 'b' %}{% for i in range(100000) %}{% if p in s %}x{% endif %}{% endfor %}"
    )]
    [InlineData("{% set s = 'ab' * 1000000 %}{% for i in range(100000) %}{% if s == s[:-1] ~ 'b' %}{% endif %}{% endfor %}")]
    [InlineData("{% set s = 'ab' * 1000000 %}{% set d = {s: 1} %}{% for i in range(100000) %}{% if d[s] %}{% endif %}{% endfor %}")]
    [InlineData("{% set ns = namespace(n=3) %}{% for i in range(100000) %}{% set ns.n = ns.n * ns.n %}{% endfor %}")]
    [InlineData("{% for i in range(100000) %}{% for j in range(100000) if j < 0 %}{% endfor %}{% endfor %}")]
    [InlineData(
        "{{ range(100000) | map('string') | map('list') | map('join') | list | sort | unique | list | length }}{% for i in range(99999) "
            + "%}{{ range(99999) | sum }}{% endfor %}"
    )]
    [InlineData("{{ ('a b ' * 1000000) | wordwrap(1) | length }}{{ ('a' * 3000000) | wordwrap(1) | length }}")]
    [InlineData(
        "{{ ('<' * 3000000) | striptags | length }}{{ ('<!--' * 1000000) | striptags | length }}{% for i in range(99999) %}{{ ('<' * "
            + "300000) | striptags }}{% endfor %}"
    )]
    [InlineData("{{ '%.4999f' % 0.1 }}{{ '%.5001f' % 0.1 }}")]
    [InlineData("{{ '{:{}}'.format(1, 2000000000) }}")]
    [InlineData("{{ {'a': 1} | tojson(indent=1000000000) }}")]
    [InlineData("{{ '\t' | string * 10 }}{{ ('\t' * 100).expandtabs(100000000) }}")]
    [InlineData("{% for i in [1, 2] | batch(1000000000, 0) %}{{ i }}{% endfor %}")]
    [InlineData("{% for i in [1] | slice(1000000000) %}{% endfor %}")]
    [InlineData("{% macro m(n) %}{% call m(n) %}{{ caller() }}{% endcall %}{% endmacro %}{{ m(1) }}")]
    [InlineData("{{ (1e308 * 10) | int }}{{ 10 ** 4000 ** 2 }}")]
    [InlineData("{{ range(10 ** 30) }}")]
    [InlineData("{{ -(2 ** 14000) // 3 ** 8000 ** 2 }}")]
    [InlineData("{% set ns = namespace(x=[1]) %}{% for i in range(60000) %}{% set ns.x = ns.x|map('upper') %}{% endfor %}{{ ns.x|list }}")]
    [InlineData("{% set ns = namespace(x=[1]) %}{% for i in range(60000) %}{% set ns.x = ns.x|select %}{% endfor %}{{ ns.x|list }}")]
    [InlineData(
        "{% set ns = namespace(x=[1]) %}{% for i in range(60000) %}{% set ns.x = ns.x|reject('none')|unique|batch(2)|slice(1) %}{% "
            + "endfor %}{% for x in ns.x %}{% endfor %}"
    )]
    [InlineData(
        "{% set ns = namespace(x={'a': 1}) %}{% for i in range(60000) %}{% set ns.x = ns.x|dictsort|reverse|groupby(0)|map('first') "
            + "%}{% endfor %}{{ ns.x|length }}"
    )]
    [InlineData(
        "{% set k = 10**4000 %}{% set ns=namespace(r=range(1)) %}{% for i in range(100000) %}{% set ns.r = ns.r[::k] %}{% endfor %}{{ "
            + "ns.r|length }}"
    )]
    [InlineData("{{ [1]|sort(attribute='a,'*10000000)|length }}")]
    [InlineData("{{ [1]|map(attribute='a.'*10000000)|list|length }}")]
    [InlineData("{{ [1]|groupby('a.'*10000000)|list|length }}")]
    [InlineData("{{ ('%' ~ '-' * 10000000 ~ 'd') % 1 }}{% for i in range(100000) %}{{ ('%' ~ '-' * 10000 ~ 'd') % 1 }}{% endfor %}")]
    [InlineData("{{ '{:>1000000}'.format('a')|length }}{{ ('{:' ~ 'x' * 10000000 ~ '}').format(1) }}")]
    [InlineData(
        "{% set k = 10 ** 4299 %}{% set ns = namespace(l=[]) %}{% for i in range(1000) %}{% set ns.l = [-k, -k, -k, -k, -k, -k, -k, -k, "
            + "-k, -k] * 1 + [ns.l] %}{% for j in range(1000) %}{{ -k }}{% endfor %}{% endfor %}"
    )]
    [InlineData("{% for i in range(100000) %}{{ messages[0]['a' * 100000] }}{% endfor %}")]
    [InlineData(
        "{% for i in range(99999) %}{{ '%.4999g' % 0.1 }}{% endfor %}{% for i in range(99999) %}{{ (10 ** 4299)|round(-1000) }}{% endfor %}"
    )]
    public void A_template_that_wastes_ends_within_its_bounds(string template)
    {
        Conversation conversation = Conversation.Of(("user", "hey"));
        AssertWithinBounds(() =>
            Assert.Throws<TemplateException>(() => ChatTemplate.Parse(template, "hostile.jinja").Render(conversation))
        );
    }

    [Fact]
    public void Long_chains_in_the_text_of_a_template_end_in_one_sentence()
    {
        string[] hostile =
        [
            "{% filter " + string.Join('|', Enumerable.Repeat("upper", 100_000)) + " %}x{% endfilter %}",
            "{{ x" + string.Concat(Enumerable.Repeat(".x", 100_000)) + " }}",
            "{{ 'x'" + string.Concat(Enumerable.Repeat("|upper", 100_000)) + " }}",
            "{{ " + string.Concat(Enumerable.Repeat("1 if x else ", 20_000)) + "1 }}",
            "{% if x %}" + string.Concat(Enumerable.Repeat("{% elif x.y.z %}", 30_000)) + "{{ x.y }}{% endif %}",
            "{{ " + new string('1', 1_000_000) + " }}",
            "{{ " + string.Concat(Enumerable.Repeat("-", 100_000)) + "1 }}",
            "{% set " + string.Concat(Enumerable.Repeat("(", 100_000)) + "a %}",
            "{{ " + string.Concat(Enumerable.Repeat("'a'", 250_000)) + " + 1 }}",
            "{{ 1|a" + string.Concat(Enumerable.Repeat(".a", 400_000)) + " }}",
            "{{ 1 is a" + string.Concat(Enumerable.Repeat(".a", 400_000)) + " }}",
            "{% macro m(" + string.Join(',', Enumerable.Range(0, 120_000).Select(i => $"a{i}")) + ") %}{% endmacro %}{{ m(b=1) }}",
            "{% macro m(" + string.Join(',', Enumerable.Range(0, 80_000).Select(i => $"a{i}=1")) + ") %}{{ m() }}{% endmacro %}{{ m() }}",
            "{{ dict(" + string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"a{i}=1")) + ").x.y }}",
            "{{ x" + string.Concat(Enumerable.Repeat(" is x", 100_000)) + " }}",
            "{% for i in range(99999) %}{{ " + new string('a', 500_000) + " }}{% endfor %}",
            "{{ " + string.Join('+', Enumerable.Repeat("1", 250_000)) + " }}",
            string.Concat(Enumerable.Repeat("{% raw %}", 50_000)),
            string.Concat(Enumerable.Repeat("{%", 500_000)),
            new string('{', 1_000_000),
            new string('x', 2_000_000),
        ];
        foreach (string template in hostile)
            AssertWithinBounds(() =>
                Assert.Throws<TemplateException>(() =>
                    ChatTemplate.Parse(template, "hostile.jinja").Render(Conversation.Of(("user", "hey")))
                )
            );
    }

    /// <summary>A width that is negative, however large, is no width: nothing is given back for it.</summary>
    [Theory]
    [InlineData("{{ 'hello'.ljust(-2147483647) }}", "hello")]
    [InlineData("{{ 'hello'.rjust(-(10 ** 30)) }}{{ 'hello'.center(-2147483648) }}{{ 'hello'|center(-2147483648) }}", "hellohellohello")]
    [InlineData("{{ '-5'.zfill(-2147483648) }}{{ 'a\tb'.expandtabs(-2147483648) }}{{ 'a\nb'|indent(-2147483648) }}", "-5aba\nb")]
    [InlineData("{{ [1]|tojson(indent=-(10**30)) }}", "[\n1\n]")]
    [InlineData(
        "{{ '%*d' % (-7, 1) }}|{{ 'abc'.replace('a', 'b', -(10 ** 30)) }}|{{ 'a b'.split(' ', -(10 ** 30)) }}",
        "1      |bbc|['a', 'b']"
    )]
    [InlineData(
        "{% for i in range(2000) %}{% if 'a'.ljust(-2147483647) %}{% endif %}{% endfor %}{{ [1, 2]|batch(-1)|list }}{{ [1, "
            + "2]|slice(-1)|list }}",
        "[[1, 2]][]"
    )]
    public void A_negative_width_is_none(string template, string expected) =>
        Assert.Equal(expected, ChatTemplate.Parse(template, "t.jinja").Render(Conversation.Of(("user", "hey"))).Text);

    [Fact]
    public void A_rendering_ends_when_the_run_is_to_end()
    {
        using var stop = new CancellationTokenSource();
        ChatTemplate template = ChatTemplate.Parse("{% for i in range(100) %}{{ i }}{% endfor %}", "t.jinja");
        RenderingStop.Token = stop.Token;
        try
        {
            template.Render(Conversation.Of(("user", "hey")));
            stop.Cancel();
            Assert.ThrowsAny<OperationCanceledException>(() => template.Render(Conversation.Of(("user", "hey"))));
        }
        finally
        {
            RenderingStop.Token = default;
        }
    }

    /// <summary>
    /// The bounds hold for the best of three attempts: a first one pays for compilation, and a busy machine for its neighbours.
    /// </summary>
    static void AssertWithinBounds(Action action)
    {
        var attempts = new List<(double Seconds, long Held)> { Measure(action) };
        while (attempts.Count < 3 && (attempts[^1].Seconds >= MostSeconds || attempts[^1].Held >= MostBytes))
            attempts.Add(Measure(action));
        Assert.True(attempts.Min(a => a.Seconds) < MostSeconds, $"it took {attempts.Min(a => a.Seconds):F2} s of processor time");
        Assert.True(attempts.Min(a => a.Held) < MostBytes, $"it held {attempts.Min(a => a.Held)} bytes");
    }

    static (double Seconds, long Held) Measure(Action action)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        TimeSpan start = Environment.CpuUsage.TotalTime;
        action();
        double seconds = (Environment.CpuUsage.TotalTime - start).TotalSeconds;
        return (seconds, GC.GetTotalMemory(forceFullCollection: false) - before);
    }
}
