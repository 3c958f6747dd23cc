using System.Text;
using System.Text.Json;

namespace DcrDsl.Runtime.Tests.Jinja;

/// <summary>
/// Where each token of the golden tokenizer (byte-level BPE with control tokens) stands in the text: the ids are given, so no tokenizer is
/// needed.
/// </summary>
sealed class GoldenTokens
{
    readonly Dictionary<int, byte[]> bytes = [];

    public GoldenTokens()
    {
        using JsonDocument json = Golden.Json(Golden.Folder(GoldenTemplates.FolderName), "tokenizer.json");
        Dictionary<char, byte> alphabet = Alphabet();
        foreach (JsonProperty entry in json.RootElement.GetProperty("model").GetProperty("vocab").EnumerateObject())
            bytes[entry.Value.GetInt32()] = [.. entry.Name.Where(alphabet.ContainsKey).Select(c => alphabet[c])];
        foreach (JsonElement token in json.RootElement.GetProperty("added_tokens").EnumerateArray())
            bytes[token.GetProperty("id").GetInt32()] = Encoding.UTF8.GetBytes(token.GetProperty("content").GetString()!);
    }

    /// <summary>The UTF-16 range of each token; a token that holds a part of a character has the whole.</summary>
    public (int Start, int End)[] Offsets(string text, JsonElement ids)
    {
        var starts = new List<int>();
        var ends = new List<int>();
        for (int i = 0; i < text.Length; )
        {
            Rune rune = Rune.GetRuneAt(text, i);
            for (int b = 0; b < rune.Utf8SequenceLength; b++)
            {
                starts.Add(i);
                ends.Add(i + rune.Utf16SequenceLength);
            }
            i += rune.Utf16SequenceLength;
        }
        int at = 0;
        var offsets = new List<(int, int)>();
        foreach (JsonElement id in ids.EnumerateArray())
        {
            int length = bytes[id.GetInt32()].Length;
            offsets.Add((starts[at], ends[at + length - 1]));
            at += length;
        }
        Assert.Equal(starts.Count, at);
        return [.. offsets];
    }

    /// <summary>GPT-2's alphabet: printable bytes stand for themselves, the others for U+0100 and up.</summary>
    static Dictionary<char, byte> Alphabet()
    {
        var alphabet = new Dictionary<char, byte>();
        for (int b = 0, next = 0; b < 256; b++)
            alphabet[b is >= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE ? (char)b : (char)(256 + next++)] = (byte)b;
        return alphabet;
    }
}
