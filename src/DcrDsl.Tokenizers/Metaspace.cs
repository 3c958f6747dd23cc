namespace DcrDsl.Tokenizers;

/// <summary>SentencePiece's spaces: every space becomes the replacement (▁), which may also begin the text and the pieces.</summary>
sealed class Metaspace : PreTokenizer
{
    readonly string replacement;
    readonly bool split;
    readonly TokenizerSection place;

    Metaspace(string replacement, PrependScheme scheme, bool split, TokenizerSection place) =>
        (this.replacement, Scheme, this.split, this.place) = (replacement, scheme, split, place);

    public enum PrependScheme
    {
        Always,
        First,
        Never,
    }

    public PrependScheme Scheme { get; }

    /// <summary>Reads the new layout (<c>prepend_scheme</c>, <c>split</c>) and the old one (<c>add_prefix_space</c> only).</summary>
    public static new Metaspace Read(TokenizerSection section)
    {
        var scheme = PrependScheme.Always;
        bool? prefix = section["add_prefix_space"].IsNull ? null : section["add_prefix_space"].Flag();
        if (!section["prepend_scheme"].IsNull)
        {
            scheme = section["prepend_scheme"].Text() switch
            {
                "always" => PrependScheme.Always,
                "first" => PrependScheme.First,
                "never" => PrependScheme.Never,
                var other => throw section["prepend_scheme"].Unsupported(other, "always, first, never"),
            };
            if (prefix == false && scheme != PrependScheme.Never)
                throw section["add_prefix_space"].Refuse($"false contradicts prepend_scheme; {TokenizerSection.FetchAgain}");
        }
        else if (prefix == false)
            scheme = PrependScheme.Never;
        return new(section["replacement"].OneCharacter(), scheme, section["split"].Flag(true), section.Place);
    }

    public string Replacement => replacement;

    public override void Apply(Piece piece, List<Piece> parts, List<(int Start, int End)> matches, TextBounds bounds)
    {
        var text = piece.Characters;
        if (text.Contains(' '))
        {
            var built = new AlignedText.Builder(piece.Length + replacement.Length);
            for (int i = 0; i < text.Length; )
            {
                int length = Characters.LengthAt(text, i);
                var range = piece.Text.Original(piece.Start + i, piece.Start + i + length);
                built.Add(text[i] == ' ' ? replacement : text.Slice(i, length), range);
                i += length;
            }
            bounds.Write(built.Length, place);
            piece = built.Build();
        }
        bool prepends = Scheme == PrependScheme.Always || (Scheme == PrependScheme.First && piece.Original.Start == 0);
        if (prepends && !piece.Characters.StartsWith(replacement, StringComparison.Ordinal))
            piece = piece.After(replacement, bounds, place);
        if (!split)
        {
            parts.Add(piece);
            return;
        }
        text = piece.Characters;
        int start = 0;
        for (int at; (at = text[(start + 1)..].IndexOf(replacement)) >= 0; )
        {
            parts.Add(piece.Part(start, start + 1 + at));
            start += 1 + at;
        }
        parts.Add(piece.Part(start, text.Length));
    }
}
