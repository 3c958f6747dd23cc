namespace DcrDsl.Tokenizers;

/// <summary>Translates between UTF-16 positions and code points of a text; null arrays where the two are the same.</summary>
sealed class CodePointIndex
{
    readonly int[]? pointAt,
        unitAt;

    public CodePointIndex(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0)
            return;
        pointAt = new int[text.Length + 1];
        unitAt = new int[text.Length + 1];
        int point = 0;
        for (int i = 0; i < text.Length; point++)
        {
            int length = Characters.LengthAt(text, i);
            pointAt[i] = point;
            if (length == 2)
                pointAt[i + 1] = point;
            unitAt[point] = i;
            i += length;
        }
        pointAt[^1] = point;
        unitAt[point] = text.Length;
    }

    public (int Start, int End) Points((int Start, int End) units) => pointAt is null ? units : (pointAt[units.Start], pointAt[units.End]);

    public (int Start, int End) Units((int Start, int End) points) => unitAt is null ? points : (unitAt[points.Start], unitAt[points.End]);
}
