namespace DcrDsl.Tokenizers;

/// <summary>The file's <c>truncation</c> section for a single text.</summary>
sealed record Truncation(int MaxLength, int Stride, bool Left, TokenizerSection Place)
{
    /// <summary>What a token of a further part counts as, in characters.</summary>
    public const int CharactersEach = 8;

    public static Truncation? Read(TokenizerSection section, int addedTokens)
    {
        if (section.IsNull)
            return null;
        string strategy = section["strategy"].Text();
        if (strategy is not ("LongestFirst" or "OnlyFirst"))
            throw section["strategy"].Unsupported(strategy, "LongestFirst, OnlyFirst");
        int maxLength = section["max_length"].Whole(),
            stride = section["stride"].Whole();
        if (maxLength <= addedTokens)
            throw section["max_length"]
                .Refuse($"{maxLength} leaves no room beside {addedTokens} special tokens; {TokenizerSection.FetchAgain}");
        if (stride >= maxLength - addedTokens)
            throw section["stride"]
                .Refuse(
                    $"{stride} must be less than max_length without special tokens ({maxLength - addedTokens}); "
                        + $"{TokenizerSection.FetchAgain}"
                );
        return new(maxLength, stride, section["direction"].ReadIsLeft(), section.Place);
    }

    /// <summary>The part that stays, then those that overflow, each of at most <paramref name="length"/> tokens.</summary>
    public IEnumerable<EncodingBuilder> Cut(EncodingBuilder encoding, int length, TextBounds bounds)
    {
        if (encoding.Count <= length)
        {
            yield return encoding;
            yield break;
        }
        int step = length - Stride;
        if (Left)
        {
            for (int end = encoding.Count; ; end -= step)
            {
                int start = Math.Max(end - length, 0);
                bounds.Write(CharactersEach * (long)(end - start), Place);
                yield return encoding.Part(start, end);
                if (start == 0)
                    yield break;
            }
        }
        for (int start = 0; ; start += step)
        {
            int end = Math.Min(start + length, encoding.Count);
            bounds.Write(CharactersEach * (long)(end - start), Place);
            yield return encoding.Part(start, end);
            if (end == encoding.Count)
                yield break;
        }
    }
}

/// <summary>The file's <c>padding</c> section for a single text; <see cref="Fixed"/> is null for BatchLongest.</summary>
sealed record Padding(int? Fixed, int MultipleOf, bool Left, int Id, string Token, int TypeId, TokenizerSection Place)
{
    const int LongestFixed = 1 << 22;

    public static Padding? Read(TokenizerSection section)
    {
        if (section.IsNull)
            return null;
        var strategy = section["strategy"];
        int? length = null;
        if (strategy.Json.ValueKind == System.Text.Json.JsonValueKind.Object)
        {
            if (
                strategy["Fixed"].Json.ValueKind != System.Text.Json.JsonValueKind.Number
                || !strategy["Fixed"].Json.TryGetInt64(out long value)
                || value is < 0 or > LongestFixed
            )
                throw strategy.Refuse($"Fixed must be a length from 0 to {LongestFixed}; {TokenizerSection.FetchAgain}");
            length = (int)value;
        }
        else if (strategy.Text() != "BatchLongest")
            throw strategy.Unsupported(strategy.Text(), "BatchLongest, Fixed");
        int multiple = section["pad_to_multiple_of"].Whole(whenAbsent: 0);
        if (multiple > LongestFixed)
            throw section["pad_to_multiple_of"].Refuse($"must be at most {LongestFixed}; {TokenizerSection.FetchAgain}");
        return new(
            length,
            multiple,
            section["direction"].ReadIsLeft(),
            section["pad_id"].Whole(),
            section["pad_token"].Text(),
            section["pad_type_id"].Whole(),
            section.Place
        );
    }

    /// <summary>Fills the parts of a text up to the length of the first, the longest, or to that which the file asks for.</summary>
    public void Apply(List<EncodingBuilder> parts, TextBounds bounds)
    {
        int length = Fixed ?? parts[0].Count;
        if (MultipleOf > 0)
            length = (length + MultipleOf - 1) / MultipleOf * MultipleOf;
        bounds.Write(Truncation.CharactersEach * (parts.Count - 1L) * length, Place);
        foreach (var part in parts)
            Fill(part, length);
    }

    void Fill(EncodingBuilder encoding, int length)
    {
        int missing = length - encoding.Count;
        if (missing <= 0)
            return;
        var pad = new EncodingBuilder.Entry(Id, Token, (0, 0), TypeId, Special: true, Padding: true);
        encoding.Entries.InsertRange(Left ? 0 : encoding.Count, Enumerable.Repeat(pad, missing));
    }
}

static class LengthDirection
{
    public static bool ReadIsLeft(this TokenizerSection section) =>
        section.Text() switch
        {
            "Left" => true,
            "Right" => false,
            var other => throw section.Unsupported(other, "Left, Right"),
        };
}
