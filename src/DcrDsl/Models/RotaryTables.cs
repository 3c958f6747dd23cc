using static TorchSharp.torch;

namespace DcrDsl.Models;

/// <summary>
/// Cosines and sines of rotary positions (Su et al., "RoFormer", 2021), pairing i with i + d/2. They are computed by System.Math and not by torch, whose
/// first parallel call of cos or sin can be wrong in the fourth digit. Rounded as transformers does: frequencies in float32, and for float32
/// models the angles too.
/// </summary>
sealed class RotaryTables(DecoderConfig config, ScalarType dtype, Device device) : IDisposable
{
    readonly Lock growing = new();
    readonly List<Tensor> outgrown = [];
    volatile Tables? tables;

    /// <summary>1 / θ^(2i/d) for i = 0 … d/2 − 1.</summary>
    public static float[] Frequencies(DecoderConfig config)
    {
        float[] frequencies = new float[config.HeadDim / 2];
        for (int i = 0; i < frequencies.Length; i++)
            frequencies[i] = 1f / (float)Math.Pow(config.RopeTheta, (float)(2 * i) / config.HeadDim);
        return frequencies;
    }

    /// <summary>Cosines [length or more, d] and sines of the same shape, the first half of the sines negated, so that x·cos + roll(x, d/2)·sin turns x.</summary>
    public (Tensor Cosines, Tensor SignedSines) Through(int length)
    {
        var found = tables;
        if (found is null || found.Length < length) found = Grow(length);
        return (found.Cosines, found.SignedSines);
    }

    Tables Grow(int length)
    {
        lock (growing)
        {
            if (tables is { } found && found.Length >= length) return found;
            if (tables is { } old) outgrown.AddRange([old.Cosines, old.SignedSines]);      // another thread may be reading them
            return tables = Compute(Math.Max(64, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)length)));
        }
    }

    Tables Compute(int length)
    {
        float[] frequencies = Frequencies(config);
        int half = frequencies.Length, width = 2 * half;
        double[] cosines = new double[length * width], sines = new double[length * width];
        for (int position = 0; position < length; position++)
        {
            for (int i = 0; i < half; i++)
            {
                double angle = dtype == ScalarType.Float64 ? (double)frequencies[i] * position : frequencies[i] * position;
                int first = position * width + i, second = first + half;
                cosines[first] = cosines[second] = Math.Cos(angle);
                sines[second] = Math.Sin(angle);
                sines[first] = -sines[second];
            }
        }
        return new(length, Persistent(cosines, length, width), Persistent(sines, length, width));
    }

    Tensor Persistent(double[] values, int length, int width)
    {
        using var scope = NewDisposeScope();
        using var off = inference_mode(false);
        return tensor(values, [length, width]).to(dtype).to(device).DetachFromDisposeScope();
    }

    public void Dispose()
    {
        foreach (var tensor in outgrown) tensor.Dispose();
        tables?.Cosines.Dispose();
        tables?.SignedSines.Dispose();
    }

    sealed record Tables(int Length, Tensor Cosines, Tensor SignedSines);
}
