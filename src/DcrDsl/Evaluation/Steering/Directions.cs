using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation.Steering;

/// <summary>Directions in the residual stream, one for each of the last p prompt positions and each block.</summary>
public sealed class Directions
{
    // A difference this small beside the states that it is a difference of is rounding.
    const double Nothing = 1e-6;
    const double Epsilon = 1e-8;

    Directions(Tensor values, Tensor lengths, Tensor scale) => (Values, Lengths, this.scale) = (values, lengths, scale);

    readonly Tensor scale;

    /// <summary>[p, L, H], float64.</summary>
    internal Tensor Values { get; }

    /// <summary>Their lengths before they were normalised, [p, L].</summary>
    internal Tensor Lengths { get; }

    /// <summary>What one class has more than another.</summary>
    /// <param name="positive">The mean states of the one, [p, L, H], float64.</param>
    /// <param name="negative">Those of the other.</param>
    public static Directions Between(Tensor positive, Tensor negative)
    {
        var difference = positive - negative;
        return new(difference, difference.norm(-1), (positive.norm(-1).Plus(negative.norm(-1))) * 0.5);
    }

    /// <summary>
    /// The same without its part along other directions: d⊥ = d − λ·(d·t)/(t·t + 1e-8)·t, then of length 1.
    /// </summary>
    /// <param name="others">t.</param>
    /// <param name="share">λ.</param>
    public Directions Without(Directions others, double share)
    {
        var (d, t) = (Values, others.Values);
        using Scalar part = share,
            epsilon = Epsilon;
        var along = (d * t).sum([-1], keepdim: true) / (t * t).sum([-1], keepdim: true).Plus(epsilon);
        var rest = d - along.mul(part) * t;
        return new(rest / rest.norm(-1, keepdim: true).Plus(epsilon), rest.norm(-1), scale);
    }

    /// <summary>Whether there is a direction: at the first block's input the template's tokens are the same whatever was asked.</summary>
    internal bool IsNothing(int place, int block) => !(Length(place, block) > Nothing * scale[place, block - 1].item<double>());

    internal double Length(int place, int block) => Lengths[place, block - 1].item<double>();

    /// <summary>One direction, [H], float32, on a device.</summary>
    internal Tensor At(int place, int block, Device device) => Values[place, block - 1].to(float32).to(device);

    /// <summary>How many positions there are.</summary>
    internal int Positions => (int)Values.shape[0];
}
