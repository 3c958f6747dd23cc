using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Cli.DeviceChecks;

/// <summary>How far numbers are apart.</summary>
static class Differences
{
    /// <summary>The largest difference of two tensors on the processor, relative to the largest value of the second.</summary>
    public static double Largest(Tensor found, Tensor wanted)
    {
        using var scope = NewDisposeScope();
        double apart = (found.to(float64) - wanted.to(float64)).abs().max().ToDouble(),
            scale = wanted.to(float64).abs().max().ToDouble();
        return Relative(apart, scale);
    }

    /// <summary>The length of the difference of lists of tensors, relative to the length of the second.</summary>
    public static double OfLengths(IReadOnlyList<Tensor> found, IReadOnlyList<Tensor> wanted)
    {
        using var scope = NewDisposeScope();
        double apart = 0,
            scale = 0;
        foreach (var (f, w) in found.Zip(wanted))
        {
            apart += (f.to(float64) - w.to(float64)).square().sum().ToDouble();
            scale += w.to(float64).square().sum().ToDouble();
        }
        return Relative(Math.Sqrt(apart), Math.Sqrt(scale));
    }

    /// <summary>A difference relative to a scale.</summary>
    public static double Relative(double apart, double scale) => apart == 0 ? 0 : apart / Math.Max(scale, 1e-12);
}
