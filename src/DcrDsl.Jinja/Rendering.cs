namespace DcrDsl.Jinja;

/// <summary>A part of a text: UTF-16 units from <paramref name="Start"/> up to, not including, <paramref name="End"/>.</summary>
public readonly record struct TextSpan(int Start, int End);

/// <summary>What a chat template made of a conversation.</summary>
public sealed class Rendering
{
    internal Rendering(string text, IReadOnlyList<TextSpan> assistantSpans, bool hasHiddenGeneration) =>
        (Text, AssistantSpans, HasHiddenGeneration) = (text, assistantSpans, hasHiddenGeneration);

    /// <summary>The text, with its control tokens written out.</summary>
    public string Text { get; }

    /// <summary>The parts that <c>{% generation %}</c> blocks wrote, in order; empty where the template has none.</summary>
    public IReadOnlyList<TextSpan> AssistantSpans { get; }

    /// <summary>A generation block ran inside a macro or a set block: what it wrote has no known place in the text.</summary>
    internal bool HasHiddenGeneration { get; }
}
