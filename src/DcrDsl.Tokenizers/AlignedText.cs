namespace DcrDsl.Tokenizers;

/// <summary>
/// A text on its way through the tokenizer that knows, for each of its UTF-16 units, which range of the original text it stands
/// for. Without arrays the text is the original itself.
/// </summary>
sealed class AlignedText
{
    readonly int[]? starts,
        ends;

    public AlignedText(string original) => Text = original;

    AlignedText(string text, int[] starts, int[] ends) => (Text, this.starts, this.ends) = (text, starts, ends);

    public string Text { get; }

    /// <summary>The original's UTF-16 range that [start, end) stands for: from the first character's start to the last one's end.</summary>
    public (int Start, int End) Original(int start, int end)
    {
        return starts is null || ends is null ? (start, end) : (starts[start], ends[end - 1]);
    }

    /// <summary>Builds a changed text, character by character, each with the range that it stands for.</summary>
    public sealed class Builder(int capacity)
    {
        char[] units = new char[Math.Max(capacity, 4)];
        int[] starts = new int[Math.Max(capacity, 4)],
            ends = new int[Math.Max(capacity, 4)];

        public int Length { get; private set; }

        public void Add(char unit, (int Start, int End) range)
        {
            if (Length == units.Length)
            {
                int larger = 2 * Length;
                Array.Resize(ref units, larger);
                Array.Resize(ref starts, larger);
                Array.Resize(ref ends, larger);
            }
            (units[Length], starts[Length], ends[Length]) = (unit, range.Start, range.End);
            Length++;
        }

        public void Add(ReadOnlySpan<char> characters, (int Start, int End) range)
        {
            foreach (char unit in characters)
                Add(unit, range);
        }

        /// <summary>Copies [start, end) of another text with its ranges.</summary>
        public void Copy(AlignedText source, int start, int end)
        {
            string text = source.Text;
            for (int i = start; i < end; )
            {
                int length = Characters.LengthAt(text, i);
                Add(text.AsSpan(i, length), source.Original(i, i + length));
                i += length;
            }
        }

        public Piece Build()
        {
            string text = new(units, 0, Length);
            return new(new AlignedText(text, starts, ends), 0, Length);
        }
    }
}

/// <summary>A range of an <see cref="AlignedText"/>; with an added token's id once that is known.</summary>
readonly record struct Piece(AlignedText Text, int Start, int End, int AddedToken = -1)
{
    public int Length => End - Start;

    public ReadOnlySpan<char> Characters => Text.Text.AsSpan(Start, End - Start);

    /// <summary>The original's UTF-16 range.</summary>
    public (int Start, int End) Original => Text.Original(Start, End);

    /// <summary>A part of this piece, in units from the piece's start.</summary>
    public Piece Part(int start, int end) => new(Text, Start + start, Start + end);

    /// <summary>This piece behind a prefix, which stands for the same range as the piece's first character.</summary>
    public Piece After(string prefix, TextBounds bounds, TokenizerSection place)
    {
        bounds.Write(Length + prefix.Length, place);
        int first = Tokenizers.Characters.LengthAt(Text.Text, Start);
        var built = new AlignedText.Builder(Length + prefix.Length);
        built.Add(prefix, Text.Original(Start, Start + first));
        built.Copy(Text, Start, End);
        return built.Build();
    }
}
