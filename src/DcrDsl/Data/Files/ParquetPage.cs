using System.IO.Compression;
using ZstdSharp;

namespace DcrDsl.Data.Files;

/// <summary>What a compressed page unpacks to. Its header says that too, but the package believes what the compressed bytes say.</summary>
static class ParquetPage
{
    // Of parquet.thrift's CompressionCodec.
    const int Snappy = 1,
        Gzip = 2,
        Brotli = 4,
        Zstd = 6;

    // Zstandard says how many blocks there are and not how full they are; of one page they may be the last and the only one.
    const int BlocksUnfilled = 2 * (1 << 17);

    /// <summary>The bytes that come out of <paramref name="packed"/>, as far as they can be known without keeping them.</summary>
    /// <param name="codec">The column's codec.</param>
    /// <param name="packed">The page without its header and levels.</param>
    /// <param name="whole">How many bytes the header says.</param>
    /// <exception cref="InvalidDataException">They are more than the header says.</exception>
    public static long Unpacked(long codec, ReadOnlyMemory<byte> packed, long whole)
    {
        switch (codec)
        {
            case Snappy:
                return SnappyLength(packed.Span) <= (ulong)whole ? whole : throw TooMany();
            case Gzip:
                using (var gzip = new GZipStream(Stream(packed), CompressionMode.Decompress))
                    return Counted(gzip, whole);
            case Brotli:
                using (var brotli = new BrotliStream(Stream(packed), CompressionMode.Decompress))
                    return Counted(brotli, whole);
            case Zstd:
                ulong most = packed.IsEmpty ? 0 : Decompressor.GetDecompressedSize(packed.Span);
                return most <= (ulong)whole + BlocksUnfilled ? whole
                    : most <= long.MaxValue / 2 ? (long)most
                    : throw TooMany();
            default:
                return whole;
        }
    }

    static MemoryStream Stream(ReadOnlyMemory<byte> packed) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(packed, out var part)
            ? new(part.Array!, part.Offset, part.Count, writable: false)
            : new(packed.ToArray());

    static long Counted(Stream unpacked, long whole)
    {
        byte[] piece = new byte[1 << 16];
        long count = 0;
        for (int read; (read = unpacked.Read(piece)) > 0; )
            if ((count += read) > whole)
                throw TooMany();
        return whole;
    }

    static ulong SnappyLength(ReadOnlySpan<byte> packed)
    {
        ulong length = 0;
        for (int i = 0; i < Math.Min(packed.Length, 5); i++)
        {
            length |= (ulong)(packed[i] & 0x7F) << 7 * i;
            if (packed[i] < 0x80)
                return length;
        }
        throw TooMany();
    }

    static InvalidDataException TooMany() => new("a page unpacks to more than it says");
}
