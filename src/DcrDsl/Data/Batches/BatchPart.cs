namespace DcrDsl.Data.Batches;

/// <summary>A part of a batch, which goes through the model by itself.</summary>
/// <typeparam name="T">What a batch is.</typeparam>
/// <param name="Part">The part, as if it were a batch.</param>
/// <param name="Share">How much of the batch's mean is its own: its share of what the loss is a mean over.</param>
public readonly record struct BatchPart<T>(T Part, double Share);

static class BatchParts
{
    /// <summary>Cuts examples into parts in their order, none of them empty; the first may be larger by one.</summary>
    public static IEnumerable<T[]> Of<T>(T[] examples, int parts)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(parts);
        int count = Math.Min(parts, examples.Length);
        return Enumerable.Range(0, count).Select(part => examples[From(part)..From(part + 1)]);

        int From(int part) => part * (examples.Length / count) + Math.Min(part, examples.Length % count);
    }
}
