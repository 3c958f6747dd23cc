using System.Buffers;

namespace DcrDsl.Data;

/// <summary>One entry of <c>added_tokens</c>, with all its flags.</summary>
internal sealed record AddedToken(int Id, string Content, bool SingleWord, bool LeftStrip, bool RightStrip, bool Normalized, bool Special);

/// <summary>
/// The tokens that are found in the text before the model sees it: those that are not normalized in the text as it came, the
/// others, normalized themselves, in the normalized text.
/// </summary>
internal sealed class AddedTokens
{
    readonly Dictionary<int, string> texts = [];
    readonly HashSet<string> specials = new(StringComparer.Ordinal);
    readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);
    readonly Finder verbatim, normalized;

    public AddedTokens(TokenizerSection section, Vocabulary vocabulary, Normalizer[] normalizers)
    {
        var tokens = section.IsNull ? [] : Read(section, vocabulary);
        // Of two tokens that look the same, a special one is found first, then the one listed first.
        var ordered = tokens.OrderBy(token => !token.Special).ToList();
        verbatim = new(ordered.Where(t => !t.Normalized).Select(t => (t.Content, t)));
        var changed = ordered.Where(t => t.Normalized).Select(t => (Text: Normalize(t), Token: t)).ToList();
        normalized = new(changed);
        foreach (var (text, token) in changed) texts[token.Id] = text;

        string Normalize(AddedToken token)
        {
            var piece = new Piece(new AlignedText(token.Content), 0, token.Content.Length);
            foreach (var normalizer in normalizers)
                if (piece.Length > 0) piece = normalizer.Apply(piece);
            return piece.Length > 0 ? piece.Characters.ToString()
                : throw section.Refuse($"nothing is left of token '{Vocabulary.Shown(token.Content)}' after the normalizer; {TokenizerSection.FetchAgain}");
        }
    }

    List<AddedToken> Read(TokenizerSection section, Vocabulary vocabulary)
    {
        var tokens = new List<AddedToken>();
        int next = vocabulary.Count;
        foreach (var entry in section.Items())
        {
            string content = entry["content"].Text();
            var token = new AddedToken(entry["id"].Whole(), content, entry["single_word"].Flag(false), entry["lstrip"].Flag(false),
                entry["rstrip"].Flag(false), entry["normalized"].Flag(true), entry["special"].Flag(false));
            // The reference library passes over a token without text.
            if (content.Length == 0) continue;
            if (ids.ContainsKey(content)) throw entry.Refuse($"token '{Vocabulary.Shown(content)}' is listed twice; {TokenizerSection.FetchAgain}");
            string? owner = texts.GetValueOrDefault(token.Id) ?? vocabulary.Token(token.Id);
            if (owner is not null && owner != content)
                throw entry["id"].Refuse($"id {token.Id} of '{Vocabulary.Shown(content)}' belongs to '{Vocabulary.Shown(owner)}'; {TokenizerSection.FetchAgain}");
            if (vocabulary.TryGetId(content, out int known))
            {
                if (known != token.Id) throw entry["id"].Refuse($"'{Vocabulary.Shown(content)}' has id {token.Id} here and {known} in the vocabulary; {TokenizerSection.FetchAgain}");
            }
            else
            {
                // The reference library numbers these itself, on from the vocabulary's size; a file that says otherwise has no one meaning.
                if (token.Id != next) throw entry["id"].Refuse($"'{Vocabulary.Shown(content)}' has id {token.Id} where {next} is due after the vocabulary; {TokenizerSection.FetchAgain}");
            }
            if (token.Id >= next) next = token.Id + 1;
            ids[content] = token.Id;
            texts[token.Id] = content;
            if (token.Special) specials.Add(content);
            if (vocabulary.Token(token.Id) is null) CountOutsideVocabulary++;
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
    public void CutVerbatim(Piece piece, bool splitSpecial, List<Piece> parts) => verbatim.Cut(piece, splitSpecial, parts);

    /// <summary>Cuts a normalized piece at the tokens that are.</summary>
    public void CutNormalized(Piece piece, bool splitSpecial, List<Piece> parts) => normalized.Cut(piece, splitSpecial, parts);

    /// <summary>Finds the leftmost token, of those the longest, and goes on behind it.</summary>
    sealed class Finder
    {
        readonly SearchValues<string>? search;
        readonly Dictionary<char, (string Text, AddedToken Token)[]> byFirst;

        public Finder(IEnumerable<(string Text, AddedToken Token)> tokens)
        {
            var distinct = tokens.DistinctBy(t => t.Text).ToArray();
            if (distinct.Length > 0) search = SearchValues.Create([.. distinct.Select(t => t.Text)], StringComparison.Ordinal);
            byFirst = distinct.GroupBy(t => t.Text[0]).ToDictionary(g => g.Key, g => g.OrderByDescending(t => t.Text.Length).ToArray());
        }

        public void Cut(Piece piece, bool splitSpecial, List<Piece> parts)
        {
            var text = piece.Characters;
            int done = 0, from = 0;
            while (search is not null && from < text.Length)
            {
                int at = text[from..].IndexOfAny(search);
                if (at < 0) break;
                int start = from + at;
                var (found, token) = Longest(text[start..]);
                int end = start + found.Length;
                from = end;
                if (splitSpecial && token.Special) continue;
                if (token.SingleWord && (EndsWithWord(text[..start]) || StartsWithWord(text[end..]))) continue;
                if (token.LeftStrip) start = Math.Max(done, text[..start].TrimEnd().Length);
                if (token.RightStrip) end = text.Length - text[end..].TrimStart().Length;
                if (start > done) parts.Add(piece.Part(done, start));
                parts.Add(piece.Part(start, end) with { AddedToken = token.Id });
                done = end;
            }
            if (done < text.Length) parts.Add(piece.Part(done, text.Length));
        }

        (string Text, AddedToken Token) Longest(ReadOnlySpan<char> text)
        {
            foreach (var candidate in byFirst[text[0]])
                if (text.StartsWith(candidate.Text, StringComparison.Ordinal)) return candidate;
            throw new InvalidOperationException("The search stopped where no token begins.");
        }

        static bool StartsWithWord(ReadOnlySpan<char> text) => text.Length > 0 && Characters.IsWord(Characters.At(text, 0));

        static bool EndsWithWord(ReadOnlySpan<char> text)
        {
            if (text.Length == 0) return false;
            int last = text.Length > 1 && char.IsLowSurrogate(text[^1]) ? 2 : 1;
            return Characters.IsWord(Characters.At(text[^last..], 0));
        }
    }
}
