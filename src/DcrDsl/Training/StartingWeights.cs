using System.Collections;
using DcrDsl.Tensors;
using static TorchSharp.torch;

namespace DcrDsl.Training;

/// <summary>The values that weights have before training, to measure how far it takes them.</summary>
public sealed class StartingWeights : IReadOnlyList<Tensor>, IDisposable
{
    readonly Tensor[] values;

    StartingWeights(Tensor[] values) => this.values = values;

    /// <summary>Copies the values: as much memory again as the weights take.</summary>
    /// <param name="weights">What is going to be trained.</param>
    public static StartingWeights Of(ParameterList weights)
    {
        using var frozen = no_grad();
        return new([.. weights.Select(w => w.detach().clone().DetachFromDisposeScope())]);
    }

    /// <inheritdoc/>
    public int Count => values.Length;

    /// <inheritdoc/>
    public Tensor this[int index] => values[index];

    /// <inheritdoc/>
    public IEnumerator<Tensor> GetEnumerator() => ((IEnumerable<Tensor>)values).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => values.GetEnumerator();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var value in values)
            value.Dispose();
    }
}
