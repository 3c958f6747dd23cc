namespace DcrDsl.Specs;

/// <summary>How gradients become updates.</summary>
public abstract record Optimiser;

/// <summary>An optimiser that may treat some parameters otherwise than the rest.</summary>
public abstract record GroupedOptimiser : Optimiser
{
    /// <summary>
    /// Whether norm weights and biases decay too. The Trainer of transformers leaves them out, by the same names: <c>bias</c>, and what has
    /// <c>norm</c> or <c>layernorm</c> in it.
    /// </summary>
    [OmittedAtDefault]
    public bool DecayNormsAndBiases { get; init; } = true;

    /// <summary>Modules that learn at another rate than the rest; the first entry that names a parameter counts.</summary>
    [OmittedAtDefault]
    public ValueList<RateFactor> RateFactors { get; init; } = ValueList<RateFactor>.Empty;
}

/// <summary>A factor of the learning rate for some modules.</summary>
public sealed record RateFactor
{
    /// <summary>
    /// A part of the names of parameters between dots: <c>embed_tokens</c>, <c>layers.3</c>, <c>q_proj</c>; <c>lora_B</c> for a ratio of
    /// rates as LoRA+ has it (Hayou et al., 2024).
    /// </summary>
    public string Modules { get; init; } = "";

    /// <summary>Their rate is the step's rate times this; 0: they stay as they are.</summary>
    [Range(0)]
    public double Factor { get; init; } = 1;
}

/// <summary>AdamW (Loshchilov and Hutter, 2019): decoupled weight decay, ε added after the bias correction.</summary>
[RuntimeCall("AdamW")]
public sealed record AdamW : GroupedOptimiser
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

    /// <summary>Decay per unit of learning rate.</summary>
    [Range(0)]
    public double WeightDecay { get; init; }

    /// <summary>Whether the largest second moment so far divides the update, not the current one (AMSGrad, Reddi et al., 2018).</summary>
    [OmittedAtDefault]
    public bool Amsgrad { get; init; }
}

/// <summary>
/// Adam (Kingma and Ba, 2015): weight decay is an L2 penalty, added to the gradient; ε is added after the bias correction.
/// </summary>
[RuntimeCall("Adam")]
public sealed record Adam : GroupedOptimiser
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

    /// <summary>The L2 penalty's weight.</summary>
    [Range(0)]
    public double WeightDecay { get; init; }

    /// <summary>Whether the largest second moment so far divides the update, not the current one (AMSGrad, Reddi et al., 2018).</summary>
    [OmittedAtDefault]
    public bool Amsgrad { get; init; }
}

/// <summary>Stochastic gradient descent, with momentum if wanted; weight decay is an L2 penalty, added to the gradient.</summary>
[RuntimeCall("Sgd")]
public sealed record Sgd : GroupedOptimiser
{
    /// <summary>Share of the running sum of gradients that is kept from step to step; 0: none is kept.</summary>
    [Range(0, 1)]
    public double Momentum { get; init; }

    /// <summary>Share of the gradient that is left out of the running sum, from the second step on.</summary>
    [Range(0, 1)]
    public double Dampening { get; init; }

    /// <summary>The L2 penalty's weight.</summary>
    [Range(0)]
    public double WeightDecay { get; init; }

    /// <summary>Whether the update looks ahead along the running sum (Nesterov).</summary>
    public bool Nesterov { get; init; }
}
