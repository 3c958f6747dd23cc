using System.Text.Json;

namespace DcrDsl.Tokenizers;

/// <summary>
/// One value of a tokenizer.json and where it stands (<c>pre_tokenizer.pretokenizers[1].type</c>). Reading a value of another
/// kind than asked for is an <see cref="TokenizerException"/> that names the file and the place.
/// </summary>
readonly record struct TokenizerSection(string File, string Path, JsonElement Json)
{
    /// <summary>What to do when a file is damaged, as opposed to unsupported.</summary>
    public const string FetchAgain = "take the tokenizer.json from the checkpoint again";

    /// <summary>More steps of one kind than any published tokenizer has; their number multiplies what a text costs.</summary>
    const int MostSteps = 256;

    /// <summary>The place alone, for messages after the file has been read: what holds it does not keep the whole document.</summary>
    public TokenizerSection Place => this with { Json = default };

    public bool IsNull => Json.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    /// <summary>The member, or a null section of that name.</summary>
    public TokenizerSection this[string name]
    {
        get
        {
            if (Json.ValueKind != JsonValueKind.Object)
                throw Refuse($"must be an object, not {Kind}; {FetchAgain}");
            return new(File, Path.Length == 0 ? name : Path + "." + name, Json.TryGetProperty(name, out var value) ? value : default);
        }
    }

    public IEnumerable<TokenizerSection> Items()
    {
        if (Json.ValueKind != JsonValueKind.Array)
            throw Refuse($"must be a list, not {Kind}; {FetchAgain}");
        int k = 0;
        foreach (var item in Json.EnumerateArray())
            yield return new(File, $"{Path}[{k++}]", item);
    }

    /// <summary>The steps of a component, those of sequences in it one after the other.</summary>
    public T[] Steps<T>(Func<TokenizerSection, IEnumerable<T>> read)
    {
        T[] steps = [.. read(this).Take(MostSteps + 1)];
        return steps.Length <= MostSteps
            ? steps
            : throw Refuse($"has more than {MostSteps} steps; use a checkpoint with another tokenizer, see docs/tokenizers.md");
    }

    /// <summary>The component's <c>type</c>.</summary>
    public string Type => this["type"].Text();

    public string Text()
    {
        if (Json.ValueKind != JsonValueKind.String)
            throw Refuse($"must be a text, not {Kind}; {FetchAgain}");
        try
        {
            return Json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw BrokenText();
        }
    }

    public bool Flag(bool? whenAbsent = null) =>
        Json.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Undefined when whenAbsent is { } value => value,
            _ => throw Refuse($"must be true or false, not {Kind}; {FetchAgain}"),
        };

    public int Whole(int? whenAbsent = null)
    {
        if (whenAbsent is { } absent && IsNull)
            return absent;
        if (Json.ValueKind != JsonValueKind.Number || !Json.TryGetInt32(out int value) || value < 0)
            throw Refuse($"must be a whole number from 0 to {int.MaxValue}, not {Raw}; {FetchAgain}");
        return value;
    }

    /// <summary>A text of exactly one code point.</summary>
    public string OneCharacter()
    {
        string text = Text();
        if (text.EnumerateRunes().Count() != 1)
            throw Refuse($"must be one character, not '{text}'; {FetchAgain}");
        return text;
    }

    public TokenizerException Refuse(string why) => new($"{File}: {Path}: {why}.");

    /// <summary>A component that this library does not have; never replaced by something similar.</summary>
    public TokenizerException Unsupported(string what, string supported) =>
        Refuse(
            $"'{what}' is not supported (supported: {supported}); use a checkpoint whose tokenizer has only these parts, see "
                + $"docs/tokenizers.md"
        );

    public TokenizerException BrokenText() => new($"{File}: json: {Path}: a text holds half of a surrogate pair; {FetchAgain}.");

    public string Kind =>
        Json.ValueKind switch
        {
            JsonValueKind.Undefined => "absent",
            JsonValueKind.Null => "null",
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "a list",
            JsonValueKind.String => "a text",
            JsonValueKind.Number => "a number",
            _ => "true or false",
        };

    string Raw => Json.ValueKind is JsonValueKind.Number or JsonValueKind.String && Json.GetRawText() is { Length: <= 40 } raw ? raw : Kind;
}
