using static TorchSharp.torch;

namespace DcrDsl.Models;

/// <summary>
/// The linear modules of a decoder multiply in a narrower format until this is disposed, or an adapter is attached. Weights, their
/// gradients, norms and hidden states keep their own, so a weight takes up steps that the narrower one is too coarse for.
/// </summary>
sealed class NarrowedProducts : IDisposable
{
    readonly LinearLayer[] layers;

    /// <summary>Begins.</summary>
    /// <param name="decoder">Has the modules.</param>
    /// <param name="format">The format of products.</param>
    public NarrowedProducts(Decoder decoder, ScalarType format)
    {
        layers = [.. decoder.LinearLayers];
        foreach (var layer in layers)
            layer.Narrowed = format;
    }

    public void Dispose()
    {
        foreach (var layer in layers)
            layer.Narrowed = null;
    }
}
