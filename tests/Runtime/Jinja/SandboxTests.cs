using DcrDsl.Jinja;
using DcrDsl.Jinja.Chat;

namespace DcrDsl.Runtime.Tests.Jinja;

public class SandboxTests
{
    static string Render(string template, Conversation? conversation = null) =>
        ChatTemplate.Parse(template, "t.jinja").Render(conversation ?? Conversation.Of(("user", "hi"))).Text;

    [Fact]
    public void The_clock_is_an_option_and_without_it_the_template_uses_its_own_date()
    {
        const string template = "{{ strftime_now('%d %b %Y') if strftime_now is defined else 'undated' }}";
        Assert.Equal("undated", Render(template));
        Assert.Equal("05 Mar 2026", Render(template, Conversation.Of(("user", "hi")) with { Now = new DateTime(2026, 3, 5) }));
    }

    [Fact]
    public void A_failure_names_file_line_cause_and_remedy() =>
        Assert.Equal(
            "t.jinja:3: the chat template failed on this conversation: 'dict object' has no attribute 'x'; "
                + "give the conversation what the template reads, or guard it in the template with 'is defined'.",
            Assert.Throws<TemplateException>(() => Render("a\n\n{{ messages[0].x.y }}")).Message
        );

    [Fact]
    public void An_unknown_filter_is_found_when_the_template_is_read_unless_a_branch_guards_it()
    {
        Assert.Contains(
            "t.jinja:2: the chat template does not parse: there is no filter named 'frob'",
            Assert.Throws<TemplateException>(() => ChatTemplate.Parse("\n{{ 1 | frob }}", "t.jinja")).Message,
            StringComparison.Ordinal
        );
        Assert.Equal("2", Render("{% if 'frob' is filter %}{{ 1 | frob }}{% else %}2{% endif %}"));
        Assert.Equal("2", Render("{{ 1 | frob if 'frob' is filter else 2 }}"));
    }

    [Fact]
    public void What_one_rendering_stores_is_gone_in_the_next()
    {
        ChatTemplate template = ChatTemplate.Parse(
            "{% set ns = namespace(n=0) %}{% set c = cycler(1, 2) %}{% set ns.n = ns.n + 1 %}{{ ns.n }}{{ c.next() }}",
            "t.jinja"
        );
        Parallel.For(0, 100, _ => Assert.Equal("11", template.Render(Conversation.Of(("user", "hi"))).Text));
    }

    [Fact]
    public void The_limits_of_a_conversation_hold()
    {
        Conversation conversation = Conversation.Of(("user", "hi")) with { Limits = new() { Steps = 100 } };
        Assert.Contains(
            "more than 100 steps",
            Assert.Throws<TemplateException>(() => Render("{% for i in range(50) %}{{ i }}{% endfor %}", conversation)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_long_conversation_is_far_from_the_default_limits()
    {
        string text = new('x', 1000);
        Conversation conversation = Conversation.Of([.. Enumerable.Range(0, 1000).Select(i => (i % 2 == 0 ? "user" : "assistant", text))]);
        GoldenTemplates.Entry entry = GoldenTemplates.Read("qwen3-think");
        TemplateLimits small = new() { Steps = TemplateLimits.Default.Steps / 3, Bytes = TemplateLimits.Default.Bytes / 3 };
        Assert.True(entry.Template.Render(conversation with { Limits = small }).Text.Length > 1_000_000);
    }
}
