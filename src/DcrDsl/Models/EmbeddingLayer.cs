using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Models;

/// <summary>The module that gives tokens their vectors. It refers to the decoder's parameters and owns nothing.</summary>
/// <param name="name">Its Hugging Face name.</param>
/// <param name="weight">[vocabulary, H].</param>
/// <param name="padding">See <see cref="DecoderConfig.PaddingToken"/>.</param>
sealed class EmbeddingLayer(string name, Tensor weight, int? padding)
{
    public string Name { get; } = name;

    public Tensor Weight { get; } = weight;

    /// <summary>What stands in for the lookup; null: nothing does.</summary>
    public IEmbeddingAdapter? Adapter { get; set; }

    /// <summary>The tokens' vectors, in the number format of the weight or of the adapter.</summary>
    /// <param name="tokens">[N], int64.</param>
    /// <returns>[N, H].</returns>
    public Tensor Forward(Tensor tokens) => Adapter is null ? Rows(Weight, tokens) : Adapter.Forward(tokens, this);

    /// <summary>The tokens' rows of a table [vocabulary, n]; that of the padding token gets no gradient.</summary>
    /// <param name="table">The table.</param>
    /// <param name="tokens">[N], int64.</param>
    /// <param name="parameter">Of what the table is made, if it is no parameter itself.</param>
    public Tensor Rows(Tensor table, Tensor tokens, Tensor? parameter = null)
    {
        var rows = ParameterTrace.Lookup(parameter ?? table, tokens, table.RowsAt(tokens));
        // Without values no row is told from another, and that device has no such operation.
        if (padding is int token && rows.requires_grad && rows.device_type != DeviceType.META)
            rows = where(tokens.eq(token).unsqueeze(-1), rows.detach(), rows);
        return rows;
    }
}

/// <summary>Stands in for the embedding's lookup.</summary>
interface IEmbeddingAdapter
{
    /// <summary>[N, H] from [N].</summary>
    Tensor Forward(Tensor tokens, EmbeddingLayer layer);

    /// <summary>Writes into the module's weight what makes it give the same without the adapter.</summary>
    void MergeInto(Tensor weight);
}
