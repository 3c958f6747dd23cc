using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Models;

/// <summary>What turns the queries and the keys of a pass; the same where both have equally many heads.</summary>
readonly record struct Rotation(HeadTurns Queries, HeadTurns Keys);

/// <summary>What turns each attention head's vectors to the positions of their tokens: x·cos + exchanged(x)·sin.</summary>
/// <param name="Cosines">Broadcasts to [B, T, heads, d].</param>
/// <param name="SignedSines">See <see cref="RotaryTables"/>.</param>
readonly record struct HeadTurns(Tensor Cosines, Tensor SignedSines)
{
    // From here on a head's row is long enough to be multiplied at full speed.
    const int WideHead = 64;

    /// <summary>
    /// The same for vectors of <paramref name="heads"/> heads, where a product with the tables, laid out for each head, runs through memory
    /// in one go: products of a few numbers at a time cost four times as much on a CPU. The values are the same to the last bit.
    /// </summary>
    public HeadTurns Over(int heads) =>
        heads == 1 || Cosines.shape[^1] >= WideHead || Cosines.device_type != DeviceType.CPU
            ? this
            : new(Laid(Cosines, heads), Laid(SignedSines, heads));

    /// <summary>The vectors of [B, T, heads, d], turned.</summary>
    public Tensor Of(Tensor x) => (x * Cosines).Plus(x.HalvesExchanged() * SignedSines);

    static Tensor Laid(Tensor table, int heads) => table.expand(-1, -1, heads, -1).contiguous();
}
