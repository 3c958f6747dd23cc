using DcrDsl.Data;
using DcrDsl.Models.LowRank;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Models;

/// <content>Where weights come from, and in which number format they are.</content>
public sealed partial class Decoder
{
    SharedWeights? shared;

    /// <summary>
    /// Exchanges every parameter of another number format, one at a time, for one in the format wanted, and says whether they are trained.
    /// Gradients are dropped, and with them every adapter's hold on the modules, which are made anew. What is trained is the decoder's own.
    /// </summary>
    /// <param name="matrices">The formats of the embedding and the linear weights; null: as they are.</param>
    /// <param name="vectors">The format of norms and biases, and with them of the hidden states; null: as they are.</param>
    /// <param name="trained">Whether they get gradients.</param>
    /// <param name="adapter">The adapter that is being attached; null: none is.</param>
    internal void Refit(FrozenFormat? matrices, ScalarType? vectors, bool trained, LoraAdapter? adapter)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        bool copies = trained && shared is { IsShared: true };
        Tensor[] weights = [.. Parameters.Select(Converted)];
        if (copies)
            LeaveShared();
        rotary.Dispose();
        embeddingScale?.Dispose();
        Wire(weights);
        if (matrices is { } format && format.Computed != format.Stored)
            foreach (var layer in LinearLayers)
                layer.Widens = true;
        Adapter = adapter;

        Tensor Converted(Tensor parameter)
        {
            parameter.grad = null;
            var format = (parameter.shape.Length > 1 ? matrices?.Stored : vectors) ?? parameter.dtype;
            if (parameter.dtype == format && !copies)
                return parameter.requires_grad_(trained);
            using (parameter)
                return parameter.to(format, copy: true).detach().requires_grad_(trained).DetachFromDisposeScope();
        }
    }

    /// <summary>Gives the decoder weights of its own where another one has the same, so that it may change them.</summary>
    internal void OwnWeights()
    {
        if (shared is { IsShared: true })
            Refit(matrices: null, vectors: null, trained: true, adapter: null);
    }

    void LeaveShared()
    {
        shared?.Leave();
        shared = null;
    }

    /// <summary>Gives a head that is tied to the embedding weights of its own, the same ones; the modules are made anew.</summary>
    internal void Untie()
    {
        if (!Config.TieEmbeddings)
            return;
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var weight = embedding.Weight.detach().clone().requires_grad_(embedding.Weight.requires_grad);
        Config = Config with { TieEmbeddings = false };
        rotary.Dispose();
        embeddingScale?.Dispose();
        Wire([.. Parameters, weight.DetachFromDisposeScope()]);
    }

    /// <summary>
    /// A decoder with random weights: normal with standard deviation 0.02 for the embedding and 1/√(3·inputs) for every linear layer, which
    /// is the spread of PyTorch's nn.Linear; norms scale by 1, biases are 0. Each parameter has a random stream of its own, drawn in double
    /// on the CPU, so its bytes depend on the seed, its name and its shape only. (A spread of 0.02 in all layers, as is usual for wide
    /// models, is too little at width 64: the hidden states of the refined layer then barely tell prompts apart; see docs/results.md.)
    /// </summary>
    /// <param name="config">The shape.</param>
    /// <param name="seed">The seed of the cell.</param>
    /// <param name="device">Where the parameters shall be.</param>
    /// <param name="dtype">The number format.</param>
    /// <exception cref="InputException">The sizes do not fit together.</exception>
    public static Decoder Initialise(DecoderConfig config, ulong seed, Device device, ScalarType dtype = ScalarType.Float32)
    {
        return FromWeights(config, (name, shape) => tensor(Draw(name, shape), shape), device, dtype);

        double[] Draw(string name, long[] shape)
        {
            double[] values = new double[shape.Aggregate(1L, (a, b) => a * b)];
            if (shape.Length == 1)
            {
                bool one = name.EndsWith("norm.weight", StringComparison.Ordinal) && !config.NormAddsOne;
                Array.Fill(values, one ? 1 : 0);
                return values;
            }
            double scale = name == "model.embed_tokens.weight" ? 0.02 : 1 / Math.Sqrt(3.0 * shape[1]);
            var stream = new RandomStream(seed, "weights." + name);
            for (int i = 0; i < values.Length; i++)
                values[i] = scale * stream.NextNormal();
            return values;
        }
    }

    /// <summary>A decoder with given weights, which are copied.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="weights">Gives the tensor of a name and shape, for every entry of <see cref="DecoderConfig.ParameterShapes"/>.</param>
    /// <param name="device">Where the parameters shall be.</param>
    /// <param name="dtype">The number format they are converted to.</param>
    /// <exception cref="InputException">
    /// The sizes do not fit together, or a weight has another shape than the configuration says.
    /// </exception>
    public static Decoder FromWeights(
        DecoderConfig config,
        Func<string, long[], Tensor> weights,
        Device device,
        ScalarType dtype = ScalarType.Float32
    )
    {
        return Make(config, Copy);

        Tensor Copy(string name, long[] shape)
        {
            using var one = NewDisposeScope();
            var given = weights(name, shape);
            if (!given.shape.AsSpan().SequenceEqual(shape))
                throw new InputException(
                    $"'{name}' has shape [{string.Join(", ", given.shape)}], and the configuration says [{string.Join(", ", shape)}]."
                );
            return given.to(dtype).to(device).detach().clone().MoveToOuterDisposeScope();
        }
    }

    /// <summary>
    /// A decoder that takes over the tensors <paramref name="weights"/> gives; they have their shape, device and number format already.
    /// </summary>
    internal static Decoder Make(DecoderConfig config, Func<string, long[], Tensor> weights)
    {
        config.Validate();
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var parameters = config.ParameterShapes().Select(p => weights(p.Name, p.Shape).requires_grad_()).ToList();
        return new Decoder(config, [.. parameters.Select(p => p.DetachFromDisposeScope())]);
    }

    /// <summary>A copy with parameters of its own.</summary>
    /// <exception cref="InvalidOperationException">An adapter is attached, which a copy would lack.</exception>
    public Decoder Clone()
    {
        if (Adapter is not null)
            throw new InvalidOperationException("An adapter is attached: merge it or take it off before the decoder is copied.");
        return CloneWeights();
    }

    /// <summary>A copy of the weights, in the format of the hidden states, without an adapter that may be attached.</summary>
    internal Decoder CloneWeights()
    {
        var copy = FromWeights(Config, (name, _) => Parameters[name], Device, Dtype);
        copy.SourceDirectory = SourceDirectory;
        return copy;
    }

    /// <summary>
    /// A decoder with the same weights in memory, where they have the format of the hidden states, without an adapter that may be attached.
    /// Whichever of the two is to change them first takes copies: see <see cref="OwnWeights"/>.
    /// </summary>
    internal Decoder ShareWeights()
    {
        var copy = Make(Config, (name, _) => Parameters[name].to(Dtype).detach());
        copy.SourceDirectory = SourceDirectory;
        copy.shared = SharedWeights.Join(ref shared);
        return copy;
    }
}
