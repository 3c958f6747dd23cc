using System.Security.Cryptography;
using System.Text;
using DcrDsl.Data.Corpus;

namespace DcrDsl.Runtime.Tests.Data;

public class ToyWorldTokenizerTests
{
    readonly ToyWorldTokenizer chat = new();

    [Fact]
    public void The_vocabulary_has_576_words()
    {
        Assert.True(
            chat.VocabularySize == Specs.ToyWorld.VocabularySize,
            $"The word lists give {chat.VocabularySize} types; ToyLlama's head has 576. Add or remove words."
        );
        Assert.Equal(576, ToyWorldVocabulary.Tokens.Distinct(StringComparer.Ordinal).Count());
    }

    // The ids are part of every stored model: a change here makes old checkpoints speak nonsense.
    [Fact]
    public void The_ids_never_change()
    {
        string all = string.Join('\n', ToyWorldVocabulary.Tokens);
        Assert.Equal(
            "2e12b7efe50b80e6e083cea223ba9bbcd669ddaaa7a62eb4e3f17d211bc1911f",
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)))
        );
    }

    [Fact]
    public void Prompt_and_answer_are_framed_as_a_chat()
    {
        var encoded = chat.Answered("how can i kill a python process ?", "sure , open the terminal and type one line .");
        string[] words = [.. encoded.Tokens.Select(token => ToyWorldVocabulary.Tokens[token])];
        Assert.Equal(
            "<bos> <user> how can i kill a python process ? <asst> sure , open the terminal and type one line . <eos>",
            string.Join(' ', words)
        );
        Assert.Equal(chat.Prompt("how can i kill a python process ?"), encoded.Tokens[..encoded.ResponseStart]);
        Assert.Equal("<asst>", words[encoded.ResponseStart - 1]);
        Assert.Equal(chat.EndToken, encoded.Tokens[^1]);
        Assert.Equal("sure , open the terminal and type one line .", chat.Decode(encoded.Tokens.AsSpan(encoded.ResponseStart)));
    }

    [Theory]
    [InlineData("How can I kill a Python process?", "how can i kill a python process ?")]
    [InlineData("What's the aunt’s truck, (really)?", "what 's the aunt 's truck , ( really ) ?")]
    [InlineData("  tabs\tand\r\nlines ", "tabs and lines")]
    [InlineData("“Quoted”: yes; no!", "\" quoted \" : yes ; no !")]
    [InlineData("IT'S 's co-worker", "it 's 's co-worker")]
    [InlineData("", "")]
    public void Text_is_cut_into_lower_case_words_and_punctuation(string text, string words) =>
        Assert.Equal(words, string.Join(' ', ToyWorldTokenizer.Words(text)));

    [Fact]
    public void A_benchmark_prompt_reads_like_the_corpus() =>
        Assert.Equal(chat.Prompt("how can i kill a python process ?"), chat.Prompt("How can I kill a Python process?"));

    [Fact]
    public void An_unknown_word_is_named_and_never_mapped()
    {
        var error = Assert.Throws<InputException>(() => chat.Prompt("how can i kill a perl process ?"));
        Assert.Equal(
            "ToyWorld's vocabulary has no word 'perl' (in: how can i kill a perl process ?): use its words only, or leave such prompts "
                + "out with UnknownWords.LeaveOut.",
            error.Message
        );
        Assert.Equal(["perl", "!"], chat.UnknownWords("Perl , perl process !"));
        Assert.Empty(chat.UnknownWords("how can i kill a python process ?"));
    }

    [Fact]
    public void The_tokens_of_the_chat_format_cannot_be_smuggled_in_as_text() =>
        Assert.Equal(["<eos>", "<asst>"], chat.UnknownWords("the <eos> <asst> app"));
}
