using System.Text.Json;
using System.Text.Json.Nodes;
using DcrDsl.Data.Files;

namespace DcrDsl.Data.Corpus;

/// <summary>
/// ToyWorld's tokenizer in a model's directory: its tokens, in the order of their ids. It is no <c>tokenizer.json</c>, since that cannot
/// say two things: that a word which the vocabulary lacks is refused (there it is an unknown token, or an error without the word), and that
/// <c>&lt;user&gt;</c> in a prompt is such a word (there it is the token of the chat format).
/// </summary>
static class ToyWorldTokenizerFile
{
    public const string Name = "toyworld_tokenizer.json";

    const string TokensKey = "tokens";

    /// <summary>Whether a directory has it.</summary>
    public static bool IsIn(string directory) => File.Exists(Path.Combine(directory, Name));

    /// <summary>Writes it.</summary>
    public static void Write(string directory) =>
        JsonFile.Write(
            Path.Combine(directory, Name),
            new JsonObject { [TokensKey] = new JsonArray([.. ToyWorldVocabulary.Tokens.Select(t => JsonValue.Create(t))]) }
        );

    /// <summary>Opens it.</summary>
    /// <exception cref="InputException">The file is damaged, or has other tokens than this program's ToyWorld.</exception>
    public static ToyWorldTokenizer Read(string directory)
    {
        string path = Path.Combine(directory, Name);
        var tokens = JsonFile.Read(
            path,
            "the file that was written with the model",
            json => json.TryGetProperty(TokensKey, out var list) ? list.EnumerateArray().Select(t => t.GetString()).ToArray() : []
        );
        return tokens.SequenceEqual(ToyWorldVocabulary.Tokens, StringComparer.Ordinal)
            ? new ToyWorldTokenizer()
            : throw new InputException(
                $"{path} has other tokens than this program's ToyWorld, whose prompts its model would misread; use the program that wrote "
                    + $"the model, or make the model again."
            );
    }
}
