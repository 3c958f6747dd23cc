namespace DcrDsl.Models;

/// <summary>How many decoders have the same tensors for weights. Safe to use from many threads.</summary>
sealed class SharedWeights
{
    int holders = 1;

    /// <summary>Whether more than one has them.</summary>
    public bool IsShared => Volatile.Read(ref holders) > 1;

    /// <summary>One more has the weights of a decoder.</summary>
    /// <param name="of">What that decoder knows of others; made where it knows of none.</param>
    public static SharedWeights Join(ref SharedWeights? of)
    {
        var shared = Interlocked.CompareExchange(ref of, new SharedWeights(), null) ?? of;
        Interlocked.Increment(ref shared.holders);
        return shared;
    }

    /// <summary>One less has them: it has copies by now, or is freed.</summary>
    public void Leave() => Interlocked.Decrement(ref holders);
}
