using DcrDsl.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Models;

public class ShortAttentionTests
{
    [Theory]
    [InlineData(9, 3, 1, 40, true)]
    [InlineData(9, 3, 1, 40, false)]
    [InlineData(9, 3, 7, 20, true)]
    [InlineData(4, 4, 5, 5, true)]
    [InlineData(6, 1, 3, 11, false)]
    public void It_gives_what_the_operator_gives(int heads, int shared, int queries, int keys, bool masked)
    {
        foreach (var (dtype, near) in new[] { (float32, 2e-6), (float64, 1e-13) })
        {
            using var scope = NewDisposeScope();
            using var without = no_grad();
            using var generator = new Generator(8);
            Tensor Drawn(params long[] shape) => randn(shape, generator: generator).to(dtype);
            // Queries as a block has them: of a row of tokens, and keys of a part of a cache.
            Tensor q = Drawn(5, queries, heads, 16).transpose(1, 2),
                k = Drawn(5, shared, keys + 3, 16).narrow(2, 0, keys),
                v = Drawn(5, shared, keys + 3, 16).narrow(2, 0, keys);
            var mask = masked ? Sight.Added(Drawn(5, 1, queries, keys).gt(-0.5).bitwise_or(arange(keys).eq(0)), dtype) : null;

            Assert.True(ShortAttention.Suits(q, k, (mask, Causal: false)));
            var expected = nn.functional.scaled_dot_product_attention(q, Each(k), Each(v), mask);

            TensorAssert.Close(expected, ShortAttention.Mix(q, k, v, mask), near, near, "attention");

            Tensor Each(Tensor x) => x.repeat_interleave(heads / shared, dim: 1);
        }
    }

    [Fact]
    public void It_is_not_for_long_texts_gradients_narrow_formats_and_single_queries_of_a_key()
    {
        using var scope = NewDisposeScope();
        using var without = no_grad();
        (Tensor?, bool) all = (null, false);
        Tensor q = zeros(2, 6, 8, 4),
            k = zeros(2, 3, 8, 4);
        Assert.True(ShortAttention.Suits(q, k, all));

        Assert.False(ShortAttention.Suits(q, k, (null, Causal: true)));
        Assert.False(ShortAttention.Suits(q, zeros(2, 3, 2000, 4), all));
        Assert.False(ShortAttention.Suits(q.to(bfloat16), k.to(bfloat16), all));
        Assert.False(ShortAttention.Suits(zeros(2, 3, 1, 4), k, all));
        using var recording = enable_grad();
        Assert.False(ShortAttention.Suits(q, k, all));
    }
}
