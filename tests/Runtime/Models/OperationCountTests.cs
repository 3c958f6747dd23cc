using DcrDsl.Models;
using DcrDsl.Models.LowRank;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Models;

/// <summary>Operations counted against what follows from the shapes by hand.</summary>
public sealed class OperationCountTests
{
    static readonly DecoderConfig Shape = new()
    {
        VocabularySize = 50,
        HiddenSize = 8,
        IntermediateSize = 12,
        Layers = 3,
        Heads = 2,
        KeyValueHeads = 1,
        HeadDim = 4,
    };

    // q and o, k and v, gate, up and down.
    const double Block = 2 * 8 * 8 + 2 * 8 * 4 + 3 * 8 * 12,
        Head = 50 * 8;

    static double Attention(int rows, int queries, int keys) => 4.0 * rows * queries * keys * 8;

    [Fact]
    public void Training_is_three_times_a_pass_and_beside_an_adapter_twice()
    {
        using var decoder = Decoder.Initialise(Shape, 1, CPU);
        Assert.Equal(3 * Pass(2 * 5), Counted(() => decoder.Head(decoder.Forward(Tokens()))));
        Assert.Equal(3 * (2 * 10 * 2 * Block + 2 * Attention(2, 5, 5)), Counted(() => decoder.HiddenAfter(Tokens(), layer: 2)));
        using (no_grad())
            Assert.Equal(Pass(2 * 5), Counted(() => decoder.Head(decoder.Forward(Tokens()))));
        using var adapter = LoraAdapter.Attach(decoder, new LoraOptions { Rank = 2 }, 1, "test");
        Assert.Equal(2 * Pass(2 * 5) + 3 * Attention(2, 5, 5), Counted(() => decoder.Head(decoder.Forward(Tokens()))));

        static double Pass(double rows) => 2 * rows * (3 * Block + Head) + 3 * Attention(2, 5, 5);
    }

    /// <summary>With a cache, each new token looks at those before it, which are not read again.</summary>
    [Fact]
    public void A_token_behind_others_looks_back_at_them()
    {
        using var decoder = Decoder.Initialise(Shape, 1, CPU);
        using var inference = inference_mode();
        using var cache = new KeyValueCache(Shape, 2, 6, decoder.Dtype, CPU);
        decoder.Forward(Tokens(), attentionMask: null, cache).Dispose();
        using var next = Tokens().narrow(1, 0, 1);
        Assert.Equal(2 * 2 * 3 * Block + 3 * Attention(2, 1, 6), Counted(() => decoder.Forward(next, attentionMask: null, cache)));
    }

    static Tensor Tokens() => arange(10, int64).view(2, 5);

    static double Counted(Func<Tensor> pass)
    {
        using var scope = NewDisposeScope();
        double before = OperationCount.OfThread;
        pass();
        return OperationCount.OfThread - before;
    }
}
