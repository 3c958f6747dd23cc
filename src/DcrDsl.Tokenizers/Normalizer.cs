using System.Text;

namespace DcrDsl.Tokenizers;

/// <summary>Changes the text before it is cut up, and keeps track of what each character stands for.</summary>
abstract class Normalizer
{
    const string Supported = "Sequence, NFC, NFD, NFKC, NFKD, Lowercase, Prepend, Replace";

    /// <summary>The changed text; the same piece where nothing changes. A piece is never empty on the way in.</summary>
    public abstract Piece Apply(Piece piece, TextBounds bounds);

    /// <summary>The normalizers to apply one after the other.</summary>
    public static Normalizer[] Read(TokenizerSection section) => section.IsNull ? [] : section.Steps(Steps);

    static IEnumerable<Normalizer> Steps(TokenizerSection section)
    {
        return section.Type switch
        {
            "Sequence" => section["normalizers"].Items().SelectMany(Steps),
            "NFC" => [UnicodeNormalization.Create(NormalizationForm.FormC, section)],
            "NFD" => [UnicodeNormalization.Create(NormalizationForm.FormD, section)],
            "NFKC" => [UnicodeNormalization.Create(NormalizationForm.FormKC, section)],
            "NFKD" => [UnicodeNormalization.Create(NormalizationForm.FormKD, section)],
            "Lowercase" => [new Lowercase(section.Place)],
            "Prepend" => [new Prepend(section["prepend"].Text(), section.Place)],
            "Replace" => [new Replace(TextPattern.Read(section["pattern"]), section["content"].Text(), section.Place)],
            var type => throw section["type"].Unsupported(type, Supported),
        };
    }

    sealed class Prepend(string prefix, TokenizerSection place) : Normalizer
    {
        public override Piece Apply(Piece piece, TextBounds bounds) => prefix.Length == 0 ? piece : piece.After(prefix, bounds, place);
    }

    /// <summary>Every match becomes the content, literally; its characters stand for the last character of the match.</summary>
    sealed class Replace(TextPattern pattern, string content, TokenizerSection place) : Normalizer
    {
        public override Piece Apply(Piece piece, TextBounds bounds)
        {
            var matches = new List<(int Start, int End)>();
            pattern.Find(piece.Characters, matches, bounds);
            if (matches.Count == 0)
                return piece;
            bounds.Write(piece.Length + (long)matches.Count * content.Length, place);
            var built = new AlignedText.Builder(piece.Length + content.Length);
            int done = 0;
            foreach (var (start, end) in matches)
            {
                built.Copy(piece.Text, piece.Start + done, piece.Start + start);
                done = end;
                if (start == end)
                    continue;
                int last = end - (end - start > 1 && char.IsLowSurrogate(piece.Characters[end - 1]) ? 2 : 1);
                built.Add(content, piece.Text.Original(piece.Start + last, piece.Start + end));
            }
            built.Copy(piece.Text, piece.Start + done, piece.End);
            return built.Build();
        }
    }

    sealed class Lowercase(TokenizerSection place) : Normalizer
    {
        public override Piece Apply(Piece piece, TextBounds bounds)
        {
            var text = piece.Characters;
            Span<char> room = stackalloc char[2];
            int first = 0;
            while (first < text.Length && (char.IsAsciiLetterLower(text[first]) || text[first] is <= '@' or (> 'Z' and <= '\u007F')))
                first++;
            if (first == text.Length)
                return piece;
            bounds.Write(piece.Length, place);
            var built = new AlignedText.Builder(piece.Length);
            built.Copy(piece.Text, piece.Start, piece.Start + first);
            for (int i = first; i < text.Length; )
            {
                var rune = Characters.At(text, i);
                built.Add(Characters.Lower(rune, room), piece.Text.Original(piece.Start + i, piece.Start + i + rune.Utf16SequenceLength));
                i += rune.Utf16SequenceLength;
            }
            return built.Build();
        }
    }
}
