using System.IO.Compression;
using System.Text;
using DcrDsl.FileSystem;
using DcrDsl.Wording;

namespace DcrDsl.Data.Files;

/// <summary>
/// Reads a text file, plain or gzipped, as UTF-8 or as what its byte-order mark says. Bytes that do not fit are an error, never a
/// replacement character.
/// </summary>
static class TextFile
{
    /// <summary>
    /// The most bytes that are read, unzipped. In memory they become several times as many: the text, its values, the prompts.
    /// </summary>
    public const int Largest = 256 << 20;

    /// <exception cref="InputException">
    /// The file is missing, cannot be read, is too large, is not gzip as its name says, or is not text.
    /// </exception>
    public static string Read(string path) => Decode(path, Bytes(path));

    /// <summary>The bytes of the file, unzipped where its name ends in .gz.</summary>
    /// <exception cref="InputException">The file is missing, cannot be read, is too large, or is not gzip as its name says.</exception>
    public static byte[] Bytes(string path, int largest = Largest)
    {
        RegularFile.Require(path);
        if (!File.Exists(path))
            throw new InputException(
                $"There is no file {path} (looked for {Path.GetFullPath(path)}): correct Path, or start the program in the folder that "
                    + $"it is relative to."
            );
        try
        {
            if (new FileInfo(path).Length > largest)
                throw TooLarge(path, largest);
            byte[] bytes = File.ReadAllBytes(path);
            if (!path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
                return bytes is [0x1F, 0x8B, ..]
                    ? throw new InputException($"{path} is gzipped, but its name does not say so: let it end in .gz.")
                    : bytes;
            return Unzip(bytes, largest) ?? throw TooLarge(path, largest);
        }
        catch (InvalidDataException e)
        {
            throw new InputException($"{path} is not a whole gzip file: fetch it again, or drop .gz from its name if it is plain.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be read: {e.Message}", e);
        }
    }

    // GZipStream takes a stream that is cut short for one that ends. A member of our own behind the file's comes out only if the file's is
    // whole. What comes out is first counted and then kept, so that a file that is too large takes no memory.
    static byte[]? Unzip(byte[] bytes, int largest)
    {
        ReadOnlySpan<byte> mark = "end of the file"u8;
        using var packed = new MemoryStream();
        packed.Write(bytes);
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(mark);
        if (Count(packed, (long)largest + mark.Length) is not { } count)
            return null;
        if (count < mark.Length)
            throw new InvalidDataException("cut short");
        packed.Position = 0;
        byte[] text = new byte[count - mark.Length],
            end = new byte[mark.Length];
        using (var gzip = new GZipStream(packed, CompressionMode.Decompress))
        {
            gzip.ReadExactly(text);
            gzip.ReadExactly(end);
        }
        return mark.SequenceEqual(end) ? text : throw new InvalidDataException("cut short");
    }

    static long? Count(MemoryStream packed, long most)
    {
        packed.Position = 0;
        using var gzip = new GZipStream(packed, CompressionMode.Decompress, leaveOpen: true);
        byte[] piece = new byte[1 << 16];
        long count = 0;
        for (int read; (read = gzip.Read(piece)) > 0; )
            if ((count += read) > most)
                return null;
        return count;
    }

    /// <summary>What to say about a file that holds, unzipped, more than <paramref name="largest"/> bytes.</summary>
    public static InputException TooLarge(string path, int largest) =>
        new($"{path} holds more than {English.Size(largest)}: split it into several files.");

    static string Decode(string path, byte[] bytes)
    {
        (Encoding encoding, int mark) = bytes switch
        {
            [0xEF, 0xBB, 0xBF, ..] => (new UTF8Encoding(false, true), 3),
            [0xFF, 0xFE, ..] => (new UnicodeEncoding(false, false, true), 2),
            [0xFE, 0xFF, ..] => ((Encoding)new UnicodeEncoding(true, false, true), 2),
            _ => (new UTF8Encoding(false, true), 0),
        };
        string text;
        try
        {
            text = encoding.GetString(bytes, mark, bytes.Length - mark);
        }
        catch (DecoderFallbackException e)
        {
            int line = 1 + bytes.AsSpan(0, Math.Clamp(mark + e.Index, 0, bytes.Length)).Count((byte)'\n');
            throw new InputException($"{path}, line {line}: not {encoding.WebName.ToUpperInvariant()} text: save the file as UTF-8.", e);
        }
        int zero = text.IndexOf('\0', StringComparison.Ordinal);
        return zero < 0
            ? text
            : throw new InputException(
                $"{path}, line {1 + text.AsSpan(0, zero).Count('\n')}: a zero character, so this is no text file: save it as UTF-8 text."
            );
    }
}
