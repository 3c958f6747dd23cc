namespace DcrDsl.Specs;

/// <summary>How gradients become updates.</summary>
public abstract record Optimiser;

/// <summary>AdamW (Loshchilov and Hutter, 2019): decoupled weight decay, ε added after the bias correction.</summary>
[RuntimeCall("AdamW")]
public sealed record AdamW : Optimiser
{
    /// <summary>Decay of the first moment.</summary>
    [Range(0, 0.999999)]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the second moment.</summary>
    [Range(0, 0.999999)]
    public double Beta2 { get; init; } = 0.98;

    /// <summary>Added to the root of the second moment.</summary>
    [Range(0, ExclusiveMinimum = true)]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Decay per unit of learning rate, on every trained parameter.</summary>
    [Range(0)]
    public double WeightDecay { get; init; }
}
