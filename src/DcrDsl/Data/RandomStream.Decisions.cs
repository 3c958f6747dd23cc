using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DcrDsl.Data;

/// <summary>Many yes-or-no decisions at once, for masks: 16 random bits each, eight to a Philox block.</summary>
sealed partial class RandomStream
{
    const int Lanes = 8,
        WordsPerChunk = 4 * Lanes,
        DecisionsPerChunk = 2 * WordsPerChunk;

    /// <summary>
    /// Fills with 1 where the decision is yes and with 0 elsewhere. Begins at a fresh block and uses blocks eight at a time; the bytes are
    /// the same on every processor.
    /// </summary>
    /// <param name="decisions">Filled to its end.</param>
    /// <param name="threshold">The probability of yes in 1/65,536, from 0 to 65,535.</param>
    internal void Decide(Span<byte> decisions, int threshold) => Decide(decisions, (ushort)threshold, Avx2.IsSupported);

    internal void Decide(Span<byte> decisions, ushort threshold, bool vectors)
    {
        used = 4;
        Span<byte> last = stackalloc byte[DecisionsPerChunk];
        for (; !decisions.IsEmpty; block += Lanes)
        {
            var chunk = decisions.Length >= DecisionsPerChunk ? decisions[..DecisionsPerChunk] : last;
            if (vectors)
                ChunkOfVectors(chunk, threshold);
            else
                Chunk(chunk, threshold);
            if (chunk == last)
                last[..decisions.Length].CopyTo(decisions);
            decisions = decisions[Math.Min(DecisionsPerChunk, decisions.Length)..];
        }
    }

    /// <summary>Eight blocks: their first words, then their second ones, …; of each word the lower half first.</summary>
    void Chunk(Span<byte> decisions, ushort threshold)
    {
        for (uint lane = 0; lane < Lanes; lane++)
        {
            Philox(words, (uint)(block + lane), (uint)(block + lane >> 32), (uint)step, (uint)(step >> 32), key0, key1);
            for (int word = 0; word < 4; word++)
            {
                int place = 2 * (word * Lanes + (int)lane);
                decisions[place] = (ushort)words[word] < threshold ? (byte)1 : (byte)0;
                decisions[place + 1] = words[word] >> 16 < threshold ? (byte)1 : (byte)0;
            }
        }
    }

    /// <summary>The same, each lane of a vector one block.</summary>
    void ChunkOfVectors(Span<byte> decisions, ushort threshold)
    {
        var lower = Vector256.Create((uint)block) + Vector256.Create(0u, 1, 2, 3, 4, 5, 6, 7);
        var carry = Vector256.LessThan(lower, Vector256.Create((uint)block)) & Vector256<uint>.One;
        Vector256<uint> c0 = lower,
            c1 = Vector256.Create((uint)(block >> 32)) + carry,
            c2 = Vector256.Create((uint)step),
            c3 = Vector256.Create((uint)(step >> 32));
        uint k0 = key0,
            k1 = key1;
        for (int round = 0; round < 10; round++)
        {
            var (high0, low0) = Product(c0, Multiplier0);
            var (high1, low1) = Product(c2, Multiplier1);
            (c0, c1, c2, c3) = (high1 ^ c1 ^ Vector256.Create(k0), low1, high0 ^ c3 ^ Vector256.Create(k1), low0);
            k0 += Weyl0;
            k1 += Weyl1;
        }
        Below(c0, c1, threshold).CopyTo(decisions);
        Below(c2, c3, threshold).CopyTo(decisions[32..]);
    }

    /// <summary>Upper and lower halves of the 64-bit products.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector256<uint> High, Vector256<uint> Low) Product(Vector256<uint> a, uint multiplier)
    {
        var factor = Vector256.Create(multiplier);
        var even = Avx2.Multiply(a, factor);
        var odd = Avx2.Multiply((a.AsUInt64() >> 32).AsUInt32(), factor);
        return (
            Avx2.Blend((even >> 32).AsUInt32(), odd.AsUInt32(), 0b10101010),
            Avx2.Blend(even.AsUInt32(), (odd << 32).AsUInt32(), 0b10101010)
        );
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<byte> Below(Vector256<uint> first, Vector256<uint> second, ushort threshold)
    {
        var limit = Vector256.Create(threshold);
        Vector256<ushort> a = Vector256.LessThan(first.AsUInt16(), limit),
            b = Vector256.LessThan(second.AsUInt16(), limit);
        return Vector256.Narrow(a, b) & Vector256<byte>.One;
    }
}
