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

/// <summary>
/// Adam (Kingma and Ba, 2015): weight decay is an L2 penalty, added to the gradient; ε is added after the bias correction.
/// </summary>
[RuntimeCall("Adam")]
public sealed record Adam : Optimiser
{
    /// <summary>Decay of the first moment.</summary>
    [Range(0, 1)]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the second moment.</summary>
    [Range(0, 1)]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the second moment.</summary>
    [Range(0, ExclusiveMinimum = true)]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>The L2 penalty's weight, on every trained parameter.</summary>
    [Range(0)]
    public double WeightDecay { get; init; }
}

/// <summary>Stochastic gradient descent, with momentum if wanted; weight decay is an L2 penalty, added to the gradient.</summary>
[RuntimeCall("Sgd")]
public sealed record Sgd : Optimiser
{
    /// <summary>Share of the running sum of gradients that is kept from step to step; 0: none is kept.</summary>
    [Range(0, 1)]
    public double Momentum { get; init; }

    /// <summary>Share of the gradient that is left out of the running sum, from the second step on.</summary>
    [Range(0, 1)]
    public double Dampening { get; init; }

    /// <summary>The L2 penalty's weight, on every trained parameter.</summary>
    [Range(0)]
    public double WeightDecay { get; init; }

    /// <summary>Whether the update looks ahead along the running sum (Nesterov).</summary>
    public bool Nesterov { get; init; }
}
