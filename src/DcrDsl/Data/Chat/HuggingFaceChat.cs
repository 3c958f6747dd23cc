using System.Globalization;
using DcrDsl.FileSystem;
using DcrDsl.Jinja;
using DcrDsl.Jinja.Chat;
using DcrDsl.Tokenizers;
using DcrDsl.Wording;

namespace DcrDsl.Data.Chat;

/// <summary>
/// The tokenizer and chat template of a Hugging Face directory, together. A prompt is one user message; the template decides what stands
/// around it, system message included. Texts are tokenized whole, as the model saw them in its own training, unless a token would reach
/// over the end of the prompt.
/// </summary>
sealed class HuggingFaceChat : IChatTokenizer
{
    readonly HuggingFaceTokenizer tokenizer;
    readonly ChatTemplate template;
    readonly AnswerSeam seam;
    readonly string endOfTurn,
        directory;
    readonly int? longest;
    readonly int[] beginning;

    HuggingFaceChat(
        string directory,
        HuggingFaceTokenizer tokenizer,
        ChatTemplate template,
        DateTime? date,
        string endOfTurn,
        int end,
        GenerationSettings settings
    )
    {
        seam = new(template, date);
        (this.directory, this.tokenizer, this.template, this.endOfTurn, EndToken, longest) = (
            directory,
            tokenizer,
            template,
            endOfTurn,
            end,
            settings.LongestText
        );
        StopTokens = [.. settings.EndTokens.Prepend(end).Distinct()];
        PadToken = settings.PadToken ?? end;
        beginning = Beginning(tokenizer);
    }

    /// <summary>The tokens, such as a beginning-of-text token, that the tokenizer itself puts before every text.</summary>
    static int[] Beginning(HuggingFaceTokenizer tokenizer)
    {
        const string Any = "a";
        int[] bare = tokenizer.EncodeIds(Any, addSpecialTokens: false),
            whole = tokenizer.EncodeIds(Any, addSpecialTokens: true);
        return whole[..Math.Max(0, whole.AsSpan().IndexOf(bare))];
    }

    /// <summary>
    /// Reads tokenizer.json, the chat template and, for the tokens that end an answer, generation_config.json or config.json.
    /// </summary>
    /// <param name="directory">The model's directory.</param>
    /// <param name="templateName">Which of several named templates; null: the default one.</param>
    /// <param name="endOfTurn">The text that ends an assistant's turn; null: the tokenizer's eos_token.</param>
    /// <param name="date">The date that the template is told, as in 2024-07-26; null: none.</param>
    /// <exception cref="InputException">
    /// A file is missing or damaged, something of it is not supported, the end of a turn is not one token, or the template cannot ask a
    /// simple question or wants a date that is not given.
    /// </exception>
    public static HuggingFaceChat Open(string directory, string? templateName = null, string? endOfTurn = null, string? date = null)
    {
        DateTime? now = date is null ? null : Day(date);
        var template = ChatTemplateDirectory.Read(directory, templateName);
        string tokenizerFile = Path.Combine(directory, "tokenizer.json");
        RegularFile.Require(tokenizerFile);
        var tokenizer = SentenceForUser.Of(() => HuggingFaceTokenizer.Open(tokenizerFile));
        string end =
            endOfTurn
            ?? template.SpecialTokens.GetValueOrDefault("eos_token")
            ?? throw new InputException(
                $"{directory}: the tokenizer has no eos_token, so the end of an answer is unknown; give EndOfTurn, the text that ends "
                    + $"an assistant's turn."
            );
        int token =
            tokenizer.IdOf(end)
            ?? throw new InputException(
                $"{directory}: '{end}', which ends an assistant's turn, is not one token of tokenizer.json; set EndOfTurn to the "
                    + $"token that does."
            );
        return SentenceForUser.Of(() =>
        {
            new AnswerSeam(template, now).Check();
            return new HuggingFaceChat(directory, tokenizer, template, now, end, token, GenerationSettings.Read(directory));
        });
    }

    static DateTime Day(string date) =>
        DateTime.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : throw new InputException($"The Date '{Shortened(date)}' of the model is none: write year, month and day as in 2024-07-26.");

    /// <inheritdoc/>
    public int VocabularySize => tokenizer.VocabularySize;

    /// <inheritdoc/>
    public int PadToken { get; }

    /// <inheritdoc/>
    public int EndToken { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int> StopTokens { get; }

    /// <inheritdoc/>
    public int? LongestText => longest;

    /// <inheritdoc/>
    public int[] Prompt(string prompt) => SentenceForUser.Of(() => Checked(prompt, Tokens(seam.Asked(prompt))));

    /// <inheritdoc/>
    public int[] Conversation(IReadOnlyList<string> turns) => SentenceForUser.Of(() => Checked(turns[0], Tokens(seam.Asked(turns))));

    /// <inheritdoc/>
    public EncodedText Answered(string prompt, string response) => SentenceForUser.Of(() => Encoded(prompt, response));

    EncodedText Encoded(string prompt, string response)
    {
        string asked = seam.Asked(prompt);
        int[] given = Tokens(asked),
            answer = Behind(asked, given, seam.Answer(prompt, asked, response, endOfTurn), response);
        if (answer[^1] != EndToken)
        {
            throw new InputException(
                $"{directory}: '{endOfTurn}' at the end of an answer is not read as the one token that it is in "
                    + "tokenizer.json; set EndOfTurn to a special token."
            );
        }
        return new EncodedText(Checked(prompt, [.. given, .. answer]), given.Length);
    }

    /// <inheritdoc/>
    public IReadOnlyList<int[]> Openings(string prompt, IReadOnlyList<string> openers) =>
        SentenceForUser.Of<IReadOnlyList<int[]>>(() =>
        {
            string asked = seam.Asked(prompt),
                space = seam.SpaceBeforeAnswer(prompt, asked);
            int[] given = Tokens(asked);
            return [.. openers.Select(opener => Behind(asked, given, space + opener, opener))];
        });

    int[] Tokens(string text) => tokenizer.EncodeIds(text, addSpecialTokens: false);

    int[] Behind(string asked, int[] given, string text, string answer) =>
        TokenSeam.Continue(tokenizer, asked, given, text, endOfTurn) is { Length: > 0 } tokens
            ? tokens
            : throw new InputException(
                $"{template.File}:1: no tokens of the answer '{Shortened(answer)}' follow those of the prompt, "
                    + $"which ends in '{asked[Math.Max(0, asked.Length - 20)..]}'; "
                    + "end the generation prompt where a token ends, without a blank."
            );

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> tokens)
    {
        try
        {
            return tokenizer.Decode(tokens, skipSpecialTokens: true);
        }
        catch (TokenizerException problem)
        {
            throw SentenceForUser.Of(problem);
        }
    }

    /// <inheritdoc/>
    public int[] Encode(string text) => [.. beginning, .. SentenceForUser.Of(() => Tokens(text))];

    /// <summary>None: a byte-level or byte-fallback vocabulary can write any text.</summary>
    public IReadOnlyList<string> UnknownWords(string text) => [];

    int[] Checked(string prompt, int[] tokens) =>
        longest is not { } limit || tokens.Length <= limit
            ? tokens
            : throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{directory}: the prompt '{Shortened(prompt)}' has {English.Count(tokens.Length, "token")} "
                        + $"and the model takes {limit:N0} "
                        + $"(max_position_embeddings); shorten it or leave it out."
                )
            );

    static string Shortened(string text) => text.Length <= 60 ? text : text[..57] + "…";
}
