using System.Text.Json;

namespace DcrDsl.Jinja.Chat;

/// <summary>What is put into a chat template: the arguments of transformers' apply_chat_template.</summary>
public sealed record Conversation
{
    /// <summary>An array of objects, usually with "role" and "content"; whatever else the template reads may be there.</summary>
    public required JsonElement Messages { get; init; }

    /// <summary>The tools offered to the model, an array; null: none.</summary>
    public JsonElement? Tools { get; init; }

    /// <summary>The documents of retrieval-augmented generation, an array; null: none.</summary>
    public JsonElement? Documents { get; init; }

    /// <summary>Close with the header of the assistant's next message, so that the model continues with its content.</summary>
    public bool AddGenerationPrompt { get; init; }

    /// <summary>Leave the last message open, so that the model continues it.</summary>
    public bool ContinueFinalMessage { get; init; }

    /// <summary>Further variables of the template; they win over its special tokens.</summary>
    public IReadOnlyDictionary<string, JsonElement> Variables { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>
    /// What strftime_now tells the template. Null, the default: the function is not defined, so that a template with a date of its own
    /// uses that one, and the same experiment renders the same text on every day.
    /// </summary>
    public DateTime? Now { get; init; }

    /// <summary>What the template may use.</summary>
    public TemplateLimits Limits { get; init; } = TemplateLimits.Default;

    /// <summary>A conversation of plain messages.</summary>
    public static Conversation Of(params IReadOnlyList<(string Role, string Content)> messages) =>
        new()
        {
            Messages = JsonSerializer.SerializeToElement(
                messages.Select(m => new Dictionary<string, string> { ["role"] = m.Role, ["content"] = m.Content })
            ),
        };
}
