namespace DcrDsl.Models;

/// <summary>The function that gates the feed-forward part.</summary>
public enum FeedForwardActivation
{
    /// <summary>x · σ(x), also called swish.</summary>
    Silu,

    /// <summary>x · Φ(x).</summary>
    Gelu,

    /// <summary>The approximation of <see cref="Gelu"/> by tanh: ½x · (1 + tanh(√(2/π) · (x + 0.044715x³))).</summary>
    GeluTanh,
}
