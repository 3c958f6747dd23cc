using static TorchSharp.torch;

namespace DcrDsl.Models.Trees;

/// <summary>The keys and values of a text that was read, for texts that begin as it does. It lives outside dispose scopes.</summary>
/// <param name="tokens">The text's tokens.</param>
/// <param name="layers">Blocks of the model.</param>
sealed class StoredBeginning(int[] tokens, int layers) : IDisposable
{
    readonly Tensor?[] keys = new Tensor?[layers],
        values = new Tensor?[layers];

    /// <summary>The text's tokens.</summary>
    public int[] Tokens => tokens;

    /// <summary>The keys of a block, [tokens, KV, d].</summary>
    public Tensor Keys(int block) => keys[block]!;

    /// <summary>Its values.</summary>
    public Tensor Values(int block) => values[block]!;

    /// <summary>Keeps those of a block.</summary>
    public void Keep(int block, Tensor newKeys, Tensor newValues) =>
        (keys[block], values[block]) = (newKeys.DetachFromDisposeScope(), newValues.DetachFromDisposeScope());

    public void Dispose()
    {
        foreach (var tensor in keys.Concat(values))
            tensor?.Dispose();
    }
}
