namespace DcrDsl.Tokenizers;

/// <summary>
/// GPT-2's printable alphabet for bytes: printable Latin-1 characters stand for themselves, the other 68 bytes are written as the
/// characters from U+0100 on, in order.
/// </summary>
static class ByteAlphabet
{
    static readonly short[] Bytes = new short[0x144];

    /// <summary>The character of each byte.</summary>
    public static readonly char[] CharacterOf = new char[256];

    static ByteAlphabet()
    {
        Array.Fill(Bytes, (short)-1);
        char next = '\u0100';
        for (int b = 0; b < 256; b++)
        {
            bool printable = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE;
            CharacterOf[b] = printable ? (char)b : next++;
            Bytes[CharacterOf[b]] = (short)b;
        }
    }

    /// <summary>The byte of a character, or -1 when the character is not in the alphabet.</summary>
    public static int ByteOf(char character) => character < Bytes.Length ? Bytes[character] : -1;
}
