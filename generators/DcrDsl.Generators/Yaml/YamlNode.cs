namespace DcrDsl.Generators.Yaml;

/// <summary>A node of a document with its span in the text. An alias is the very node that it stands for, so a document is a graph without
/// circles.</summary>
abstract class YamlNode(int start, int end)
{
    public int Start { get; } = start;

    public int End { get; } = end;
}

/// <summary>A text, number, name or nothing at all.</summary>
/// <param name="value">The text without quotes and escapes.</param>
/// <param name="isPlain">Whether it was written without quotes, so that <c>none</c> means nothing and not the word.</param>
sealed class YamlScalar(string value, bool isPlain, int start, int end) : YamlNode(start, end)
{
    public string Value { get; } = value;

    public bool IsPlain { get; } = isPlain;
}

/// <summary>A list.</summary>
sealed class YamlSequence(IReadOnlyList<YamlNode> items, int start, int end) : YamlNode(start, end)
{
    public IReadOnlyList<YamlNode> Items { get; } = items;
}

/// <summary>A mapping, its merged entries written out; keys are texts, each once.</summary>
sealed class YamlMapping(IReadOnlyList<(YamlScalar Key, YamlNode Value)> entries, int start, int end) : YamlNode(start, end)
{
    public IReadOnlyList<(YamlScalar Key, YamlNode Value)> Entries { get; } = entries;

    /// <summary>The value of a key, or null.</summary>
    public YamlNode? this[string key] => Entries.FirstOrDefault(e => e.Key.Value == key).Value;
}
