namespace DcrDsl.Tokenizers;

/// <summary>Cuts a text into the pieces within which tokens are merged.</summary>
abstract class PreTokenizer
{
    const string Supported = "Sequence, ByteLevel, Split, Digits, Metaspace";

    /// <summary>
    /// Appends the piece's parts, left to right. A piece is never empty on the way in; empty parts may be among those on the way out.
    /// </summary>
    /// <param name="piece">What to cut.</param>
    /// <param name="parts">Where the parts go.</param>
    /// <param name="matches">Room to work in.</param>
    /// <param name="bounds">What the text may cost.</param>
    public abstract void Apply(Piece piece, List<Piece> parts, List<(int Start, int End)> matches, TextBounds bounds);

    /// <summary>The pre-tokenizers to apply one after the other.</summary>
    public static PreTokenizer[] Read(TokenizerSection section) => section.IsNull ? [] : section.Steps(Steps);

    static IEnumerable<PreTokenizer> Steps(TokenizerSection section)
    {
        return section.Type switch
        {
            "Sequence" => section["pretokenizers"].Items().SelectMany(Steps),
            "ByteLevel" => ByteLevelSteps(section),
            "Split" =>
            [
                new Split(TextPattern.Read(section["pattern"]), SplitBehaviors.Read(section["behavior"]), section["invert"].Flag(false)),
            ],
            "Digits" => [new Digits(section["individual_digits"].Flag())],
            "Metaspace" => [Metaspace.Read(section)],
            var type => throw section["type"].Unsupported(type, Supported),
        };
    }

    static PreTokenizer[] ByteLevelSteps(TokenizerSection section)
    {
        var steps = new List<PreTokenizer>();
        if (section["add_prefix_space"].Flag())
            steps.Add(new PrefixSpace(section.Place));
        if (section["use_regex"].Flag(true))
            steps.Add(new Split(TextPattern.OfRegex(TextPattern.Gpt2, section), SplitBehavior.Isolated, invert: false));
        steps.Add(new Bytes(section.Place));
        return [.. steps];
    }

    /// <summary>Writes every byte of the UTF-8 form as a character of <see cref="ByteAlphabet"/>: the last step of ByteLevel.</summary>
    public sealed class Bytes(TokenizerSection place) : PreTokenizer
    {
        public override void Apply(Piece piece, List<Piece> parts, List<(int Start, int End)> matches, TextBounds bounds)
        {
            var text = piece.Characters;
            var built = new AlignedText.Builder(piece.Length + 8);
            Span<byte> bytes = stackalloc byte[4];
            for (int i = 0; i < text.Length; )
            {
                var rune = Characters.At(text, i);
                var range = piece.Text.Original(piece.Start + i, piece.Start + i + rune.Utf16SequenceLength);
                foreach (byte b in bytes[..rune.EncodeToUtf8(bytes)])
                    built.Add(ByteAlphabet.CharacterOf[b], range);
                i += rune.Utf16SequenceLength;
            }
            bounds.Write(built.Length, place);
            parts.Add(built.Build());
        }
    }

    sealed class PrefixSpace(TokenizerSection place) : PreTokenizer
    {
        public override void Apply(Piece piece, List<Piece> parts, List<(int Start, int End)> matches, TextBounds bounds) =>
            parts.Add(piece.Characters[0] == ' ' ? piece : piece.After(" ", bounds, place));
    }

    sealed class Split(TextPattern pattern, SplitBehavior behavior, bool invert) : PreTokenizer
    {
        public override void Apply(Piece piece, List<Piece> parts, List<(int Start, int End)> matches, TextBounds bounds)
        {
            matches.Clear();
            pattern.Find(piece.Characters, matches, bounds);
            behavior.Cut(piece, matches, invert, parts);
        }
    }

    sealed class Digits(bool individual) : PreTokenizer
    {
        public override void Apply(Piece piece, List<Piece> parts, List<(int Start, int End)> matches, TextBounds bounds)
        {
            var text = piece.Characters;
            int start = 0;
            for (int i = 0; i < text.Length; )
            {
                if (text[i] < '0' || text[i] is > '9' and < '\u0080')
                {
                    i++;
                    continue;
                }
                var rune = Characters.At(text, i);
                int end = i + rune.Utf16SequenceLength;
                if (Characters.IsNumeric(rune))
                {
                    if (i > start)
                        parts.Add(piece.Part(start, i));
                    while (!individual && end < text.Length && Characters.At(text, end) is var next && Characters.IsNumeric(next))
                        end += next.Utf16SequenceLength;
                    parts.Add(piece.Part(i, end));
                    start = end;
                }
                i = end;
            }
            if (start < text.Length)
                parts.Add(piece.Part(start, text.Length));
        }
    }
}
