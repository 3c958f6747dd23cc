using System.Text.Json;
using DcrDsl.Data.ChatTemplates;

namespace DcrDsl.Data;

/// <summary>
/// A model's chat template: Jinja as transformers runs it (apply_chat_template), interpreted in a sandbox with bounded steps and memory,
/// for the template comes with the model and is not trusted. Immutable; one instance may render on several threads.
/// </summary>
public sealed class ChatTemplate
{
    readonly TemplateSyntax syntax;

    ChatTemplate(TemplateSyntax syntax, string file) => (this.syntax, File) = (syntax, file);

    /// <summary>The file the template came from, as errors name it.</summary>
    public string File { get; }

    /// <summary>The tokenizer's special tokens, by the name of the template's variable: bos_token, eos_token, ….</summary>
    public IReadOnlyDictionary<string, string> SpecialTokens { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the template marks what the assistant writes with <c>{% generation %}</c> blocks.</summary>
    public bool HasGenerationBlocks => syntax.HasGenerationBlocks;

    /// <summary>The template that takes over when a conversation has tools; null: this one serves all.</summary>
    ChatTemplate? ForTools { get; init; }

    /// <summary>Reads a template.</summary>
    /// <param name="template">The Jinja text.</param>
    /// <param name="file">Where it came from, for errors.</param>
    /// <param name="specialTokens">The special tokens, by variable; null: none.</param>
    /// <param name="limits">Bounds the length; null: the default.</param>
    /// <exception cref="InputException">The template does not parse.</exception>
    public static ChatTemplate Parse(
        string template,
        string file,
        IReadOnlyDictionary<string, string>? specialTokens = null,
        TemplateLimits? limits = null
    )
    {
        try
        {
            int longest = (limits ?? TemplateLimits.Default).TemplateLength;
            if (template.Length > longest)
                throw new TemplateFault(FaultKind.Limit, $"it is longer than {longest} characters");
            return new(Parser.Parse(template), file) { SpecialTokens = specialTokens ?? new Dictionary<string, string>() };
        }
        catch (TemplateFault fault)
        {
            throw fault.ForUser(file);
        }
    }

    /// <summary>
    /// Reads the template of a Hugging Face directory as transformers does: chat_template.jinja (and additional_chat_templates/*.jinja)
    /// before the key chat_template of tokenizer_config.json; the special tokens from tokenizer_config.json and special_tokens_map.json.
    /// </summary>
    /// <param name="directory">The directory of the model or tokenizer.</param>
    /// <param name="name">
    /// Which of several named templates; null: "default", and "tool_use" for conversations with tools where there is one.
    /// </param>
    /// <exception cref="InputException">There is no template, or none of that name, or a file cannot be read.</exception>
    public static ChatTemplate FromDirectory(string directory, string? name = null) => ChatTemplateDirectory.Read(directory, name);

    /// <summary>Renders a conversation.</summary>
    /// <exception cref="InputException">The template refuses the conversation, fails on it, or needs more than its limits.</exception>
    public Rendering Render(Conversation conversation)
    {
        if (conversation.Tools is { ValueKind: not JsonValueKind.Null } && ForTools is not null)
            return ForTools.Render(conversation);
        try
        {
            if (conversation.Messages.ValueKind != JsonValueKind.Array || conversation.Messages.GetArrayLength() == 0)
                throw TemplateFault.Operation("the conversation has no message");
            if (!conversation.ContinueFinalMessage)
                return Run(conversation);
            if (conversation.AddGenerationPrompt)
                throw TemplateFault.Operation(
                    "ContinueFinalMessage continues the last message and AddGenerationPrompt opens a new one: set one of them"
                );
            string finalText = ConversationValues.FinalText(conversation);
            Rendering whole = Run(conversation);
            string text = ConversationValues.CutAtTag(whole.Text, finalText);
            TextSpan[] spans =
            [
                .. whole.AssistantSpans.Where(s => s.Start < text.Length).Select(s => s with { End = Math.Min(s.End, text.Length) }),
            ];
            return new(text, spans, whole.HasHiddenGeneration);
        }
        catch (TemplateFault fault)
        {
            throw fault.ForUser(File);
        }
    }

    /// <summary>
    /// Renders a conversation for supervised fine-tuning. The spans are exactly what the assistant writes, its end token included:
    /// those of the generation blocks, or else those found by rendering prefixes of the conversation.
    /// </summary>
    /// <param name="conversation">The conversation; it must not ask for a generation prompt or continue a message.</param>
    /// <param name="endOfTurn">
    /// The text that ends an assistant's turn; null: eos_token. Used only where there are no generation blocks.
    /// </param>
    /// <exception cref="InputException">The template cannot tell what the assistant wrote.</exception>
    public Rendering RenderForTraining(Conversation conversation, string? endOfTurn = null)
    {
        if (conversation.Tools is { ValueKind: not JsonValueKind.Null } && ForTools is not null)
            return ForTools.RenderForTraining(conversation, endOfTurn);
        return AssistantTurns.Label(this, conversation, endOfTurn);
    }

    /// <summary>This template, with another for conversations that have tools.</summary>
    internal ChatTemplate With(ChatTemplate forTools) => new(syntax, File) { SpecialTokens = SpecialTokens, ForTools = forTools };

    Rendering Run(Conversation conversation) =>
        Interpreter.Run(
            syntax,
            conversation.Limits,
            conversation.Now,
            run => ConversationValues.Variables(run, conversation, SpecialTokens)
        );
}
