using DcrDsl.Models.LowRank;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace DcrDsl.Models;

/// <summary>A linear module of a decoder under its Hugging Face name. It refers to the decoder's parameters and owns nothing.</summary>
/// <param name="name">For example <c>model.layers.0.self_attn.q_proj</c>.</param>
/// <param name="weight">[outputs, inputs].</param>
/// <param name="bias">[outputs], or null.</param>
sealed class LinearLayer(string name, Tensor weight, Tensor? bias)
{
    static readonly Scalar One = 1;

    readonly ScalarType format = weight.dtype;
    readonly Lock gate = new();
    LaidOutWeight? laidOut;
    int readers;

    public string Name { get; } = name;

    public Tensor Weight { get; } = weight;

    public Tensor? Bias { get; } = bias;

    /// <summary>What stands in for the module's product; null: nothing does.</summary>
    public ILinearAdapter? Adapter { get; set; }

    /// <summary>Whether a frozen weight of a narrower format than the input is converted for each product, instead of the input.</summary>
    public bool Widens { get; set; }

    /// <summary>
    /// The narrower format in which a weight is multiplied that keeps its own, and with it its gradient; null: it is multiplied in its own.
    /// </summary>
    public ScalarType? Narrowed { get; set; }

    /// <summary>Whether the weight is laid out.</summary>
    public bool IsLaidOut => laidOut is not null;

    /// <summary>
    /// Lays the weight out for products that no gradient goes back through, until that is taken back as often; it must not change
    /// meanwhile.
    /// </summary>
    public void LayOut()
    {
        lock (gate)
        {
            if (readers == 0)
                laidOut = LaidOutWeight.Of(Weight);
            readers++;
        }
    }

    /// <summary>Undoes <see cref="LayOut"/>.</summary>
    public void TakeBack()
    {
        lock (gate)
            if (--readers == 0)
            {
                laidOut?.Dispose();
                laidOut = null;
            }
    }

    /// <summary>x · weightᵀ + bias.</summary>
    /// <param name="x">[…, inputs].</param>
    /// <returns>[…, outputs].</returns>
    public Tensor Forward(Tensor x) => Adapter is null ? Product(x, Bias) : Adapter.Forward(x, this);

    /// <summary>
    /// x · weightᵀ + bias without the adapter, in the format of the input. A frozen weight in bfloat16 is multiplied as such, which is
    /// twice as fast where the processor can, and the product comes back; what is added to it later, and the residual stream, keep their
    /// precision.
    /// </summary>
    public Tensor Product(Tensor x, Tensor? bias)
    {
        bool plain = x.dtype == format && Narrowed is null;
        var product =
            plain ? Multiplied(x, bias)
            : x.dtype == format ? linear(x.to(Narrowed!.Value), Weight.to(Narrowed.Value)).to(format)
            : Widens ? WidenedProduct.Of(x, this)
            : Multiplied(x.to(format), bias: null).to(x.dtype);
        if (bias is not null)
        {
            if (!plain)
                product.add_(bias, One);
            ParameterTrace.Shift(bias, product);
        }
        return ParameterTrace.Product(Weight, x, product);
    }

    Tensor Multiplied(Tensor x, Tensor? bias) =>
        laidOut is { } known && !is_grad_enabled() ? known.Product(x, bias) : linear(x, Weight, bias);
}

/// <summary>Stands in for a linear module's product.</summary>
interface ILinearAdapter
{
    /// <summary>[…, outputs] from [..., inputs].</summary>
    Tensor Forward(Tensor x, LinearLayer layer);

    /// <summary>What is trained.</summary>
    IReadOnlyList<Tensor> Parameters { get; }

    /// <summary>What drops its inputs in training; null: nothing does.</summary>
    LoraDropout? Dropout => null;

    /// <summary>Writes into the module's weight what makes it give the same without the adapter.</summary>
    void MergeInto(Tensor weight);
}
