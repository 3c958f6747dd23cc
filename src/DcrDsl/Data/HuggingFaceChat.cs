using System.Globalization;

namespace DcrDsl.Data;

/// <summary>
/// The tokenizer and chat template of a Hugging Face directory, together. A prompt is one user message; the template decides what stands around it,
/// system message included. Texts are tokenized whole, as the model saw them in its own training.
/// </summary>
public sealed class HuggingFaceChat : IChatTokenizer
{
    readonly HuggingFaceTokenizer tokenizer;
    readonly ChatTemplate template;
    readonly string endOfTurn, directory;
    readonly int? longest;
    readonly int[] beginning;

    HuggingFaceChat(string directory, HuggingFaceTokenizer tokenizer, ChatTemplate template, string endOfTurn, int end, GenerationSettings settings)
    {
        (this.directory, this.tokenizer, this.template, this.endOfTurn, EndToken, longest) = (directory, tokenizer, template, endOfTurn, end, settings.LongestText);
        StopTokens = [.. settings.EndTokens.Prepend(end).Distinct()];
        PadToken = settings.PadToken ?? end;
        beginning = Beginning(tokenizer);
    }

    /// <summary>The tokens, such as a beginning-of-text token, that the tokenizer itself puts before every text.</summary>
    static int[] Beginning(HuggingFaceTokenizer tokenizer)
    {
        const string Any = "a";
        int[] bare = tokenizer.EncodeIds(Any, addSpecialTokens: false), whole = tokenizer.EncodeIds(Any, addSpecialTokens: true);
        return whole[..Math.Max(0, whole.AsSpan().IndexOf(bare))];
    }

    /// <summary>Reads tokenizer.json, the chat template and, for the tokens that end an answer, generation_config.json or config.json.</summary>
    /// <param name="directory">The model's directory.</param>
    /// <param name="templateName">Which of several named templates; null: the default one.</param>
    /// <param name="endOfTurn">The text that ends an assistant's turn; null: the tokenizer's eos_token.</param>
    /// <exception cref="InputException">A file is missing or damaged, something of it is not supported, or the end of a turn is not one token.</exception>
    public static HuggingFaceChat Open(string directory, string? templateName = null, string? endOfTurn = null)
    {
        var template = Data.ChatTemplate.FromDirectory(directory, templateName);
        var tokenizer = HuggingFaceTokenizer.Open(Path.Combine(directory, "tokenizer.json"));
        string end = endOfTurn ?? template.SpecialTokens.GetValueOrDefault("eos_token")
            ?? throw new InputException($"{directory}: the tokenizer has no eos_token, so the end of an answer is unknown; give EndOfTurn, the text that ends an assistant's turn.");
        int token = tokenizer.IdOf(end)
            ?? throw new InputException($"{directory}: '{end}', which ends an assistant's turn, is not one token of tokenizer.json; set EndOfTurn to the token that does.");
        return new HuggingFaceChat(directory, tokenizer, template, end, token, GenerationSettings.Read(directory));
    }

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
    public int[] Prompt(string prompt) =>
        Checked(prompt, tokenizer.EncodeIds(template.Render(Conversation.Of(("user", prompt)) with { AddGenerationPrompt = true }).Text, addSpecialTokens: false));

    /// <inheritdoc/>
    public EncodedText Answered(string prompt, string response)
    {
        var rendering = template.RenderForTraining(Conversation.Of(("user", prompt), ("assistant", response)), endOfTurn);
        var encoding = tokenizer.Encode(rendering.Text, addSpecialTokens: false);
        bool[] labels = TokenLabels.Within(encoding.OffsetsUtf16, rendering.AssistantSpans);
        int start = Array.IndexOf(labels, true), end = Array.LastIndexOf(labels, true) + 1;
        if (start < 1) throw new InputException($"{template.File}: the template leaves no token of the answer '{Shortened(response)}' to learn; give another answer or template.");
        return new EncodedText(Checked(prompt, [.. encoding.Ids.Take(end)]), start);
    }

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> tokens) => tokenizer.Decode(tokens, skipSpecialTokens: true);

    /// <inheritdoc/>
    public int[] Encode(string text) => [.. beginning, .. tokenizer.EncodeIds(text, addSpecialTokens: false)];

    /// <summary>None: a byte-level or byte-fallback vocabulary can write any text.</summary>
    public IReadOnlyList<string> UnknownWords(string text) => [];

    int[] Checked(string prompt, int[] tokens) => longest is not { } limit || tokens.Length <= limit ? tokens : throw new InputException(string.Create(CultureInfo.InvariantCulture,
        $"{directory}: the prompt '{Shortened(prompt)}' has {tokens.Length:N0} tokens and the model takes {limit:N0} (max_position_embeddings); shorten it or leave it out."));

    static string Shortened(string text) => text.Length <= 60 ? text : text[..57] + "…";
}
