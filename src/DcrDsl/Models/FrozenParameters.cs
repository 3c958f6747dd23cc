using static TorchSharp.torch;

namespace DcrDsl.Models;

/// <summary>Parameters that get no gradient until this is disposed.</summary>
sealed class FrozenParameters : IDisposable
{
    readonly Tensor[] frozen;

    public FrozenParameters(IEnumerable<Tensor> parameters)
    {
        // What is frozen already, beside an adapter, stays so.
        frozen = [.. parameters.Where(p => p.requires_grad)];
        foreach (var parameter in frozen)
            parameter.requires_grad = false;
    }

    public void Dispose()
    {
        foreach (var parameter in frozen)
            parameter.requires_grad = true;
    }
}
