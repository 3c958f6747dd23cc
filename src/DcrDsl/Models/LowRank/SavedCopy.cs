using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace DcrDsl.Models.LowRank;

/// <summary>A trained copy that takes the place of a module's weight, in single (or double) precision whatever the base has.</summary>
/// <param name="copy">The weight.</param>
sealed class SavedCopy(Tensor copy) : ILinearAdapter, IEmbeddingAdapter
{
    public IReadOnlyList<Tensor> Parameters => [copy];

    /// <summary>The head's logits are in the copy's precision.</summary>
    public Tensor Forward(Tensor x, LinearLayer layer)
    {
        using var scope = NewDisposeScope();
        var product = ParameterTrace.Product(copy, x, linear(x.to(copy.dtype), copy, layer.Bias));
        return product.MoveToOuterDisposeScope();
    }

    public Tensor Forward(Tensor tokens, EmbeddingLayer layer) => layer.Rows(copy, tokens);

    public void MergeInto(Tensor weight) => weight.copy_(copy);
}
