using static TorchSharp.torch;

namespace DcrDsl.Models;

/// <summary>
/// Keys and values of the tokens seen so far, in storage laid out once for the longest sequence. It lives outside dispose scopes until
/// disposed.
/// </summary>
sealed class KeyValueCache : IDisposable
{
    Tensor[] keys,
        values;

    /// <summary>Room for <paramref name="capacity"/> tokens in each of <paramref name="rows"/> sequences.</summary>
    public KeyValueCache(DecoderConfig config, int rows, int capacity, ScalarType dtype, Device device)
    {
        Capacity = capacity;
        Rows = [.. Enumerable.Range(0, rows)];
        long[] shape = [rows, config.KeyValueHeads, capacity, config.HeadDim];
        keys = Storage();
        values = Storage();

        Tensor[] Storage() => [.. Enumerable.Range(0, config.Layers).Select(_ => empty(shape, dtype, device).DetachFromDisposeScope())];
    }

    /// <summary>Whether its tokens are the common beginning of any number of rows.</summary>
    public bool IsShared { get; private set; }

    /// <summary>Tokens that fit.</summary>
    public int Capacity { get; }

    /// <summary>The sequences that are left, as they were numbered at first.</summary>
    public IReadOnlyList<int> Rows { get; private set; }

    /// <summary>Tokens stored by every block.</summary>
    public int Length { get; private set; }

    /// <summary>
    /// Closes a cache of one row: from now on its tokens are the common beginning of any number of rows, and nothing more is stored.
    /// </summary>
    public void Share() => IsShared = keys[0].shape[0] == 1 ? true : throw new InvalidOperationException("only a single row can be shared");

    /// <summary>
    /// Stores the keys and values [B, KV, T, d] of the newest tokens and returns those of all tokens [B, KV, Length + T, d], as views;
    /// a shared cache stores nothing and returns copies.
    /// </summary>
    public (Tensor Keys, Tensor Values) Append(int block, Tensor newKeys, Tensor newValues)
    {
        if (IsShared)
            return (Behind(keys[block], newKeys), Behind(values[block], newValues));
        long count = newKeys.shape[2];
        keys[block].narrow(2, Length, count).copy_(newKeys);
        values[block].narrow(2, Length, count).copy_(newValues);
        return (keys[block].narrow(2, 0, Length + count), values[block].narrow(2, 0, Length + count));

        Tensor Behind(Tensor stored, Tensor newest) => cat([stored.narrow(2, 0, Length).expand(newest.shape[0], -1, -1, -1), newest], 2);
    }

    /// <summary>Begins every row with the tokens of a cache of one row.</summary>
    public void BeginWith(KeyValueCache row)
    {
        for (int block = 0; block < keys.Length; block++)
        {
            keys[block].narrow(2, 0, row.Length).copy_(row.keys[block].narrow(2, 0, row.Length));
            values[block].narrow(2, 0, row.Length).copy_(row.values[block].narrow(2, 0, row.Length));
        }
        Length = row.Length;
    }

    /// <summary>Begins some of the sequences with keys and values [rows, KV, T, d] of a block.</summary>
    /// <param name="block">The block, counted from 0.</param>
    /// <param name="rows">Which sequences, [rows], int64.</param>
    /// <param name="newKeys">The keys.</param>
    /// <param name="newValues">The values.</param>
    public void Begin(int block, Tensor rows, Tensor newKeys, Tensor newValues)
    {
        keys[block].narrow(2, 0, newKeys.shape[2]).index_copy_(0, rows, newKeys);
        values[block].narrow(2, 0, newValues.shape[2]).index_copy_(0, rows, newValues);
    }

    /// <summary>Counts the tokens that all sequences have begun with.</summary>
    public void Begun(int length) => Length = length;

    /// <summary>Keeps some of the sequences.</summary>
    /// <param name="places">Their places among those that are left.</param>
    public void Keep(long[] places)
    {
        using var rows = tensor(places, device: keys[0].device);
        Rows = [.. places.Select(place => Rows[(int)place])];
        keys = Kept(keys);
        values = Kept(values);

        Tensor[] Kept(Tensor[] all) =>
            Array.ConvertAll(
                all,
                tensor =>
                {
                    using (tensor)
                        return tensor.index_select(0, rows).DetachFromDisposeScope();
                }
            );
    }

    /// <summary>Counts the newest tokens, once every block has stored them.</summary>
    public void Advance(int count)
    {
        if (!IsShared)
            Length += count;
    }

    public void Dispose()
    {
        foreach (var tensor in keys.Concat(values))
            tensor.Dispose();
    }
}
