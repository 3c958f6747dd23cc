using System.Text.Json;
using DcrDsl.Shared;

namespace DcrDsl.Tokenizers;

/// <summary>Reads a tokenizer.json into its sections, in bounded depth and size, each key once.</summary>
static class TokenizerFile
{
    const long LargestFile = 256L << 20;

    /// <summary>
    /// Reads the file; of a directory, its tokenizer.json. Errors: <see cref="TokenizerException"/> when it is missing, too large or not
    /// JSON.
    /// </summary>
    public static TokenizerSection Read(string path)
    {
        byte[] bytes;
        try
        {
            if (Directory.Exists(path))
                path = Path.Combine(path, "tokenizer.json");
            var info = new FileInfo(path);
            if (!info.Exists)
                throw new TokenizerException($"{path}: there is no such file; give the tokenizer.json of a checkpoint.");
            // A link tells its own length.
            long length = info.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target ? target.Length : info.Length;
            if (length > LargestFile)
                throw new TokenizerException(
                    $"{path}: json: {length >> 20} MB is more than the {LargestFile >> 20} MB that a tokenizer.json may have; give "
                        + $"the tokenizer.json of a checkpoint."
                );
            // A pipe has no length either, and opening one waits for somebody to write into it.
            bytes = length == 0 ? [] : File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new TokenizerException(
                $"{path}: the file cannot be read ({e.Message.TrimEnd('.')}); give the tokenizer.json of a checkpoint.",
                e
            );
        }
        return Parse(path, bytes);
    }

    static TokenizerSection Parse(string path, byte[] bytes)
    {
        string section = "";
        try
        {
            var json = bytes.AsSpan();
            if (json.StartsWith("\uFEFF"u8))
                json = json[3..];
            if (HalfCharacter.Line(json) is { } half)
                throw new TokenizerException(
                    $"{path}: json: line {half}: a text holds half of a surrogate pair; {TokenizerSection.FetchAgain}."
                );
            var reader = new Utf8JsonReader(json);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                throw new TokenizerException($"{path}: json: the document must be an object; {TokenizerSection.FetchAgain}.");
            var start = reader;
            var seen = new HashSet<string>(StringComparer.Ordinal);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                section = reader.GetString()!;
                if (!seen.Add(section))
                    throw new TokenizerException($"{path}: {section}: the section is there twice; {TokenizerSection.FetchAgain}.");
                reader.Skip();
            }
            if (reader.Read())
                throw new JsonException("there is text after the document");
            section = "";
            var root = new TokenizerSection(path, "", JsonDocument.ParseValue(ref start).RootElement);
            foreach (var member in root.Json.EnumerateObject())
                RefuseRepeatedKeys(root[member.Name]);
            return root;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            string where = e is JsonException { LineNumber: { } line, BytePositionInLine: { } at }
                ? $"line {line + 1}, byte {at + 1}"
                : "the file";
            string inside = section.Length > 0 ? $" (in section {section})" : "";
            string what = e.Message.Split(" LineNumber:")[0].Split(" Path:")[0].TrimEnd('.');
            throw new TokenizerException($"{path}: json: {where}{inside}: {what}; {TokenizerSection.FetchAgain}.", e);
        }
    }

    static void RefuseRepeatedKeys(TokenizerSection section)
    {
        if (section.Json.ValueKind == JsonValueKind.Object)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var member in section.Json.EnumerateObject())
            {
                if (!seen.Add(member.Name))
                    throw section.Refuse($"the key '{member.Name}' is there twice; {TokenizerSection.FetchAgain}");
                if (member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
                    RefuseRepeatedKeys(new(section.File, $"{section.Path}.{member.Name}", member.Value));
            }
        }
        else if (section.Json.ValueKind == JsonValueKind.Array)
        {
            int k = 0;
            foreach (var item in section.Json.EnumerateArray())
            {
                if (item.ValueKind is JsonValueKind.Object)
                    RefuseRepeatedKeys(new(section.File, $"{section.Path}[{k}]", item));
                k++;
            }
        }
    }
}
