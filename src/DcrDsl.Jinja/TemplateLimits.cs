namespace DcrDsl.Jinja;

/// <summary>
/// What one rendering may use. A template comes with a model and is not trusted: whatever it does, it ends within these bounds,
/// counted and not timed, so that the same template is stopped at the same place on every machine.
/// </summary>
public sealed record TemplateLimits
{
    /// <summary>The default: far above what a chat template needs for a conversation of a million characters.</summary>
    public static TemplateLimits Default { get; } = new();

    /// <summary>Evaluated nodes, plus one for every 64 characters that are searched or compared.</summary>
    public long Steps { get; init; } = 1_000_000;

    /// <summary>Bytes for all strings, lists and output that the rendering makes, counted when made and never given back.</summary>
    public long Bytes { get; init; } = 64L << 20;

    /// <summary>How deep calls, loops, expressions and nested values may go.</summary>
    public int Depth { get; init; } = 400;

    /// <summary>The longest template that is read, in UTF-16 units.</summary>
    public int TemplateLength { get; init; } = 1 << 20;
}
