namespace DcrDsl.Results;

/// <summary>The lines of a stream of UTF-8 text as bytes. Every byte is read and looked at once, however many lines there are.</summary>
static class Utf8Lines
{
    const int Block = 1 << 16;

    static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The lines in order, without their ends.</summary>
    /// <param name="stream">The text; a byte order mark before it is left out.</param>
    /// <returns>Each line with its number, from 1, and whether its end is there.</returns>
    public static IEnumerable<(int Number, byte[] Text, bool Ended)> Of(Stream stream)
    {
        byte[] block = new byte[Block];
        using var line = new MemoryStream();
        int number = 1,
            read;
        while ((read = stream.Read(block, 0, block.Length)) > 0)
        {
            int start = 0;
            while (block.AsSpan(start, read - start).IndexOf((byte)'\n') is var length and >= 0)
            {
                line.Write(block, start, length);
                yield return (number, Take(line, number), true);
                number++;
                start += length + 1;
            }
            line.Write(block, start, read - start);
        }
        if (line.Length > 0)
            yield return (number, Take(line, number), false);
    }

    static byte[] Take(MemoryStream line, int number)
    {
        var text = line.GetBuffer().AsSpan(0, (int)line.Length);
        if (number == 1 && text.StartsWith(ByteOrderMark))
            text = text[ByteOrderMark.Length..];
        byte[] copy = text.ToArray();
        line.SetLength(0);
        return copy;
    }
}
