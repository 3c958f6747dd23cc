using static TorchSharp.torch;

namespace DcrDsl.Models;

/// <summary>
/// Cosines and sines of rotary positions (Su et al., "RoFormer", 2021), pairing i with i + d/2. They are computed by System.Math and not by
/// torch, whose first parallel call of cos or sin can be wrong in the fourth digit. Rounded as transformers does: frequencies in float32,
/// and for float32 models the angles too.
/// </summary>
sealed class RotaryTables(DecoderConfig config, ScalarType dtype, Device device) : IDisposable
{
    readonly Lock growing = new();
    readonly List<Tensor> outgrown = [];
    volatile Tables? tables;

    /// <summary>The turning speed of each pair, in radians a token, in a sequence of <paramref name="length"/> tokens.</summary>
    public static float[] Frequencies(DecoderConfig config, int length = 1) =>
        config.RopeScaling?.Frequencies(config.RopeTheta, config.TurnedWidth, length)
        ?? RopeScaling.Plain(config.RopeTheta, config.TurnedWidth);

    public Device Device => device;

    /// <summary>What turns queries and keys of a sequence of <paramref name="length"/> tokens or fewer.</summary>
    /// <param name="length">The longest sequence.</param>
    /// <param name="at">Takes [length or more, d] to the rows of the tokens that are turned, [B, T, 1, d].</param>
    public Rotation Through(int length, Func<Tensor, Tensor> at)
    {
        var (cosines, signedSines) = Through(length);
        var turns = new HeadTurns(at(cosines), at(signedSines));
        var queries = turns.Over(config.Heads);
        return new(queries, config.KeyValueHeads == config.Heads ? queries : turns.Over(config.KeyValueHeads));
    }

    /// <summary>
    /// Cosines [length or more, d] and sines of the same shape, the first half of the sines negated, so that x·cos + roll(x, d/2)·sin turns
    /// x.
    /// </summary>
    (Tensor Cosines, Tensor SignedSines) Through(int length)
    {
        if (config.RopeScaling?.DependsOn(length) == true)
        {
            // Frequencies of this one length: nothing to keep, so the tables belong to the caller's scope.
            var (cosines, signedSines) = Values(length, Frequencies(config, length));
            return (Made(cosines, length), Made(signedSines, length));
        }
        var found = tables;
        if (found is null || found.Length < length)
            found = Grow(length);
        return (found.Cosines, found.SignedSines);
    }

    Tables Grow(int length)
    {
        lock (growing)
        {
            if (tables is { } found && found.Length >= length)
                return found;
            if (tables is { } old)
                outgrown.AddRange([old.Cosines, old.SignedSines]); // another thread may be reading them
            return tables = Compute(Math.Max(64, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)length)));
        }
    }

    Tables Compute(int length)
    {
        var (cosines, signedSines) = Values(length, Frequencies(config));
        return new(length, Persistent(cosines, length), Persistent(signedSines, length));
    }

    (double[] Cosines, double[] SignedSines) Values(int length, float[] frequencies)
    {
        int half = frequencies.Length,
            width = 2 * half;
        double[] cosines = new double[length * width],
            sines = new double[length * width];
        for (int position = 0; position < length; position++)
        {
            for (int i = 0; i < half; i++)
            {
                double angle = dtype == ScalarType.Float64 ? (double)frequencies[i] * position : frequencies[i] * position;
                int first = position * width + i,
                    second = first + half;
                cosines[first] = cosines[second] = Math.Cos(angle);
                sines[second] = Math.Sin(angle);
                sines[first] = -sines[second];
            }
        }
        return (cosines, sines);
    }

    Tensor Persistent(double[] values, int length)
    {
        using var scope = NewDisposeScope();
        using var off = inference_mode(false);
        return Made(values, length).DetachFromDisposeScope();
    }

    Tensor Made(double[] values, int length) => tensor(values, [length, config.TurnedWidth]).to(dtype).to(device);

    public void Dispose()
    {
        foreach (var tensor in outgrown)
            tensor.Dispose();
        tables?.Cosines.Dispose();
        tables?.SignedSines.Dispose();
    }

    sealed record Tables(int Length, Tensor Cosines, Tensor SignedSines);
}
