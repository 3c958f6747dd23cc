using System.Runtime.InteropServices;

namespace DcrDsl.Tokenizers;

/// <summary>
/// The tokenizer of a Hugging Face checkpoint, read from its tokenizer.json: byte pair encoding with the normalizers,
/// pre-tokenizers, post-processors, decoders and added tokens that language models use. Ids, offsets, decoding and streaming are
/// those of the <c>tokenizers</c> library (0.23.3); a part that is not supported is an error when the file is opened.
/// Thread-safe once opened.
/// </summary>
public sealed class HuggingFaceTokenizer
{
    readonly Normalizer[] normalizers;
    readonly PreTokenizer[] preTokenizers;
    readonly bool ofBytes;
    readonly BytePairModel model;
    readonly AddedTokens added;
    readonly PostProcessor[] postProcessors;
    readonly TokenDecoder[]? decoders;
    readonly Truncation? truncation;
    readonly Padding? padding;
    Workspace? spare;

    HuggingFaceTokenizer(TokenizerSection root)
    {
        if (!root["version"].IsNull && root["version"].Text() != "1.0")
            throw root["version"].Unsupported(root["version"].Text(), "1.0");
        BytePairModel.CheckType(root["model"]);
        normalizers = Normalizer.Read(root["normalizer"]);
        preTokenizers = PreTokenizer.Read(root["pre_tokenizer"]);
        // Writing bytes as characters is left to the model where it comes last: it then sees, and remembers, the text itself.
        ofBytes = preTokenizers is [.., PreTokenizer.Bytes];
        if (ofBytes)
            preTokenizers = preTokenizers[..^1];
        model = new(root["model"], ofBytes);
        added = new(root["added_tokens"], model.Vocabulary, normalizers);
        postProcessors = PostProcessor.Read(root["post_processor"], TokenOf);
        decoders = TokenDecoder.Read(root["decoder"]);
        truncation = Truncation.Read(root["truncation"], postProcessors.Sum(p => p.AddedTokens));
        padding = Padding.Read(root["padding"]);
    }

    /// <summary>Reads a tokenizer.json.</summary>
    /// <param name="directoryOrFile">The directory of a checkpoint, or the file itself.</param>
    /// <exception cref="TokenizerException">
    /// The file is missing or damaged, or a part of it is not supported; the sentence names the part.
    /// </exception>
    public static HuggingFaceTokenizer Open(string directoryOrFile) => new(TokenizerFile.Read(directoryOrFile));

    /// <summary>Number of distinct tokens, the added ones included. Ids may go beyond it where the vocabulary has holes.</summary>
    public int VocabularySize => model.Vocabulary.Count + added.CountOutsideVocabulary;

    /// <summary>
    /// The token of an id; null when there is none. An added token that is searched in normalized text is given in its normalized form.
    /// </summary>
    public string? TokenOf(int id) => added.Token(id) ?? model.Vocabulary.Token(id);

    /// <summary>The id of a token; null when there is none.</summary>
    public int? IdOf(string token) => added.TryGetId(token, out int id) || model.Vocabulary.TryGetId(token, out id) ? id : null;

    /// <summary>Whether decoding without special tokens leaves this one out.</summary>
    public bool IsSpecial(int id) => TokenOf(id) is { } token && added.IsSpecial(token);

    /// <summary>
    /// Tokenizes a text. The file's truncation and padding are not applied. A lone surrogate counts as U+FFFD.
    /// </summary>
    /// <param name="text">Any text.</param>
    /// <param name="addSpecialTokens">Whether the post-processor adds its special tokens (such as a beginning-of-text token).</param>
    /// <param name="splitSpecialTokens">Whether special tokens that stand in the text are read as plain text.</param>
    /// <exception cref="TokenizerException">
    /// The file makes the text grow, or searches it, beyond what a text may cost; names the file and the part.
    /// </exception>
    public TokenEncoding Encode(string text, bool addSpecialTokens, bool splitSpecialTokens = false)
    {
        var encoding = Tokenize(text, splitSpecialTokens, BoundsOf(text));
        foreach (var processor in postProcessors)
            processor.Apply(encoding, addSpecialTokens);
        return encoding.Build([]);
    }

    /// <summary>Tokenizes a text and applies the file's <c>truncation</c> and <c>padding</c> sections, where it has them.</summary>
    public TokenEncoding EncodeWithFileLengths(string text, bool addSpecialTokens)
    {
        var bounds = BoundsOf(text);
        var encoding = Tokenize(text, splitSpecialTokens: false, bounds);
        int special = addSpecialTokens ? postProcessors.Sum(p => p.AddedTokens) : 0;
        List<EncodingBuilder> parts = truncation is null
            ? [encoding]
            : [.. truncation.Cut(encoding, truncation.MaxLength - special, bounds)];
        foreach (var part in parts)
        foreach (var processor in postProcessors)
            processor.Apply(part, addSpecialTokens);
        padding?.Apply(parts, bounds);
        return parts[0].Build([.. parts.Skip(1).Select(part => part.Build([]))]);
    }

    /// <summary>The ids alone, faster than <see cref="Encode"/>.</summary>
    public int[] EncodeIds(string text, bool addSpecialTokens, bool splitSpecialTokens = false)
    {
        var workspace = Interlocked.Exchange(ref spare, null) ?? new();
        var ids = workspace.Ids;
        ids.Clear();
        foreach (ref readonly var piece in CollectionsMarshal.AsSpan(Cut(text, splitSpecialTokens, workspace, BoundsOf(text))))
        {
            if (piece.AddedToken >= 0)
                ids.Add(piece.AddedToken);
            else
            {
                foreach (var token in model.Tokenize(piece.Characters))
                    ids.Add(token.Id);
            }
        }
        if (addSpecialTokens)
            foreach (var processor in postProcessors)
                processor.Apply(ids);
        int[] result = [.. ids];
        spare = workspace.WorthKeeping ? workspace : null;
        return result;
    }

    /// <summary>Decodes ids; those outside the vocabulary are passed over, bytes that are not UTF-8 become U+FFFD.</summary>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens)
    {
        var tokens = new List<string>(ids.Length);
        foreach (int id in ids)
            if (TokenOf(id) is { } token && !(skipSpecialTokens && added.IsSpecial(token)))
                tokens.Add(token);
        if (decoders is null)
            return string.Join(' ', tokens);
        var bounds = new TextBounds("the text of the tokens", tokens.Sum(token => (long)token.Length));
        foreach (var decoder in decoders)
            tokens = decoder.Apply(tokens, bounds);
        return string.Concat(tokens);
    }

    /// <summary>Decodes token by token while they are generated.</summary>
    public DecodeStream DecodeStream(bool skipSpecialTokens) => new(this, skipSpecialTokens);

    static TextBounds BoundsOf(string text) => new("a text", text.Length);

    EncodingBuilder Tokenize(string text, bool splitSpecialTokens, TextBounds bounds)
    {
        var encoding = new EncodingBuilder(new CodePointIndex(text));
        foreach (var piece in Cut(text, splitSpecialTokens, new(), bounds))
        {
            if (piece.AddedToken >= 0)
                encoding.Add(piece.AddedToken, piece.Characters.ToString(), piece.Original);
            else
            {
                foreach (var token in model.Tokenize(piece.Characters))
                    encoding.Add(
                        token.Id,
                        model.Vocabulary.Token(token.Id)!,
                        piece.Text.Original(piece.Start + token.Start, piece.Start + token.End)
                    );
            }
        }
        return encoding;
    }

    /// <summary>Normalizer and pre-tokenizer alone, in the alphabet of the vocabulary: what the merges see.</summary>
    internal IReadOnlyList<Piece> PreTokenize(string text)
    {
        var bounds = BoundsOf(text);
        var workspace = new Workspace();
        workspace.Pieces.Add(Normalize(new Piece(new AlignedText(text), 0, text.Length), bounds));
        var pieces = PreTokenize(workspace, bounds);
        if (!ofBytes)
            return pieces;
        var written = new List<Piece>();
        foreach (var one in pieces)
            if (one.Length > 0)
                new PreTokenizer.Bytes(default).Apply(one, written, workspace.Matches, bounds);
        return written;
    }

    Piece Normalize(Piece piece, TextBounds bounds)
    {
        foreach (var normalizer in normalizers)
            if (piece.Length > 0)
                piece = normalizer.Apply(piece, bounds);
        return piece;
    }

    List<Piece> Cut(string text, bool splitSpecial, Workspace workspace, TextBounds bounds)
    {
        workspace.Clear();
        text = Characters.WithoutLoneSurrogates(text);
        if (text.Length == 0)
            return workspace.Pieces;
        added.CutVerbatim(new Piece(new AlignedText(text), 0, text.Length), splitSpecial, workspace.Other, bounds);
        foreach (var part in workspace.Other)
        {
            if (part.AddedToken < 0)
                added.CutNormalized(Normalize(part, bounds), splitSpecial, workspace.Pieces, bounds);
            else
                workspace.Pieces.Add(part);
        }
        return PreTokenize(workspace, bounds);
    }

    List<Piece> PreTokenize(Workspace workspace, TextBounds bounds)
    {
        foreach (var step in preTokenizers)
        {
            workspace.Other.Clear();
            foreach (var piece in workspace.Pieces)
            {
                if (piece.AddedToken >= 0)
                    workspace.Other.Add(piece);
                else if (piece.Length > 0)
                    step.Apply(piece, workspace.Other, workspace.Matches, bounds);
            }
            workspace.Swap();
        }
        return workspace.Pieces;
    }

    /// <summary>Lists that are used again from text to text.</summary>
    sealed class Workspace
    {
        const int MostKept = 1 << 16;

        public List<Piece> Pieces { get; private set; } = [];

        public List<Piece> Other { get; private set; } = [];

        public List<(int Start, int End)> Matches { get; } = [];

        public List<int> Ids { get; } = [];

        public bool WorthKeeping =>
            Pieces.Capacity <= MostKept && Other.Capacity <= MostKept && Matches.Capacity <= MostKept && Ids.Capacity <= MostKept;

        public void Clear()
        {
            Pieces.Clear();
            Other.Clear();
        }

        public void Swap() => (Pieces, Other) = (Other, Pieces);
    }
}
