using DcrDsl.Models;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Models;

public class HeadTurnsTests
{
    /// <summary>Tables that are laid out for each head change no bit, of the values or of the gradient.</summary>
    [Theory]
    [InlineData(4, 16)]
    [InlineData(3, 2)]
    [InlineData(1, 8)]
    [InlineData(2, 64)]
    public void Tables_laid_out_for_each_head_turn_alike(int heads, int width)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        Tensor Drawn(params long[] shape) => randn(shape, generator: generator);
        var x = Drawn(2, 7, heads, width).requires_grad_();
        var back = Drawn(2, 7, heads, width);
        var turns = new HeadTurns(Drawn(1, 7, 1, width), Drawn(1, 7, 1, width));

        var broadcast = turns.Of(x);
        var laid = turns.Over(heads).Of(x);

        Assert.Equal(broadcast.data<float>().ToArray(), laid.data<float>().ToArray());
        Assert.Equal(Gradient(broadcast).data<float>().ToArray(), Gradient(laid).data<float>().ToArray());

        Tensor Gradient(Tensor turned) => autograd.grad([turned], [x], [back])[0];
    }

    /// <summary>Where a head's row is short, and there are several, tables are laid out.</summary>
    [Fact]
    public void Narrow_heads_have_tables_of_their_own()
    {
        using var scope = NewDisposeScope();
        var narrow = new HeadTurns(ones(1, 5, 1, 16), ones(1, 5, 1, 16));
        var wide = new HeadTurns(ones(1, 5, 1, 64), ones(1, 5, 1, 64));

        Assert.Equal([1, 5, 4, 16], narrow.Over(4).Cosines.shape);
        Assert.Equal([1, 5, 1, 16], narrow.Over(1).Cosines.shape);
        Assert.Equal([1, 5, 1, 64], wide.Over(4).SignedSines.shape);
    }
}
