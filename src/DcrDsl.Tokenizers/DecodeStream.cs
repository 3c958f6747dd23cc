using System.Runtime.InteropServices;
using System.Text;

namespace DcrDsl.Tokenizers;

/// <summary>
/// Decodes tokens as they come, so that the chunks joined are the decoded text. Nothing is returned while the text ends in an
/// incomplete character. For one generation on one thread; made by <see cref="HuggingFaceTokenizer.DecodeStream"/>.
/// </summary>
public sealed class DecodeStream
{
    readonly HuggingFaceTokenizer tokenizer;
    readonly bool skipSpecialTokens;
    readonly List<int> ids = [];
    string prefix = "";
    int prefixTokens;

    internal DecodeStream(HuggingFaceTokenizer tokenizer, bool skipSpecialTokens) =>
        (this.tokenizer, this.skipSpecialTokens) = (tokenizer, skipSpecialTokens);

    /// <summary>
    /// Takes one token. Returns the text that became certain with it, or null. Where later bytes spoil text that was returned
    /// already (a run of byte tokens that is no longer UTF-8), nothing is taken back: what follows the common part is returned.
    /// </summary>
    public string? Step(int id)
    {
        if (prefix.Length == 0 && ids.Count > 0)
        {
            string before = Decode();
            if (!before.EndsWith('\uFFFD'))
                (prefix, prefixTokens) = (before, ids.Count);
        }
        ids.Add(id);
        string text = Decode();
        if (text.EndsWith('\uFFFD') || Bytes(text) <= Bytes(prefix))
            return null;
        string added = text[text.AsSpan().CommonPrefixLength(prefix)..];
        int kept = ids.Count - prefixTokens;
        ids.RemoveRange(0, prefixTokens);
        (prefix, prefixTokens) = (Decode(), kept);
        return added;
    }

    string Decode() => tokenizer.Decode(CollectionsMarshal.AsSpan(ids), skipSpecialTokens);

    static int Bytes(string text) => Encoding.UTF8.GetByteCount(text);
}
