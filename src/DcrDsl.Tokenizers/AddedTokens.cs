namespace DcrDsl.Tokenizers;

/// <summary>One entry of <c>added_tokens</c>, with all its flags.</summary>
sealed record AddedToken(int Id, string Content, bool SingleWord, bool LeftStrip, bool RightStrip, bool Normalized, bool Special);

/// <summary>
/// The tokens that are found in the text before the model sees it: those that are not normalized in the text as it came, the
/// others, normalized themselves, in the normalized text.
/// </summary>
sealed class AddedTokens
{
    readonly Dictionary<int, string> texts = [];
    readonly HashSet<string> specials = new(StringComparer.Ordinal);
    readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);
    readonly TokenFinder verbatim,
        normalized;

    public AddedTokens(TokenizerSection section, Vocabulary vocabulary, Normalizer[] normalizers)
    {
        var tokens = section.IsNull ? [] : Read(section, vocabulary);
        // Of two tokens that look the same, a special one is found first, then the one listed first.
        var ordered = tokens.OrderBy(token => !token.Special).ToList();
        verbatim = new(ordered.Where(t => !t.Normalized).Select(t => (t.Content, t)), section.Place);
        var bounds = new TextBounds("the text of all added tokens", ordered.Sum(t => (long)t.Content.Length));
        var changed = ordered.Where(t => t.Normalized).Select(t => (Text: Normalize(t), Token: t)).ToList();
        normalized = new(changed, section.Place);
        foreach (var (text, token) in changed)
            texts[token.Id] = text;

        string Normalize(AddedToken token)
        {
            var piece = new Piece(new AlignedText(token.Content), 0, token.Content.Length);
            foreach (var normalizer in normalizers)
                if (piece.Length > 0)
                    piece = normalizer.Apply(piece, bounds);
            return piece.Length > 0
                ? piece.Characters.ToString()
                : throw section.Refuse(
                    $"nothing is left of token '{Vocabulary.Shown(token.Content)}' after the normalizer; {TokenizerSection.FetchAgain}"
                );
        }
    }

    List<AddedToken> Read(TokenizerSection section, Vocabulary vocabulary)
    {
        var tokens = new List<AddedToken>();
        int next = vocabulary.Count;
        foreach (var entry in section.Items())
        {
            string content = entry["content"].Text();
            var token = new AddedToken(
                entry["id"].Whole(),
                content,
                entry["single_word"].Flag(false),
                entry["lstrip"].Flag(false),
                entry["rstrip"].Flag(false),
                entry["normalized"].Flag(true),
                entry["special"].Flag(false)
            );
            // The reference library passes over a token without text.
            if (content.Length == 0)
                continue;
            if (ids.ContainsKey(content))
                throw entry.Refuse($"token '{Vocabulary.Shown(content)}' is listed twice; {TokenizerSection.FetchAgain}");
            string? owner = texts.GetValueOrDefault(token.Id) ?? vocabulary.Token(token.Id);
            if (owner is not null && owner != content)
                throw entry["id"]
                    .Refuse(
                        $"id {token.Id} of '{Vocabulary.Shown(content)}' belongs to '{Vocabulary.Shown(owner)}'; "
                            + $"{TokenizerSection.FetchAgain}"
                    );
            if (vocabulary.TryGetId(content, out int known))
            {
                if (known != token.Id)
                    throw entry["id"]
                        .Refuse(
                            $"'{Vocabulary.Shown(content)}' has id {token.Id} here and {known} in the vocabulary; "
                                + $"{TokenizerSection.FetchAgain}"
                        );
            }
            else
            {
                // The reference library numbers these itself, on from the vocabulary's size; a file that says otherwise has no one meaning.
                if (token.Id != next)
                    throw entry["id"]
                        .Refuse(
                            $"'{Vocabulary.Shown(content)}' has id {token.Id} where {next} is due after the vocabulary; "
                                + $"{TokenizerSection.FetchAgain}"
                        );
            }
            if (token.Id >= next)
                next = token.Id + 1;
            ids[content] = token.Id;
            texts[token.Id] = content;
            if (token.Special)
                specials.Add(content);
            if (vocabulary.Token(token.Id) is null)
                CountOutsideVocabulary++;
            tokens.Add(token);
        }
        return tokens;
    }

    /// <summary>How many of them the model's vocabulary does not have.</summary>
    public int CountOutsideVocabulary { get; private set; }

    public bool TryGetId(string content, out int id) => ids.TryGetValue(content, out id);

    /// <summary>The token's text, in its normalized form where it is searched in that, as the reference library decodes it.</summary>
    public string? Token(int id) => texts.GetValueOrDefault(id);

    /// <summary>
    /// Whether decoding may leave a token of this text out. It goes by the text, as in the reference library: a special token
    /// that the normalizer changes is not recognised, and stays.
    /// </summary>
    public bool IsSpecial(string token) => specials.Contains(token);

    /// <summary>Cuts a piece at the tokens that are not normalized.</summary>
    public void CutVerbatim(Piece piece, bool splitSpecial, List<Piece> parts, TextBounds bounds) =>
        verbatim.Cut(piece, splitSpecial, parts, bounds);

    /// <summary>Cuts a normalized piece at the tokens that are.</summary>
    public void CutNormalized(Piece piece, bool splitSpecial, List<Piece> parts, TextBounds bounds) =>
        normalized.Cut(piece, splitSpecial, parts, bounds);
}
