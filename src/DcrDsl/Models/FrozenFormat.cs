using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace DcrDsl.Models;

/// <summary>
/// The number format in which matrices are held that stay frozen beside an adapter, and the one in which they are multiplied.
/// </summary>
/// <param name="Stored">The format they are held in.</param>
/// <param name="Computed">
/// The format of their products: that they are held in, or <see cref="ScalarType.Float32"/>, into which each is then converted while it is
/// used.
/// </param>
public readonly record struct FrozenFormat(ScalarType Stored, ScalarType Computed)
{
    // Rows and width of what is multiplied: at first little, since without units for it bfloat16 takes twenty times as long as float32;
    // then a layer of a small model.
    static readonly (int Rows, int Width)[] Sizes = [(64, 256), (256, 512)];

    const int Repetitions = 5;

    const double Decisive = 4;

    // A choice that rests on less would change with the noise.
    const double Advantage = 1.1;

    /// <summary>float32.</summary>
    public static FrozenFormat Single { get; } = ScalarType.Float32;

    /// <summary>Held and multiplied in the same format.</summary>
    public static implicit operator FrozenFormat(ScalarType format) => new(format, format);

    /// <summary>
    /// bfloat16, multiplied in what is faster on this device: bfloat16 where it has units for that, else float32. Decided by a measurement
    /// of some milliseconds with the threads that an operation has now, so another machine may decide otherwise.
    /// </summary>
    /// <param name="device">Where the matrices will be.</param>
    /// <param name="why">What was measured, in words.</param>
    public static FrozenFormat Faster(Device device, out string why)
    {
        var (half, single) = (0.0, 0.0);
        foreach (var (rows, width) in Sizes)
        {
            (half, single) = Products(rows, width, device);
            if (IsDecisive(half, single))
                break;
        }
        why = string.Create(CultureInfo.InvariantCulture, $"a product took {half:0.00} ms in bfloat16 and {single:0.00} ms in float32");
        return new FrozenFormat(ScalarType.BFloat16, half * Advantage < single ? ScalarType.BFloat16 : ScalarType.Float32);
    }

    /// <summary>
    /// The shortest of a few times, in milliseconds, of a forward and a backward product; the two in turn, so that other work slows both.
    /// </summary>
    static (double Half, double Single) Products(int rows, int width, Device device)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        Tensor x = ones([rows, width], ScalarType.Float32, device),
            weight = ones([width, width], ScalarType.BFloat16, device);
        var (half, single) = (double.PositiveInfinity, double.PositiveInfinity);
        for (int k = 0; k <= Repetitions; k++)
        {
            double halfOnce = Milliseconds(() => Step(x.to(ScalarType.BFloat16), weight));
            double singleOnce = Milliseconds(() => Step(x, weight.to(ScalarType.Float32)));
            if (k > 0)
                (half, single) = (Math.Min(half, halfOnce), Math.Min(single, singleOnce)); // the first time, kernels are chosen
            if (k > 1 && IsDecisive(half, single))
                break;
        }
        return (half, single);

        // Reading a value waits for the device.
        static void Step(Tensor x, Tensor weight) => linear(x, weight).matmul(weight).to(ScalarType.Float32)[0, 0].item<float>();
    }

    static bool IsDecisive(double a, double b) => Math.Max(a, b) > Decisive * Math.Min(a, b);

    static double Milliseconds(Action action)
    {
        using var scope = NewDisposeScope();
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>For example "BFloat16, computed in Float32".</summary>
    public override string ToString() =>
        Stored == ScalarType.Float32 && Computed == Stored ? $"{Stored}" : $"{Stored}, computed in {Computed}";
}
