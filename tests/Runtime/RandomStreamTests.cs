using DcrDsl.Data;

namespace DcrDsl.Runtime.Tests;

public class RandomStreamTests
{
    // Known answers of the Random123 distribution (kat_vectors, philox4x32 10 rounds).
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(
        0xffffffffu,
        0xffffffffu,
        0xffffffffu,
        0xffffffffu,
        0xffffffffu,
        0xffffffffu,
        0x408f276du,
        0x41c83b0eu,
        0xa20bc7c6u,
        0x6d5451fdu
    )]
    [InlineData(
        0x243f6a88u,
        0x85a308d3u,
        0x13198a2eu,
        0x03707344u,
        0xa4093822u,
        0x299f31d0u,
        0xd16cfe09u,
        0x94fdccebu,
        0x5001e420u,
        0x24126ea1u
    )]
    public void Philox_gives_the_published_answers(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint r0, uint r1, uint r2, uint r3)
    {
        uint[] output = new uint[4];
        RandomStream.Philox(output, c0, c1, c2, c3, k0, k1);
        Assert.Equal([r0, r1, r2, r3], output);
    }

    [Fact]
    public void A_stream_is_a_function_of_seed_purpose_and_step()
    {
        static ulong First(ulong seed, string purpose, long step) => new RandomStream(seed, purpose, step).NextUInt64();
        Assert.Equal(First(1, "pairs", 7), First(1, "pairs", 7));
        Assert.Equal(
            4,
            new HashSet<ulong> { First(1, "pairs", 7), First(2, "pairs", 7), First(1, "order", 7), First(1, "pairs", 8) }.Count
        );
    }

    [Fact]
    public void Bounded_integers_are_uniform()
    {
        var stream = new RandomStream(3, "test");
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++)
            counts[stream.Next(7)]++;
        double chiSquare = counts.Sum(c => Math.Pow(c - 10_000, 2) / 10_000);
        Assert.True(chiSquare < 22.46, $"chi-square with 6 degrees of freedom is {chiSquare}, beyond the 0.1 % point");
    }

    [Fact]
    public void Normals_have_mean_zero_and_variance_one()
    {
        var stream = new RandomStream(5, "test");
        double[] z = [.. Enumerable.Range(0, 100_000).Select(_ => stream.NextNormal())];
        Assert.InRange(z.Average(), -0.0105, 0.0105); // 3.3 standard errors
        Assert.InRange(z.Average(x => x * x), 1 - 0.015, 1 + 0.015);
    }

    [Fact]
    public void A_permutation_holds_every_index_once() =>
        Assert.Equal(Enumerable.Range(0, 100), new RandomStream(1, "order", 2).Permutation(100).Order());
}
