using System.Text.Json;

namespace DcrDsl.Jinja.Chat;

/// <summary>
/// Which part of a rendered conversation the assistant wrote. Without generation blocks the turn of message i is what the rendering of
/// the messages up to it adds to the rendering of those before it with the generation prompt: it begins where the model would begin
/// to write. That holds only where both are beginnings of the whole; where they are not, nothing is guessed.
/// </summary>
static class AssistantTurns
{
    const string Remedy = "mark what the assistant writes with {% generation %} … {% endgeneration %} in the template";

    /// <summary>One assistant message; <paramref name="Turn"/> is null where the renderings of the prefixes do not fit.</summary>
    /// <param name="Message">The index of the message.</param>
    /// <param name="Turn">All that the message adds.</param>
    /// <param name="WithEndToken">The same up to the end of the last end-of-turn text in it.</param>
    public readonly record struct Found(int Message, TextSpan? Turn, TextSpan? WithEndToken);

    public static Rendering Label(ChatTemplate template, Conversation conversation, string? endOfTurn)
    {
        TemplateException Refuse(string problem, string remedy = Remedy) => new(FaultKind.Turns, template.File, 1, problem, remedy);
        if (conversation.AddGenerationPrompt || conversation.ContinueFinalMessage)
            throw Refuse(
                "a conversation to train on cannot end in an open assistant message",
                "set AddGenerationPrompt and ContinueFinalMessage to false"
            );
        Rendering whole = template.Render(conversation);
        if (whole.HasHiddenGeneration)
            throw Refuse("a generation block stands inside a macro, a set block or another capture, so its place in the text is unknown");

        endOfTurn ??= template.SpecialTokens.GetValueOrDefault("eos_token");
        if (string.IsNullOrEmpty(endOfTurn))
            throw Refuse("the tokenizer has no eos_token and no end of turn is given, so the end of the assistant's text is unknown");
        if (template.HasGenerationBlocks)
            return EndsInside(whole, endOfTurn)
                ? whole
                : throw Refuse(
                    $"a generation block ends without the text '{endOfTurn}', which ends the assistant's turn, so that the model would "
                        + "not learn to stop",
                    "move {% endgeneration %} behind it, or name the end of turn"
                );
        var spans = new List<TextSpan>();
        foreach (Found found in Find(template, conversation, whole.Text, endOfTurn))
        {
            if (found.WithEndToken is not { } span)
                throw Refuse(
                    $"message {found.Message + 1} (assistant) is rendered differently within the whole conversation, so the template "
                        + $"cannot tell which text the assistant wrote"
                );
            if (!whole.Text.AsSpan(span.Start, span.End - span.Start).EndsWith(endOfTurn, StringComparison.Ordinal))
                throw Refuse(
                    $"the text '{endOfTurn}' does not end message {found.Message + 1} (assistant), so the end of the assistant's text "
                        + $"is unknown; name the end of turn"
                );
            spans.Add(span);
        }
        return new(whole.Text, spans, hasHiddenGeneration: false);
    }

    /// <summary>
    /// Whether every turn that the generation blocks hold has its end token in them: behind a block without one another follows before
    /// the token does.
    /// </summary>
    static bool EndsInside(Rendering whole, string endOfTurn)
    {
        IReadOnlyList<TextSpan> spans = whole.AssistantSpans;
        for (int i = 0; i < spans.Count; i++)
        {
            ReadOnlySpan<char> block = whole.Text.AsSpan(spans[i].Start, spans[i].End - spans[i].Start);
            if (PythonWhitespace.Strip(block.ToString(), left: false).EndsWith(endOfTurn, StringComparison.Ordinal))
                continue;
            if (i + 1 == spans.Count)
                return false;
            if (whole.Text[spans[i].End..spans[i + 1].Start].Contains(endOfTurn, StringComparison.Ordinal))
                return false;
        }
        return true;
    }

    /// <summary>The turns of all assistant messages in a conversation whose rendering is <paramref name="whole"/>.</summary>
    public static IEnumerable<Found> Find(ChatTemplate template, Conversation conversation, string whole, string endOfTurn)
    {
        JsonElement[] messages = [.. conversation.Messages.EnumerateArray()];
        for (int i = 0; i < messages.Length; i++)
        {
            if (
                messages[i].ValueKind != JsonValueKind.Object
                || !messages[i].TryGetProperty("role", out JsonElement role)
                || role.ValueKind != JsonValueKind.String
                || role.GetString() != "assistant"
            )
                continue;
            yield return Prefix(i, prompt: true) is { } before
            && Prefix(i + 1, prompt: false) is { } after
            && after.StartsWith(before, StringComparison.Ordinal)
            && whole.StartsWith(after, StringComparison.Ordinal)
                ? new(i, new(before.Length, after.Length), new(before.Length, EndOf(after, before.Length, endOfTurn)))
                : new(i, null, null);
        }

        string? Prefix(int count, bool prompt)
        {
            if (count == 0)
                return null;
            if (count == messages.Length && !prompt)
                return whole;
            Conversation part = conversation with
            {
                Messages = JsonSerializer.SerializeToElement(messages[..count]),
                AddGenerationPrompt = prompt,
            };
            try
            {
                return template.Render(part).Text;
            }
            catch (TemplateException)
            {
                return null; // a prefix that the template refuses tells nothing about its turns
            }
        }
    }

    static int EndOf(string text, int start, string endOfTurn)
    {
        int last = endOfTurn == "" ? -1 : text.LastIndexOf(endOfTurn, StringComparison.Ordinal);
        return last >= start ? last + endOfTurn.Length : text.Length;
    }
}
