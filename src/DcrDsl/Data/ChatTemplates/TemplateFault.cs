namespace DcrDsl.Data.ChatTemplates;

/// <summary>Why a template stopped; each kind has its own remedy.</summary>
enum FaultKind
{
    /// <summary>The template does not parse.</summary>
    Syntax,

    /// <summary>The template itself called raise_exception.</summary>
    Raised,

    /// <summary>A value that is not there was used.</summary>
    Undefined,

    /// <summary>The template asked for today's date, and none was given.</summary>
    NoDate,

    /// <summary>An operation met a value of the wrong type or range.</summary>
    Operation,

    /// <summary>The template reached for what a sandbox must not give.</summary>
    Forbidden,

    /// <summary>The template used up its steps, memory or depth.</summary>
    Limit,

    /// <summary>Jinja has it, this interpreter does not.</summary>
    Unsupported,
}

/// <summary>What stopped a template, before file and line are known; never leaves <see cref="ChatTemplate"/> unwrapped.</summary>
sealed class TemplateFault(FaultKind kind, string message, int line = 0) : Exception(message)
{
    public FaultKind Kind => kind;

    /// <summary>The line of the template, from 1; 0 until the interpreter knows it.</summary>
    public int Line { get; set; } = line;

    public static TemplateFault Operation(string message) => new(FaultKind.Operation, message);

    /// <summary>A text of the template's as an error shows it.</summary>
    public static string Shortened(string text, int longest = 60) => text.Length <= longest ? text : text[..longest] + "…";

    /// <summary>The sentence for the user: file, line, what happened and the remedy.</summary>
    public InputException ForUser(string file) =>
        new($"{file}:{Math.Max(1, Line)}: {Subject}: {Shortened(Message.TrimEnd('.'), 2000)}; {Remedy}.", this);

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
                "set Date of the HuggingFace model to the date that it is to be told (Date = \"2024-07-26\"; date: 2024-07-26 "
                    + "in YAML; Conversation.Now in a program); the clock is not read, so that results can be repeated",
            FaultKind.Undefined => "give the conversation what the template reads, or guard it in the template with 'is defined'",
            FaultKind.Forbidden => "remove that access from the template",
            FaultKind.Limit => "shorten the conversation, simplify the template, or raise TemplateLimits if you trust it",
            FaultKind.Unsupported => "rewrite that place with the constructs that docs/chat-templates.md lists",
            _ => "change the conversation or the template there",
        };
}
