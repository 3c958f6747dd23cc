namespace DcrDsl.Tokenizers;

/// <summary>Adds the special tokens and trims offsets.</summary>
abstract class PostProcessor
{
    const string Supported = "Sequence, ByteLevel, TemplateProcessing, RobertaProcessing";

    // More than any template of a language model has: what a text is multiplied by, and the special tokens around it.
    const int MostTexts = 16,
        MostSpecial = 1 << 16;

    public virtual int AddedTokens => 0;

    /// <summary>How often the text stands in what it is set into.</summary>
    public virtual int Texts => 1;

    public abstract void Apply(EncodingBuilder encoding, bool addSpecialTokens);

    /// <summary>The same for a list of ids.</summary>
    public virtual void Apply(List<int> ids) { }

    /// <summary>The processors to apply one after the other.</summary>
    public static PostProcessor[] Read(TokenizerSection section, Func<int, string?> tokenOf)
    {
        if (section.IsNull)
            return [];
        var processors = section.Steps(step => Steps(step, tokenOf));
        long texts = 1,
            special = 0;
        foreach (var processor in processors)
        {
            (texts, special) = (texts * processor.Texts, special * processor.Texts + processor.AddedTokens);
            if (texts > MostTexts)
                throw section.Refuse($"repeats the text more than {MostTexts} times; {TokenizerSection.FetchAgain}");
            if (special > MostSpecial)
                throw section.Refuse($"adds more than {MostSpecial} special tokens; {TokenizerSection.FetchAgain}");
        }
        return processors;
    }

    static IEnumerable<PostProcessor> Steps(TokenizerSection section, Func<int, string?> tokenOf)
    {
        switch (section.Type)
        {
            case "Sequence":
                return section["processors"].Items().SelectMany(item => Steps(item, tokenOf));
            case "ByteLevel":
                bool prefixed = section["add_prefix_space"].Flag(),
                    trims = section["trim_offsets"].Flag();
                return trims ? [new TrimOffsets(prefixed)] : [];
            case "TemplateProcessing":
                return [TemplateProcessor.Read(section, tokenOf)];
            case "RobertaProcessing":
                var roberta = TemplateProcessor.Around(section["cls"], section["sep"], tokenOf);
                bool prefixSpace = section["add_prefix_space"].Flag(true);
                return section["trim_offsets"].Flag(true) ? [new TrimOffsets(prefixSpace), roberta] : [roberta];
            case var type:
                throw section["type"].Unsupported(type, Supported);
        }
    }

    /// <summary>
    /// Takes the spaces at both ends of a token out of its offsets; one space at the very start stays when it may be the one that
    /// add_prefix_space put there.
    /// </summary>
    sealed class TrimOffsets(bool addPrefixSpace) : PostProcessor
    {
        public override void Apply(EncodingBuilder encoding, bool addSpecialTokens)
        {
            for (int i = 0; i < encoding.Count; i++)
            {
                var entry = encoding.Entries[i];
                encoding.Entries[i] = entry with { Range = Trimmed(i, entry.Token, entry.Range) };
            }
        }

        (int, int) Trimmed(int index, string token, (int Start, int End) range)
        {
            int leading = 0,
                trailing = 0;
            while (leading < token.Length && IsSpace(token[leading]))
                leading++;
            while (trailing < token.Length && IsSpace(token[token.Length - 1 - trailing]))
                trailing++;
            if (leading > 0)
            {
                if ((index == 0 || range.Start == 0) && addPrefixSpace && leading == 1)
                    leading = 0;
                range.Start = Math.Min(range.Start + leading, range.End);
            }
            if (trailing > 0 && range.End >= trailing)
                range.End = Math.Max(range.End - trailing, range.Start);
            return range;
        }

        static bool IsSpace(char c) => c == ByteAlphabet.CharacterOf[' '] || char.IsWhiteSpace(c);
    }
}
