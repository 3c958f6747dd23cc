using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Models;

/// <summary>
/// A weight as oneDNN lays it out for its products: what is multiplied with few rows again and again need not be laid out again for each of
/// them, which is what oneMKL does. A copy beside the weight, as large as that, and with no gradient.
/// </summary>
/// <remarks>
/// TorchSharp does not have these two functions of libtorch; both are in its C interface for compiled models
/// (torch/csrc/inductor/aoti_torch).
/// </remarks>
sealed unsafe partial class LaidOutWeight : IDisposable
{
    /// <summary>In smaller ones a product is too short to gain from it.</summary>
    internal const long FewestElements = 1 << 16;

    // What products of the probe, of 64 terms each, may be apart by the order of their sums, and by rounding to bfloat16.
    static readonly Lazy<bool> isThere = new(() => Probe(ScalarType.Float32, 1e-4)),
        isThereHalf = new(() => Probe(ScalarType.BFloat16, 0.05));

    readonly Tensor weight;

    LaidOutWeight(Tensor weight) => this.weight = weight;

    /// <summary>Whether there is something to gain for a weight, and libtorch can do it here.</summary>
    public static bool Suits(Tensor weight) =>
        weight.device_type == DeviceType.CPU
        && weight.numel() >= FewestElements
        && weight.dtype switch
        {
            ScalarType.Float32 => isThere.Value,
            ScalarType.BFloat16 => isThereHalf.Value,
            _ => false,
        };

    /// <summary>Lays out a weight.</summary>
    /// <param name="weight">[outputs, inputs], one that <see cref="Suits"/>.</param>
    public static LaidOutWeight Of(Tensor weight)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        return new LaidOutWeight(Reordered(weight.detach()).DetachFromDisposeScope());
    }

    /// <summary>x · weightᵀ + bias, which no gradient goes back through.</summary>
    /// <param name="x">[…, inputs], in the format of the weight.</param>
    /// <param name="bias">[outputs], or null.</param>
    /// <returns>[…, outputs].</returns>
    public Tensor Product(Tensor x, Tensor? bias)
    {
        nint product,
            added = bias?.Handle ?? 0;
        fixed (byte* nothingMore = "none"u8)
            Require(Linear(x.Handle, weight.Handle, bias is null ? null : &added, nothingMore, null, 0, null, &product));
        return Tensor.UnsafeCreateTensor(product);
    }

    public void Dispose() => weight.Dispose();

    static Tensor Reordered(Tensor weight)
    {
        nint own;
        Require(NewHandle(weight.Handle, &own));
        // The call takes the handle over and leaves that of its result; the second argument, a number of rows, is left open.
        ulong* stack = stackalloc ulong[] { (ulong)own, 0 };
        fixed (byte* name = "mkldnn::_reorder_linear_weight"u8)
        fixed (byte* overload = "\0"u8) // an empty literal would be pinned as no address
            Require(Call(name, overload, stack));
        return Tensor.UnsafeCreateTensor((nint)stack[0]);
    }

    /// <summary>
    /// Whether this build of libtorch has both functions for a format on this processor, and they give what its product gives.
    /// </summary>
    static bool Probe(ScalarType format, double rounding)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        try
        {
            var numbers = arange(0, 3 * 64 + 32 * 64, ScalarType.Float32).mul_(0.7).sin_().to(format);
            var (x, weight, bias) = (
                numbers.narrow(0, 0, 192).view(3, 64),
                numbers.narrow(0, 192, 2048).view(32, 64),
                numbers.narrow(0, 7, 32)
            );
            using var laidOut = Of(weight.contiguous());
            return laidOut.Product(x, bias.contiguous()).sub(nn.functional.linear(x, weight, bias)).abs().max().ToDouble() < rounding;
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException or ExternalException)
        {
            return false;
        }
    }

    static void Require(int code)
    {
        if (code != 0)
            throw new ExternalException("libtorch has no products with weights that are laid out, or they failed; it has said more.");
    }

    [LibraryImport("torch_cpu", EntryPoint = "aoti_torch_cpu__linear_pointwise")]
    private static partial int Linear(
        nint x,
        nint weight,
        nint* bias,
        byte* attribute,
        double** scalars,
        long scalarCount,
        byte** algorithm,
        nint* product
    );

    [LibraryImport("torch_cpu", EntryPoint = "aoti_torch_call_dispatcher")]
    private static partial int Call(byte* name, byte* overload, ulong* stack);

    [LibraryImport("torch_cpu", EntryPoint = "aoti_torch_new_tensor_handle")]
    private static partial int NewHandle(nint tensor, nint* handle);
}
