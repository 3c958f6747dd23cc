using System.Globalization;
using System.Text;

namespace DcrDsl.Tokenizers;

/// <summary>
/// NFC, NFD, NFKC and NFKD with alignments. What the characters become is .NET's answer; which original character each of them
/// stands for follows the reference library: a composed character stands for the first of its parts only, a decomposed part for
/// the whole character. That library's tables are of Unicode 11; code points that behave differently since then are left alone.
/// </summary>
sealed class UnicodeNormalization : Normalizer
{
    /// <summary>Code points that the reference library's tables do not know (found by asking it about each).</summary>
    static readonly (int First, int Last)[] Unknown =
    [
        (0x7FD, 0x7FD),
        (0x897, 0x89F),
        (0x8CA, 0x8D3),
        (0x9FE, 0x9FE),
        (0xC3C, 0xC3C),
        (0xCF3, 0xCF3),
        (0xD3B, 0xD3C),
        (0xEBA, 0xEBA),
        (0xECE, 0xECE),
        (0x1715, 0x1715),
        (0x1ABF, 0x1ACE),
        (0x1DF6, 0x1DFA),
        (0x32FF, 0x32FF),
        (0xA7F2, 0xA7F4),
        (0xA82C, 0xA82C),
        (0xAB69, 0xAB69),
        (0x105C9, 0x105C9),
        (0x105D2, 0x105D2),
        (0x105DA, 0x105DA),
        (0x105E4, 0x105E4),
        (0x10781, 0x10785),
        (0x10787, 0x107B0),
        (0x107B2, 0x107BA),
        (0x10D24, 0x10D27),
        (0x10D69, 0x10D6D),
        (0x10EAB, 0x10EAC),
        (0x10EFC, 0x10EFF),
        (0x10F46, 0x10F50),
        (0x10F82, 0x10F85),
        (0x11070, 0x11070),
        (0x11241, 0x11241),
        (0x1133B, 0x1133B),
        (0x11382, 0x11385),
        (0x1138B, 0x1138B),
        (0x1138E, 0x1138E),
        (0x11390, 0x11391),
        (0x113B8, 0x113C0),
        (0x113C2, 0x113C2),
        (0x113C5, 0x113C5),
        (0x113C7, 0x113CA),
        (0x113CC, 0x113D0),
        (0x113D2, 0x113D2),
        (0x113E1, 0x113E2),
        (0x1145E, 0x1145E),
        (0x11839, 0x1183A),
        (0x11938, 0x11938),
        (0x1193D, 0x1193E),
        (0x11943, 0x11943),
        (0x119E0, 0x119E0),
        (0x11A34, 0x11A34),
        (0x11A47, 0x11A47),
        (0x11A99, 0x11A99),
        (0x11D42, 0x11D42),
        (0x11D44, 0x11D45),
        (0x11D97, 0x11D97),
        (0x11F00, 0x11F01),
        (0x11F03, 0x11F03),
        (0x11F34, 0x11F3A),
        (0x11F3E, 0x11F42),
        (0x11F5A, 0x11F5A),
        (0x13440, 0x13440),
        (0x13447, 0x13455),
        (0x1611E, 0x1612F),
        (0x16D63, 0x16D63),
        (0x16D67, 0x16D6A),
        (0x16FF0, 0x16FF1),
        (0x1E030, 0x1E06D),
        (0x1E08F, 0x1E08F),
        (0x1E130, 0x1E136),
        (0x1E2AE, 0x1E2AE),
        (0x1E2EC, 0x1E2EF),
        (0x1E4EC, 0x1E4EF),
        (0x1E5EE, 0x1E5EF),
        (0x1F16C, 0x1F16C),
        (0x1FBF0, 0x1FBF9),
    ];

    /// <summary>Sorting combining marks takes ICU time that grows with the square of their number; no real text has so many.</summary>
    const int MostMarksInARow = 1_000;

    /// <summary>Below U+0300 nothing composes; below U+00A0 nothing decomposes.</summary>
    readonly char firstChange;
    readonly NormalizationForm form,
        decomposed;

    readonly TokenizerSection where;

    UnicodeNormalization(NormalizationForm form, TokenizerSection where)
    {
        (this.form, this.where) = (form, where.Place);
        firstChange = form == NormalizationForm.FormC ? '\u0300' : '\u00A0';
        decomposed = form is NormalizationForm.FormC or NormalizationForm.FormD ? NormalizationForm.FormD : NormalizationForm.FormKD;
    }

    /// <summary>Errors: <see cref="TokenizerException"/> where this process runs without Unicode data (invariant globalization).</summary>
    public static UnicodeNormalization Create(NormalizationForm form, TokenizerSection section)
    {
        bool works;
        try
        {
            works = "e\u0301".Normalize(NormalizationForm.FormC) == "\u00E9";
        }
        catch (PlatformNotSupportedException)
        {
            works = false;
        }
        if (!works)
            throw section.Refuse(
                "Unicode normalization is switched off in this process (invariant globalization); install ICU and unset "
                    + "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"
            );
        return new(form, section);
    }

    public override Piece Apply(Piece piece, TextBounds bounds)
    {
        var text = piece.Characters;
        if (text.IndexOfAnyExceptInRange('\0', (char)(firstChange - 1)) < 0)
            return piece;
        var built = new AlignedText.Builder(piece.Length);
        for (int i = 0; i < text.Length; )
        {
            int end = i,
                marks = 0;
            while (end < text.Length && Characters.At(text, end) is var rune && !IsInert(rune.Value))
            {
                marks = Rune.GetUnicodeCategory(rune)
                    is UnicodeCategory.NonSpacingMark
                        or UnicodeCategory.SpacingCombiningMark
                        or UnicodeCategory.EnclosingMark
                    ? marks + 1
                    : 0;
                if (marks > MostMarksInARow)
                    throw where.Refuse($"the text has more than {MostMarksInARow} combining marks in a row; shorten that run");
                end += rune.Utf16SequenceLength;
            }
            if (end > i)
                AddNormalized(piece.Part(i, end), built);
            if (end < text.Length)
            {
                int length = Characters.LengthAt(text, end);
                built.Copy(piece.Text, piece.Start + end, piece.Start + end + length);
                end += length;
            }
            i = end;
        }
        bounds.Write(built.Length, where);
        return built.Build();
    }

    /// <summary>A character that neither changes, nor composes, nor moves; string.Normalize refuses the noncharacters among them.</summary>
    static bool IsInert(int c)
    {
        if (c < Unknown[0].First)
            return false;
        if ((c & 0xFFFE) == 0xFFFE || c is >= 0xFDD0 and <= 0xFDEF)
            return true;
        int low = 0,
            high = Unknown.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (c < Unknown[middle].First)
                high = middle - 1;
            else if (c > Unknown[middle].Last)
                low = middle + 1;
            else
                return true;
        }
        return false;
    }

    void AddNormalized(Piece piece, AlignedText.Builder built)
    {
        string text = piece.Characters.ToString();
        string normalized = text.Normalize(form);
        if (normalized == text)
        {
            built.Copy(piece.Text, piece.Start, piece.End);
            return;
        }

        var parts = InOrder(text);
        bool composes = form is NormalizationForm.FormC or NormalizationForm.FormKC;
        int source = 0,
            head = 0;
        var characters = RunesOf(text);
        var starts = new int[characters.Count + 1];
        for (int k = 0; k < characters.Count; k++)
            starts[k + 1] = starts[k] + characters[k].Utf16SequenceLength;
        var taken = new bool[parts.Count];
        Span<char> units = stackalloc char[2];
        foreach (var rune in normalized.EnumerateRunes())
        {
            int change = composes ? Compose(rune, parts, taken, ref head) : parts[head++].Change;
            // change > 0: one more character for the same source; otherwise the next source character, and -change more are used up.
            int at = Math.Min(change > 0 ? Math.Max(source - 1, 0) : source, characters.Count - 1);
            if (change <= 0)
                source += 1 - change;
            built.Add(units[..rune.EncodeToUtf16(units)], piece.Text.Original(piece.Start + starts[at], piece.Start + starts[at + 1]));
        }
    }

    /// <summary>
    /// The decomposed characters in canonical order, each with its change: 0 for the first part of a source character, 1 for a
    /// further part. Sorting is stable, so the k-th of equal characters stays the k-th.
    /// </summary>
    List<(Rune Rune, int Change)> InOrder(string text)
    {
        var changes = new Dictionary<Rune, Queue<int>>();
        foreach (var rune in text.EnumerateRunes())
        {
            int change = 0;
            foreach (var part in rune.ToString().Normalize(decomposed).EnumerateRunes())
            {
                if (!changes.TryGetValue(part, out var queue))
                    changes[part] = queue = new();
                queue.Enqueue(change);
                change = 1;
            }
        }
        var ordered = new List<(Rune, int)>();
        foreach (var part in text.Normalize(decomposed).EnumerateRunes())
            ordered.Add((part, changes[part].Dequeue()));
        return ordered;
    }

    /// <summary>Takes the parts of a composed character from those that are left, and combines their changes.</summary>
    static int Compose(Rune composed, List<(Rune Rune, int Change)> parts, bool[] taken, ref int head)
    {
        int change = 1,
            next = head;
        foreach (var part in composed.ToString().Normalize(NormalizationForm.FormD).EnumerateRunes())
        {
            while (taken[next] || parts[next].Rune != part)
                next++;
            taken[next] = true;
            change += parts[next].Change - 1;
        }
        while (head < taken.Length && taken[head])
            head++;
        return change;
    }

    static List<Rune> RunesOf(string text) => [.. text.EnumerateRunes()];
}
