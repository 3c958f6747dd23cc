using System.Collections;
using static TorchSharp.torch;

namespace DcrDsl.Tensors;

/// <summary>
/// Parameters in a fixed order, each with its name: what an optimiser steps over and a checkpoint stores. It does not own the tensors.
/// </summary>
public sealed class ParameterList : IReadOnlyList<Tensor>
{
    readonly string[] names;
    readonly Tensor[] tensors;
    readonly Dictionary<string, Tensor> byName;

    internal ParameterList(IEnumerable<string> names, IEnumerable<Tensor> tensors)
    {
        this.names = [.. names];
        this.tensors = [.. tensors];
        byName = this.names.Zip(this.tensors).ToDictionary(p => p.First, p => p.Second, StringComparer.Ordinal);
    }

    /// <summary>The names, in the order of the tensors.</summary>
    public IReadOnlyList<string> Names => names;

    /// <inheritdoc/>
    public int Count => tensors.Length;

    /// <inheritdoc/>
    public Tensor this[int index] => tensors[index];

    /// <summary>The parameter of that name.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public Tensor this[string name] => byName[name];

    internal Tensor? Find(string name) => byName.GetValueOrDefault(name);

    internal ParameterList First(int count) => new(names.Take(count), tensors.Take(count));

    /// <inheritdoc/>
    public IEnumerator<Tensor> GetEnumerator() => ((IEnumerable<Tensor>)tensors).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => tensors.GetEnumerator();
}
