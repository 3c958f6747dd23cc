using System.Text;

namespace DcrDsl.Data;

/// <summary>
/// A counter-based stream of random numbers, a pure function of (seed, purpose, step): Philox4x32-10
/// (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011). Two streams that differ in any of the three
/// are independent, so a loop that is resumed at step s draws what the uninterrupted loop drew there, and adding
/// a draw for one purpose moves no other. Integers and uniform doubles are the same on every operating system.
/// </summary>
sealed partial class RandomStream
{
    const uint Multiplier0 = 0xD2511F53,
        Multiplier1 = 0xCD9E8D57,
        Weyl0 = 0x9E3779B9,
        Weyl1 = 0xBB67AE85;

    readonly uint key0,
        key1;
    readonly ulong step;
    ulong block;
    readonly uint[] words = new uint[4];
    int used = 4;

    /// <summary>Opens the stream of one purpose at one step.</summary>
    /// <param name="seed">The seed of the cell.</param>
    /// <param name="purpose">What the numbers are for, e.g. "Dcr.pairs"; any text.</param>
    /// <param name="step">The training step, or the index of the item drawn; not negative.</param>
    public RandomStream(ulong seed, string purpose, long step = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ulong key = Mix(seed ^ Mix(Fingerprint(purpose)));
        (key0, key1) = ((uint)key, (uint)(key >> 32));
        this.step = (ulong)step;
    }

    RandomStream(RandomStream other)
    {
        (key0, key1, step, block, used) = (other.key0, other.key1, other.step, other.block, other.used);
        other.words.CopyTo(words, 0);
    }

    /// <summary>A stream of its own that draws from here on what this one draws.</summary>
    public RandomStream Copy() => new(this);

    /// <summary>The next 32 random bits.</summary>
    public uint NextUInt32()
    {
        if (used == 4)
        {
            Philox(words, (uint)block, (uint)(block >> 32), (uint)step, (uint)(step >> 32), key0, key1);
            block++;
            used = 0;
        }
        return words[used++];
    }

    /// <summary>The next 64 random bits.</summary>
    public ulong NextUInt64() => (ulong)NextUInt32() << 32 | NextUInt32();

    /// <summary>A uniform integer in [0, bound), without bias (Lemire's method with rejection).</summary>
    public int Next(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        ulong product = (ulong)NextUInt32() * (uint)bound;
        if ((uint)product < (uint)bound)
        {
            for (uint threshold = (uint)-bound % (uint)bound; (uint)product < threshold; )
                product = (ulong)NextUInt32() * (uint)bound;
        }
        return (int)(product >> 32);
    }

    /// <summary>A uniform double in [0, 1) with 53 random bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A standard normal number (Box and Muller's transform; equal between systems up to the last bits of log and cos).</summary>
    public double NextNormal() => Math.Sqrt(-2.0 * Math.Log(1.0 - NextDouble())) * Math.Cos(2.0 * Math.PI * NextDouble());

    /// <summary>A uniformly drawn element.</summary>
    public T Pick<T>(IReadOnlyList<T> items) => items[Next(items.Count)];

    /// <summary>Shuffles in place (Fisher and Yates).</summary>
    public void Shuffle<T>(IList<T> items)
    {
        for (int i = items.Count - 1; i > 0; i--)
        {
            int j = Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>A random order of 0 … count − 1.</summary>
    public int[] Permutation(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        Shuffle(order);
        return order;
    }

    internal static void Philox(uint[] output, uint c0, uint c1, uint c2, uint c3, uint k0, uint k1)
    {
        for (int round = 0; round < 10; round++)
        {
            ulong p0 = (ulong)Multiplier0 * c0,
                p1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += Weyl0;
            k1 += Weyl1;
        }
        (output[0], output[1], output[2], output[3]) = (c0, c1, c2, c3);
    }

    // FNV-1a over UTF-8, then SplitMix64's finaliser: together a well-mixed key from (seed, purpose).
    static ulong Fingerprint(string text)
    {
        ulong hash = 14695981039346656037UL;
        foreach (byte b in Encoding.UTF8.GetBytes(text))
            hash = (hash ^ b) * 1099511628211UL;
        return hash;
    }

    static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15UL;
        x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9UL;
        x = (x ^ x >> 27) * 0x94D049BB133111EBUL;
        return x ^ x >> 31;
    }
}
