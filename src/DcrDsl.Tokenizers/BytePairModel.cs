using System.Text;
using System.Text.Json;

namespace DcrDsl.Tokenizers;

/// <summary>A token of a piece and the piece's UTF-16 range that it stands for, in whole characters.</summary>
readonly record struct PieceToken(int Id, int Start, int End);

/// <summary>
/// Byte pair encoding (Sennrich et al. 2016): a piece is cut into characters, or bytes, and neighbours are merged in the order of
/// the merge list, the leftmost first.
/// </summary>
sealed class BytePairModel
{
    readonly Dictionary<long, (int Rank, int Id)> merges;
    readonly bool ofBytes,
        ignoreMerges,
        fuseUnknown;
    readonly int unknown = -1;
    readonly int[]? byteTokens;
    readonly int[] alphabet = new int[256];
    readonly PieceCache cache = new();

    /// <summary>
    /// Reads the model section. <paramref name="ofBytes"/>: pieces are text whose bytes are to be written in the byte alphabet.
    /// </summary>
    public BytePairModel(TokenizerSection section, bool ofBytes)
    {
        this.ofBytes = ofBytes;
        Vocabulary = Vocabulary.Read(section["vocab"]);
        foreach (string name in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
            if (!section[name].IsNull && section[name].Text() is { Length: > 0 } value)
                throw section[name].Unsupported(value, "none");
        if (
            !section["dropout"].IsNull
            && !(section["dropout"].Json.ValueKind == JsonValueKind.Number && section["dropout"].Json.GetDouble() == 0)
        )
            throw section["dropout"].Unsupported(section["dropout"].Json.ToString(), "none");
        ignoreMerges = section["ignore_merges"].Flag(false);
        fuseUnknown = section["fuse_unk"].Flag(false);
        if (!section["unk_token"].IsNull && !Vocabulary.TryGetId(section["unk_token"].Text(), out unknown))
            throw section["unk_token"]
                .Refuse($"'{Vocabulary.Shown(section["unk_token"].Text())}' is not in the vocabulary; {TokenizerSection.FetchAgain}");
        if (section["byte_fallback"].Flag(false))
            byteTokens = [.. Enumerable.Range(0, 256).Select(b => IdOrNone($"<0x{b:X2}>"))];
        for (int b = 0; b < 256; b++)
            alphabet[b] = IdOrNone(ByteAlphabet.CharacterOf[b].ToString());
        merges = ReadMerges(section["merges"]);
    }

    public Vocabulary Vocabulary { get; }

    /// <summary>Refuses a model of another kind; asked before the other sections, since it says most about a file.</summary>
    public static void CheckType(TokenizerSection section)
    {
        if (section.IsNull)
            throw section.Refuse($"the section is missing; {TokenizerSection.FetchAgain}");
        const string supported = "BPE";
        if (!section["type"].IsNull)
        {
            if (section.Type != supported)
                throw section["type"].Unsupported(section.Type, supported);
        }
        else if (section["merges"].IsNull)
            throw section["type"].Unsupported("absent without merges", supported);
    }

    int IdOrNone(string token) => Vocabulary.TryGetId(token, out int id) ? id : -1;

    Dictionary<long, (int, int)> ReadMerges(TokenizerSection section)
    {
        if (section.Json.ValueKind != JsonValueKind.Array)
            throw section.Refuse($"must be a list, not {section.Kind}; {TokenizerSection.FetchAgain}");
        var ranks = new Dictionary<long, (int, int)>(section.Json.GetArrayLength());
        int rank = 0;
        foreach (var item in section.Json.EnumerateArray())
        {
            var place = new TokenizerSection(section.File, $"{section.Path}[{rank}]", item);
            string left,
                right;
            if (item.ValueKind == JsonValueKind.String)
            {
                string line = place.Text();
                string[] parts = line.Split(' ');
                if (line.StartsWith("#version", StringComparison.Ordinal) && rank == 0)
                    continue;
                if (parts.Length != 2)
                    throw place.Refuse(
                        $"'{Vocabulary.Shown(line)}' is not two tokens with one space between them; {TokenizerSection.FetchAgain}"
                    );
                (left, right) = (parts[0], parts[1]);
            }
            else
            {
                if (item.ValueKind != JsonValueKind.Array || item.GetArrayLength() != 2)
                    throw place.Refuse($"a merge must be two tokens; {TokenizerSection.FetchAgain}");
                (left, right) = (
                    new TokenizerSection(place.File, place.Path, item[0]).Text(),
                    new TokenizerSection(place.File, place.Path, item[1]).Text()
                );
            }
            // Of a pair that is listed twice, the later rank counts.
            ranks[Pair(Known(left), Known(right))] = (rank, Known(left + right));
            rank++;

            int Known(string token) =>
                Vocabulary.TryGetId(token, out int id)
                    ? id
                    : throw place.Refuse($"token '{Vocabulary.Shown(token)}' is not in the vocabulary; {TokenizerSection.FetchAgain}");
        }
        return ranks;
    }

    static long Pair(int left, int right) => ((long)left << 32) | (uint)right;

    /// <summary>The tokens of a piece; the array is shared and must not be changed.</summary>
    public PieceToken[] Tokenize(ReadOnlySpan<char> piece)
    {
        if (piece.Length > PieceCache.LongestPiece)
            return Merge(piece);
        int hash = PieceCache.Hash(piece);
        if (cache.TryGet(piece, hash, out var tokens))
            return tokens;
        tokens = Merge(piece);
        cache.Add(piece, hash, tokens);
        return tokens;
    }

    PieceToken[] Merge(ReadOnlySpan<char> piece)
    {
        if (ignoreMerges && Vocabulary.TryGetId(ofBytes ? InAlphabet(piece) : piece, out int whole))
            return [new(whole, 0, piece.Length)];
        var word = new BytePairWord(piece.Length);
        // In bytes of the text that the merges see, as the reference library counts: which UTF-16 unit each of them belongs to.
        var unitOf = new List<int>(piece.Length);
        if (ofBytes)
            AddBytes(piece, word, unitOf);
        else
            AddCharacters(piece, word, unitOf);
        word.MergeAll(merges);
        return word.Tokens(piece, unitOf);
    }

    static string InAlphabet(ReadOnlySpan<char> piece)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(piece.Length)];
        int count = Encoding.UTF8.GetBytes(piece, bytes);
        return string.Create(
            count,
            bytes,
            static (span, all) =>
            {
                for (int i = 0; i < span.Length; i++)
                    span[i] = ByteAlphabet.CharacterOf[all[i]];
            }
        );
    }

    void AddBytes(ReadOnlySpan<char> piece, BytePairWord word, List<int> unitOf)
    {
        Span<byte> bytes = stackalloc byte[4];
        Span<char> one = stackalloc char[1];
        var unknowns = new UnknownRun(this, word);
        for (int i = 0; i < piece.Length; )
        {
            var rune = Characters.At(piece, i);
            foreach (byte b in bytes[..rune.EncodeToUtf8(bytes)])
            {
                one[0] = ByteAlphabet.CharacterOf[b];
                int length = one[0] < 0x80 ? 1 : 2;
                for (int k = 0; k < length; k++)
                    unitOf.Add(i);
                Add(alphabet[b], one, length, word, ref unknowns);
            }
            i += rune.Utf16SequenceLength;
        }
        unknowns.Flush();
    }

    void AddCharacters(ReadOnlySpan<char> piece, BytePairWord word, List<int> unitOf)
    {
        var unknowns = new UnknownRun(this, word);
        for (int i = 0; i < piece.Length; )
        {
            var rune = Characters.At(piece, i);
            int units = rune.Utf16SequenceLength,
                length = rune.Utf8SequenceLength;
            for (int k = 0; k < length; k++)
                unitOf.Add(i);
            var character = piece.Slice(i, units);
            Add(Vocabulary.TryGetId(character, out int id) ? id : -1, character, length, word, ref unknowns);
            i += units;
        }
        unknowns.Flush();
    }

    void Add(int id, ReadOnlySpan<char> character, int length, BytePairWord word, ref UnknownRun unknowns)
    {
        if (id >= 0)
        {
            unknowns.Flush();
            word.Add(id, length);
        }
        else if (!AddFallback(character, word))
            unknowns.Add(length);
    }

    /// <summary>
    /// Adds the character's bytes as &lt;0xNN&gt; tokens where the model has all of them. A pending unknown stays pending: the reference
    /// library puts it behind them.
    /// </summary>
    bool AddFallback(ReadOnlySpan<char> character, BytePairWord word)
    {
        if (byteTokens is null)
            return false;
        Span<byte> bytes = stackalloc byte[8];
        bytes = bytes[..Encoding.UTF8.GetBytes(character, bytes)];
        foreach (byte b in bytes)
            if (byteTokens[b] < 0)
                return false;
        foreach (byte b in bytes)
            word.Add(byteTokens[b], 1);
        return true;
    }

    /// <summary>
    /// Unknown characters in a row: one token each, or one for all of them (fuse_unk), or, without unk_token, nothing at all.
    /// </summary>
    struct UnknownRun(BytePairModel model, BytePairWord word)
    {
        int pending;

        public void Add(int length)
        {
            if (model.unknown < 0)
                return;
            if (!model.fuseUnknown)
                Flush();
            pending += length;
        }

        public void Flush()
        {
            if (pending > 0)
                word.Add(model.unknown, pending);
            pending = 0;
        }
    }
}
