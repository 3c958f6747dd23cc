using System.Collections.Frozen;
using System.Text;

namespace DcrDsl.Data.Corpus;

/// <summary>
/// One token a word, over ToyWorld's closed vocabulary of 576: <c>&lt;bos&gt; &lt;user&gt; PROMPT &lt;asst&gt; ANSWER &lt;eos&gt;</c>. The
/// ids do not depend on a seed. A word that the vocabulary lacks is an error and never another word. Text is cut into words by <see
/// cref="Words"/>.
/// </summary>
sealed class ToyWorldTokenizer : IChatTokenizer
{
    static readonly FrozenDictionary<string, int> Ids = ToyWorldVocabulary
        .Tokens.Select((word, id) => (word, id))
        .Skip(ToyWorldVocabulary.Specials)
        .ToFrozenDictionary(pair => pair.word, pair => pair.id, StringComparer.Ordinal);

    /// <inheritdoc/>
    public int VocabularySize => ToyWorldVocabulary.Tokens.Length;

    /// <inheritdoc/>
    public int PadToken => ToyWorldVocabulary.Pad;

    /// <inheritdoc/>
    public int EndToken => ToyWorldVocabulary.End;

    /// <inheritdoc/>
    public IReadOnlyList<int> StopTokens { get; } = [ToyWorldVocabulary.End];

    /// <inheritdoc/>
    public int[] Prompt(string prompt) =>
        [ToyWorldVocabulary.Bos, ToyWorldVocabulary.User, .. Encode(prompt), ToyWorldVocabulary.Assistant];

    /// <summary>One turn behind the other, with one beginning: no such text is in its training.</summary>
    public int[] Conversation(IReadOnlyList<string> turns) =>
        [
            ToyWorldVocabulary.Bos,
            .. turns
                .Chunk(2)
                .SelectMany(t => t is [var prompt, var answer] ? Answered(prompt, answer).Tokens : Prompt(t[0]))
                .Where(token => token != ToyWorldVocabulary.Bos),
        ];

    /// <inheritdoc/>
    public EncodedText Answered(string prompt, string response)
    {
        int[] asked = Prompt(prompt);
        return new([.. asked, .. Encode(response), ToyWorldVocabulary.End], asked.Length);
    }

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> tokens)
    {
        var text = new StringBuilder();
        foreach (int token in tokens)
        {
            if (token < ToyWorldVocabulary.Specials)
                continue;
            if (text.Length > 0)
                text.Append(' ');
            text.Append(ToyWorldVocabulary.Tokens[token]);
        }
        return text.ToString();
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> UnknownWords(string text) =>
        [.. Words(text).Where(word => !Ids.ContainsKey(word)).Distinct(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public void Write(string directory) => ToyWorldTokenizerFile.Write(directory);

    /// <summary>
    /// The words of a text as ToyWorld writes them: lower case; blanks divide; each of <c>. , ? ! : ; " ( )</c> is a word of its own; curly
    /// quotation marks become straight, and a genitive or contracted <c>'s</c> is cut off ("How can I kill a Python process?" has eight
    /// words, the last is "?"). Nothing is left out. A text of the corpus comes out as it went in.
    /// </summary>
    public static IReadOnlyList<string> Words(string text)
    {
        var spaced = new StringBuilder(text.Length + 8);
        foreach (char c in text.ToLowerInvariant())
        {
            char plain = c switch
            {
                '’' or '‘' => '\'',
                '“' or '”' => '"',
                _ => c,
            };
            if (".,?!:;\"()".Contains(plain, StringComparison.Ordinal))
                spaced.Append(' ').Append(plain).Append(' ');
            else
                spaced.Append(plain);
        }
        var words = new List<string>();
        foreach (string word in spaced.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.Length > 2 && word.EndsWith("'s", StringComparison.Ordinal))
                words.AddRange([word[..^2], "'s"]);
            else
                words.Add(word);
        }
        return words;
    }

    /// <inheritdoc/>
    public int[] Encode(string text)
    {
        var words = Words(text);
        int[] tokens = new int[words.Count];
        for (int i = 0; i < tokens.Length; i++)
            if (!Ids.TryGetValue(words[i], out tokens[i]))
                throw new InputException(
                    $"ToyWorld's vocabulary has no word '{words[i]}' (in: {text}): use its words only, or leave such prompts out with "
                        + $"UnknownWords.LeaveOut."
                );
        return tokens;
    }
}
