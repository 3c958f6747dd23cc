using System.Text.Json;

namespace DcrDsl.Jinja.Chat;

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
    /// <exception cref="TemplateException">The template does not parse.</exception>
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
            throw fault.OfChatTemplate(file);
        }
    }

    /// <summary>Renders a conversation.</summary>
    /// <exception cref="TemplateException">The template refuses the conversation, fails on it, or needs more than its limits.</exception>
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
            throw fault.OfChatTemplate(File);
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
    /// <exception cref="TemplateException">The template cannot tell what the assistant wrote.</exception>
    public Rendering RenderForTraining(Conversation conversation, string? endOfTurn = null)
    {
        if (conversation.Tools is { ValueKind: not JsonValueKind.Null } && ForTools is not null)
            return ForTools.RenderForTraining(conversation, endOfTurn);
        return AssistantTurns.Label(this, conversation, endOfTurn);
    }

    /// <summary>This template, with another for conversations that have tools.</summary>
    /// <param name="forTools">What such a conversation is rendered with.</param>
    public ChatTemplate WithTools(ChatTemplate forTools) => new(syntax, File) { SpecialTokens = SpecialTokens, ForTools = forTools };

    Rendering Run(Conversation conversation) =>
        Interpreter.Run(
            syntax,
            conversation.Limits,
            conversation.Now,
            run => ConversationValues.Variables(run, conversation, SpecialTokens)
        );
}
