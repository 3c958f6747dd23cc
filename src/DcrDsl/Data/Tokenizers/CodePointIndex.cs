namespace DcrDsl.Data;

/// <summary>Translates UTF-16 positions of a text into code points.</summary>
internal readonly struct CodePointIndex
{
    readonly int[]? pointAt;

    public CodePointIndex(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0) return;
        pointAt = new int[text.Length + 1];
        int point = 0;
        for (int i = 0; i < text.Length; point++)
        {
            int length = Characters.LengthAt(text, i);
            pointAt[i] = point;
            if (length == 2) pointAt[i + 1] = point;
            i += length;
        }
        pointAt[^1] = point;
    }

    public int this[int unit] => pointAt is null ? unit : pointAt[unit];
}
