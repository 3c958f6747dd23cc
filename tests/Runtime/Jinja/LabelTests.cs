using System.Text.Json;
using DcrDsl.Jinja;
using DcrDsl.Jinja.Chat;

namespace DcrDsl.Runtime.Tests.Jinja;

public class LabelTests
{
    public static TheoryData<string> Names => GoldenTemplates.Names();

    [Theory]
    [MemberData(nameof(Names))]
    public void Generation_blocks_give_the_spans_and_the_mask_of_transformers(string name)
    {
        GoldenTemplates.Entry entry = GoldenTemplates.Read(name);
        Assert.Equal(entry.HasGenerationBlocks, entry.Template.HasGenerationBlocks);
        DateTime now = GoldenTemplates.Now();
        var tokens = new GoldenTokens();
        foreach (JsonElement golden in GoldenTemplates.Lines("masks.jsonl", name))
        {
            Conversation conversation = GoldenTemplates.Conversation(golden.GetProperty("messages"), null, now);
            if (golden.TryGetProperty("error", out _))
            {
                Assert.Throws<TemplateException>(() => entry.Template.Render(conversation));
                continue;
            }
            Rendering rendering = entry.Template.RenderForTraining(conversation);
            Assert.Equal(golden.GetProperty("rendered").GetString(), rendering.Text);
            Assert.Equal(Spans(golden.GetProperty("generation_spans_utf16")), rendering.AssistantSpans);
            Assert.Equal(
                Mask(golden.GetProperty("mask")),
                TokenLabels.Touching(tokens.Offsets(rendering.Text, golden.GetProperty("ids")), rendering.AssistantSpans)
            );
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Prefixes_give_the_span_and_the_labels_of_every_turn_that_they_can_tell(string name)
    {
        GoldenTemplates.Entry entry = GoldenTemplates.Read(name);
        DateTime now = GoldenTemplates.Now();
        var tokens = new GoldenTokens();
        int cases = 0;
        foreach (JsonElement golden in GoldenTemplates.Lines("labels.jsonl", name))
        {
            cases++;
            Conversation conversation = GoldenTemplates.Conversation(golden.GetProperty("messages"), null, now);
            if (golden.TryGetProperty("error", out _))
            {
                Assert.Throws<TemplateException>(() => entry.Template.RenderForTraining(conversation, entry.EndOfTurn));
                continue;
            }
            string whole = entry.Template.Render(conversation).Text;
            AssistantTurns.Found[] found = [.. AssistantTurns.Find(entry.Template, conversation, whole, entry.EndOfTurn)];
            AssistantTurns.Found[] expected =
            [
                .. golden
                    .GetProperty("turns")
                    .EnumerateArray()
                    .Select(turn => new AssistantTurns.Found(
                        turn.GetProperty("message").GetInt32(),
                        Span(turn, "span_turn_utf16"),
                        Span(turn, "span_with_end_token_utf16")
                    )),
            ];
            Assert.Equal(expected, found);

            TextSpan[] spans = [.. found.Where(f => f.WithEndToken is not null).Select(f => f.WithEndToken!.Value)];
            Assert.Equal(
                Mask(golden.GetProperty("label_mask")),
                TokenLabels.Within(tokens.Offsets(whole, golden.GetProperty("ids")), spans)
            );
            if (!entry.HasGenerationBlocks)
                CheckTraining(entry, conversation, golden.GetProperty("prefix_property").GetBoolean(), whole, spans);
        }
        Assert.True(cases > 0, "the golden file has no case of this template");
    }

    /// <summary>Training gets all turns, each with its end token, or an error that names the remedy; never some of the turns.</summary>
    static void CheckTraining(GoldenTemplates.Entry entry, Conversation conversation, bool isClear, string whole, TextSpan[] spans)
    {
        if (isClear && spans.All(s => whole[s.Start..s.End].EndsWith(entry.EndOfTurn, StringComparison.Ordinal)))
            Assert.Equal(spans, entry.Template.RenderForTraining(conversation, entry.EndOfTurn).AssistantSpans);
        else
            Assert.Contains(
                "{% generation %}",
                Assert.Throws<TemplateException>(() => entry.Template.RenderForTraining(conversation, entry.EndOfTurn)).Message,
                StringComparison.Ordinal
            );
    }

    [Fact]
    public void A_generation_block_inside_a_macro_has_no_known_place_and_is_refused_for_training_only()
    {
        ChatTemplate template = ChatTemplate.Parse(
            "{% macro m(x) %}{% generation %}{{ x }}{% endgeneration %}{% endmacro %}{{ m(messages[0].content) | upper }}",
            "t.jinja"
        );
        Conversation conversation = Conversation.Of(("assistant", "straße"));
        Assert.Equal("STRASSE", template.Render(conversation).Text);
        Assert.Contains(
            "inside a macro",
            Assert.Throws<TemplateException>(() => template.RenderForTraining(conversation)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Without_an_end_of_turn_the_template_is_refused_for_training()
    {
        ChatTemplate template = ChatTemplate.Parse(
            "{% for m in messages %}{{ m.role[0] }}:{{ m.content }};{% endfor %}{{ 'a:' if add_generation_prompt }}",
            "t.jinja"
        );
        Conversation conversation = Conversation.Of(("user", "hi"), ("assistant", "ho"));
        Assert.Contains(
            "eos_token",
            Assert.Throws<TemplateException>(() => template.RenderForTraining(conversation)).Message,
            StringComparison.Ordinal
        );
        Assert.Equal([new TextSpan(7, 10)], template.RenderForTraining(conversation, endOfTurn: ";").AssistantSpans);
        Assert.Contains(
            "'</s>' does not end",
            Assert.Throws<TemplateException>(() => template.RenderForTraining(conversation, endOfTurn: "</s>")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_token_across_the_border_of_a_span_touches_it_and_is_not_within_it()
    {
        (int, int)[] tokens = [(0, 2), (2, 2), (2, 5), (5, 6), (6, 8)];
        TextSpan[] spans = [new(4, 7)];
        Assert.Equal([false, false, true, true, true], TokenLabels.Touching(tokens, spans));
        Assert.Equal([false, false, false, true, false], TokenLabels.Within(tokens, spans));
    }

    static TextSpan? Span(JsonElement turn, string name) =>
        turn.TryGetProperty(name, out JsonElement pair) ? new TextSpan(pair[0].GetInt32(), pair[1].GetInt32()) : null;

    static TextSpan[] Spans(JsonElement pairs) =>
        [.. pairs.EnumerateArray().Select(pair => new TextSpan(pair[0].GetInt32(), pair[1].GetInt32()))];

    static bool[] Mask(JsonElement mask) => [.. mask.EnumerateArray().Select(bit => bit.GetInt32() == 1)];
}
