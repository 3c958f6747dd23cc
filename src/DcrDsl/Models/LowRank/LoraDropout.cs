using DcrDsl.Data;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Models.LowRank;

/// <summary>
/// Sets inputs of one module's low-rank path to 0 while gradients are recorded. The masks are made on the CPU from (seed, purpose, step),
/// so they are the same on every device and in a resumed run; several forward passes of one step draw on.
/// </summary>
sealed class LoraDropout : IDisposable
{
    const int Resolution = 65_536;

    static readonly Scalar Zero = 0;

    readonly int threshold;
    readonly ulong seed;
    readonly string purpose;
    RandomStream? stream;

    /// <param name="share">The share dropped, from 0 to below 1.</param>
    /// <param name="seed">The seed of the cell.</param>
    /// <param name="purpose">Different for every module.</param>
    public LoraDropout(double share, ulong seed, string purpose)
    {
        threshold = Math.Clamp((int)Math.Round(share * Resolution), 1, Resolution - 1);
        (this.seed, this.purpose) = (seed, purpose);
        Raise = Resolution / (double)(Resolution - threshold);
    }

    /// <summary>What is kept is multiplied by this, so that the mean stays.</summary>
    public Scalar Raise { get; }

    /// <summary>Whether inputs are dropped now: in training, not where a model is read.</summary>
    public static bool Active => is_grad_enabled() && !ParameterTrace.IsOn;

    /// <summary>Opens the masks of a training step.</summary>
    public void BeginStep(int step) => stream = new RandomStream(seed, purpose, step);

    /// <summary>How far the step's masks have been drawn, to draw them again from here.</summary>
    public RandomStream? Place => stream?.Copy();

    /// <summary>Goes on from a place, of which later draws know nothing.</summary>
    /// <returns>The place that was left.</returns>
    public RandomStream? GoOnFrom(RandomStream? place)
    {
        var left = stream;
        stream = place?.Copy();
        return left;
    }

    /// <summary>The input with a share of it set to 0, not yet raised.</summary>
    /// <exception cref="InvalidOperationException">No step has begun.</exception>
    public Tensor Drop(Tensor x) => x.masked_fill(Mask(x.shape, x.device), Zero);

    /// <summary>True at what is dropped.</summary>
    unsafe Tensor Mask(long[] shape, Device device)
    {
        if (stream is null)
            throw new InvalidOperationException(
                "The adapter has dropout: call BeginStep before the step's forward pass, or run evaluations without gradients."
            );
        var mask = empty(shape, ScalarType.Bool, CPU);
        byte* first = TensorMemory.Pointer(mask);
        const int longest = 1 << 30;
        for (long done = 0, count = mask.numel(); done < count; done += longest)
            stream.Decide(new Span<byte>(first + done, (int)Math.Min(longest, count - done)), threshold);
        return device.type == DeviceType.CPU ? mask : mask.to(device);
    }

    public void Dispose() => Raise.Dispose();
}
