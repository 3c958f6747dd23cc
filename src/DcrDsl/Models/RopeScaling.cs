namespace DcrDsl.Models;

/// <summary>
/// How the rotary frequencies are stretched for texts longer than those of the first training. The arithmetic is float32, as in
/// transformers.
/// </summary>
public abstract record RopeScaling
{
    RopeScaling() { }

    /// <summary>Frequencies 1 / θ^(2i/d) for a sequence of <paramref name="length"/> tokens.</summary>
    internal abstract float[] Frequencies(double theta, int width, int length);

    /// <summary>Whether frequencies are other ones for <paramref name="length"/> tokens than for a short text.</summary>
    internal virtual bool DependsOn(int length) => false;

    /// <summary>1 / θ^(2i/d) for i = 0 … d/2 − 1.</summary>
    internal static float[] Plain(double theta, int width)
    {
        float[] frequencies = new float[width / 2];
        for (int i = 0; i < frequencies.Length; i++)
            frequencies[i] = 1f / (float)Math.Pow(theta, (float)(2 * i) / width);
        return frequencies;
    }

    /// <summary>All frequencies divided by a factor: positions pressed together (Chen et al., "Extending Context Window", 2023).</summary>
    /// <param name="Factor">Above 0.</param>
    public sealed record Linear(double Factor) : RopeScaling
    {
        internal override float[] Frequencies(double theta, int width, int length) =>
            [.. Plain(theta, width).Select(f => f / (float)Factor)];
    }

    /// <summary>
    /// A base that grows with the length of the batch beyond the maximum ("dynamic NTK"): θ · (factor · n/maximum − (factor −
    /// 1))^(d/(d−2)). A row in a longer batch therefore differs from the row alone, and keys in a cache keep the base they were made with.
    /// </summary>
    /// <param name="Factor">Above 0.</param>
    /// <param name="MaximumPositions">Texts up to this length see the plain frequencies (<c>max_position_embeddings</c>).</param>
    public sealed record Dynamic(double Factor, int MaximumPositions) : RopeScaling
    {
        internal override bool DependsOn(int length) => length > MaximumPositions;

        internal override float[] Frequencies(double theta, int width, int length)
        {
            if (!DependsOn(length))
                return Plain(theta, width);
            float stretch = (float)Factor * length / MaximumPositions - (float)(Factor - 1);
            return Plain((float)theta * (float)Math.Pow(stretch, (double)width / (width - 2)), width);
        }
    }

    /// <summary>Llama 3.1: long waves are slowed by a factor, short ones are kept, with a smooth passage between.</summary>
    /// <param name="Factor">Above 0.</param>
    /// <param name="LowFrequencyFactor">Waves longer than the original length divided by this are slowed.</param>
    /// <param name="HighFrequencyFactor">
    /// Waves shorter than the original length divided by this are kept; above <paramref name="LowFrequencyFactor"/>.
    /// </param>
    /// <param name="OriginalPositions">The length of the texts of the first training (<c>original_max_position_embeddings</c>).</param>
    public sealed record Llama3(double Factor, double LowFrequencyFactor, double HighFrequencyFactor, int OriginalPositions) : RopeScaling
    {
        internal override float[] Frequencies(double theta, int width, int length) => [.. Plain(theta, width).Select(Scaled)];

        float Scaled(float frequency)
        {
            float wave = (float)(2 * Math.PI) / frequency,
                factor = (float)Factor,
                low = (float)LowFrequencyFactor;
            if (wave < OriginalPositions / HighFrequencyFactor)
                return frequency;
            if (wave > OriginalPositions / LowFrequencyFactor)
                return frequency / factor;
            float smooth = (OriginalPositions / wave - low) / (float)(HighFrequencyFactor - LowFrequencyFactor);
            return (1 - smooth) * frequency / factor + smooth * frequency;
        }
    }
}
