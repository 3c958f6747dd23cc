namespace DcrDsl.Jinja;

/// <summary>
/// What stopped a template, before file and line are known; never leaves the project but in a <see cref="TemplateException"/>.
/// </summary>
sealed class TemplateFault(FaultKind kind, string message, int line = 0) : Exception(message)
{
    public FaultKind Kind => kind;

    /// <summary>The line of the template, from 1; 0 until the interpreter knows it.</summary>
    public int Line { get; set; } = line;

    public static TemplateFault Operation(string message) => new(FaultKind.Operation, message);

    /// <summary>A text of the template's as an error shows it.</summary>
    public static string Shortened(string text, int longest = 60) => text.Length <= longest ? text : text[..longest] + "…";

    /// <summary>What the user of a chat template is told.</summary>
    public TemplateException OfChatTemplate(string file) =>
        new(kind, file, Math.Max(1, Line), $"{Subject}: {Shortened(Message.TrimEnd('.'), 2000)}", Remedy, this);

    /// <summary>What the user of any other template is told.</summary>
    public TemplateException OfTemplate(string name) =>
        new(
            kind,
            name,
            Math.Max(1, Line),
            $"the template stopped: {Shortened(Message.TrimEnd('.'), 2000)}",
            "correct it there, or what it is given",
            this
        );

    string Subject =>
        kind switch
        {
            FaultKind.Syntax => "the chat template does not parse",
            FaultKind.Raised => "the chat template refuses this conversation",
            FaultKind.Forbidden => "the chat template does what a sandbox forbids",
            FaultKind.Limit => "the chat template was stopped",
            FaultKind.Unsupported => "the chat template needs what is not supported",
            _ => "the chat template failed on this conversation",
        };

    string Remedy =>
        kind switch
        {
            FaultKind.Syntax => "correct the template there",
            FaultKind.Raised => "change the conversation as the template asks, or use another template",
            FaultKind.NoDate =>
                "set Conversation.Now to the date that it is to be told; the clock is not read, so that results can be repeated",
            FaultKind.Undefined => "give the conversation what the template reads, or guard it in the template with 'is defined'",
            FaultKind.Forbidden => "remove that access from the template",
            FaultKind.Limit => "shorten the conversation, simplify the template, or raise TemplateLimits if you trust it",
            FaultKind.Unsupported => "rewrite that place with the constructs that docs/chat-templates.md lists",
            _ => "change the conversation or the template there",
        };
}
