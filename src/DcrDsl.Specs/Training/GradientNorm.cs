namespace DcrDsl.Specs;

/// <summary>How large the gradient of all trained parameters together is.</summary>
public enum GradientNorm
{
    /// <summary>The root of the sum of squares.</summary>
    L2,

    /// <summary>The sum of magnitudes.</summary>
    L1,

    /// <summary>The largest magnitude.</summary>
    Max,
}
