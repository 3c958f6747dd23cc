using System.Text.Json;

namespace DcrDsl.Jinja.Chat;

/// <summary>The variables of a chat template, prepared as transformers prepares them.</summary>
static class ConversationValues
{
    /// <summary>Marks where the final message ends; the template is rendered with it, and cut there.</summary>
    public const string ContinueTag = "CONTINUE_FINAL_MESSAGE_TAG ";

    static readonly string[] ReasoningNames = ["reasoning_content", "thinking", "reasoning"];

    public static IEnumerable<(string Name, Value Value)> Variables(
        Interpreter run,
        Conversation conversation,
        IReadOnlyDictionary<string, string> specialTokens
    )
    {
        yield return ("messages", Messages(run, conversation));
        yield return ("tools", conversation.Tools is { } tools ? JsonValues.Read(run, tools) : NoneValue.None);
        yield return ("documents", conversation.Documents is { } documents ? JsonValues.Read(run, documents) : NoneValue.None);
        yield return ("add_generation_prompt", BooleanValue.Of(conversation.AddGenerationPrompt));
        foreach (var (name, token) in specialTokens)
            yield return (name, new TextValue(token));
        foreach (var (name, value) in conversation.Variables)
            yield return (name, JsonValues.Read(run, value));
    }

    static SequenceValue Messages(Interpreter run, Conversation conversation)
    {
        List<Value> messages = [.. conversation.Messages.EnumerateArray().Select(message => Message(run, message))];
        if (conversation.ContinueFinalMessage && messages[^1] is DictValue last)
        {
            OrderedDictionary<Value, Value> entries = run.NewEntries();
            foreach (var (key, value) in last.Entries)
                entries[key] = value;
            entries[Key("content")] = WithTag(last.Entries.GetValueOrDefault(Key("content")));
            messages[^1] = new DictValue(entries);
        }
        return new(messages, isTuple: false);
    }

    static TextValue Key(string name) => new(name);

    /// <summary>A message without its nulls, and with its reasoning under each name that templates use for it.</summary>
    static Value Message(Interpreter run, JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object)
            return JsonValues.Read(run, message);
        OrderedDictionary<Value, Value> entries = JsonValues.ReadObject(run, message);
        foreach (Value key in entries.Where(entry => entry.Value is NoneValue).Select(entry => entry.Key).ToList())
            entries.Remove(key);
        if (ReasoningNames.Select(name => entries.GetValueOrDefault(Key(name))).FirstOrDefault(value => value is not null) is { } reasoning)
        {
            entries[Key("reasoning_content")] = reasoning;
            entries.TryAdd(Key("thinking"), reasoning);
        }
        return new DictValue(entries);
    }

    static Value WithTag(Value? content)
    {
        if (content is TextValue text)
            return new TextValue(text.Text + ContinueTag);
        if (LastText(content) is not { } at)
            throw NothingToContinue();
        var parts = (SequenceValue)content!;
        var part = (DictValue)parts.Items[at];
        var entries = new OrderedDictionary<Value, Value>(part.Entries, part.Entries.Comparer);
        entries[Key("text")] = WithTag(part.Entries[Key("text")]);
        return new SequenceValue([.. parts.Items.Take(at), new DictValue(entries), .. parts.Items.Skip(at + 1)], isTuple: false);
    }

    static int? LastText(Value? content)
    {
        if (content is not SequenceValue parts)
            return null;
        for (int i = parts.Items.Count - 1; i >= 0; i--)
            if (parts.Items[i] is DictValue part && part.Entries.GetValueOrDefault(Key("text")) is TextValue)
                return i;
        return null;
    }

    static TemplateFault NothingToContinue() =>
        TemplateFault.Operation("continue_final_message is set, but the final message has no text to continue");

    /// <summary>The text of the final message before the tag; the last of its parts that has text.</summary>
    public static string FinalText(Conversation conversation)
    {
        JsonElement last = conversation.Messages[conversation.Messages.GetArrayLength() - 1];
        if (last.ValueKind != JsonValueKind.Object || !last.TryGetProperty("content", out JsonElement content))
            throw NothingToContinue();
        if (content.ValueKind == JsonValueKind.Array)
        {
            JsonElement part = content
                .EnumerateArray()
                .LastOrDefault(p => p.ValueKind == JsonValueKind.Object && p.TryGetProperty("text", out _));
            if (part.ValueKind == JsonValueKind.Object)
                content = part.GetProperty("text");
        }
        return content.ValueKind == JsonValueKind.String ? content.GetString()! : throw NothingToContinue();
    }

    /// <summary>The rendering up to the end of the final message; white space that the template trimmed from it stays trimmed.</summary>
    public static string CutAtTag(string rendered, string finalText)
    {
        int at = rendered.LastIndexOf(ContinueTag.TrimEnd(), StringComparison.Ordinal);
        if (at < 0 || !rendered.Contains(PythonWhitespace.Strip(finalText), StringComparison.Ordinal))
            throw TemplateFault.Operation("continue_final_message is set, but the template does not write the final message as it is");
        bool keepsSpace = string.CompareOrdinal(rendered, at, ContinueTag, 0, ContinueTag.Length) == 0;
        return keepsSpace ? rendered[..at] : PythonWhitespace.Strip(rendered[..at], left: false);
    }
}
