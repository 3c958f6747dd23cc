using DcrDsl.Models.Attachments;
using DcrDsl.Specs;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Models.LowRank;

/// <summary>
/// A low-rank adapter of a decoder. While it is attached the decoder's own parameters are frozen: they get no gradient and no memory for
/// one, and training moves <see cref="Parameters"/> only. Computes what PEFT's LoRA computes; its tensors live outside dispose scopes until
/// it is disposed.
/// </summary>
public sealed class LoraAdapter : Attachment
{
    /// <summary>What PEFT puts before the names of modules.</summary>
    internal const string Prefix = "base_model.model.";

    readonly List<(string Name, Tensor Value)> tensors = [];
    readonly Dictionary<string, ILinearAdapter> linear = new(StringComparer.Ordinal);
    readonly Dictionary<string, IEmbeddingAdapter> embedding = new(StringComparer.Ordinal);
    readonly List<LoraDropout> dropouts = [];
    readonly ScalarType dtype;
    readonly Origin origin;
    Decoder? decoder;

    LoraAdapter(LoraOptions options, Decoder decoder, Origin origin)
    {
        Options = options;
        this.origin = origin;
        dtype = decoder.Dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        AllLinear = LoraTargets.AllLinearNames(decoder);
    }

    /// <summary>What it changes and how.</summary>
    public LoraOptions Options { get; }

    /// <summary>
    /// What is trained, in float32 (float64 for a float64 decoder), under the names that PEFT gives it in <c>adapter_model.safetensors</c>.
    /// </summary>
    public ParameterList Parameters { get; private set; } = null!;

    /// <summary>Whether the decoder is computing with it.</summary>
    public override bool IsAttached => decoder is not null;

    /// <inheritdoc/>
    public override string Kind => "lora";

    /// <inheritdoc/>
    public override string? MergeObstacle => decoder is null ? NotAttached : null;

    internal override bool FreezesWeights => true;

    /// <summary>What "all-linear" stands for in the decoder it was made for.</summary>
    internal IReadOnlyList<string> AllLinear { get; }

    /// <summary>
    /// Attaches a new adapter, which changes nothing yet: A is uniform in ±1/√inputs or normal, as the options say, and B is 0 (for an
    /// embedding A is 0 and B is normal), each tensor with a random stream of its own.
    /// </summary>
    /// <param name="decoder">Must have no adapter. Its <see cref="Decoder.Parameters"/> may be other ones afterwards.</param>
    /// <param name="options">What it changes and how.</param>
    /// <param name="seed">The seed of the cell.</param>
    /// <param name="purpose">What its random numbers are for: different for two adapters of one cell.</param>
    /// <param name="frozen">
    /// The number format the frozen matrices are converted to, one at a time, and multiplied in: bfloat16 takes half the memory, and about
    /// 0.6 of float32's time where the processor has units for it (see <see cref="FrozenFormat.Faster"/>). Norms, biases, hidden states and
    /// the adapter are float32 then. Null: everything stays as it is.
    /// </param>
    /// <exception cref="InputException">The options do not fit each other or the decoder; nothing has been changed.</exception>
    /// <exception cref="InvalidOperationException">The decoder has an adapter.</exception>
    public static LoraAdapter Attach(Decoder decoder, LoraOptions options, ulong seed, string purpose, FrozenFormat? frozen = null) =>
        Attach(decoder, options, LoraTargets.Of(options, decoder), seed, purpose, frozen, given: null);

    /// <summary>The same with given values in place of initial ones; their shapes are right.</summary>
    internal static LoraAdapter Attach(
        Decoder decoder,
        LoraOptions options,
        LoraTargets targets,
        ulong seed,
        string purpose,
        FrozenFormat? frozen,
        Func<string, Tensor>? given
    )
    {
        if (decoder.Adapter is not null)
            throw new InvalidOperationException("The decoder has an adapter: merge it or take it off first.");
        if (frozen is { Stored: not (ScalarType.Float32 or ScalarType.Float64 or ScalarType.BFloat16 or ScalarType.Float16) })
            throw new ArgumentException($"{frozen} is no number format for weights.", nameof(frozen));
        if (frozen is { } format && format.Computed != format.Stored && format.Computed != ScalarType.Float32)
            throw new ArgumentException(
                $"{format}: matrices are computed in the format they are held in, or in " + $"{ScalarType.Float32}.",
                nameof(frozen)
            );
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var adapter = new LoraAdapter(options, decoder, new Origin(seed, purpose, frozen));
        decoder.Refit(frozen, frozen is null ? null : adapter.dtype, trained: false, adapter);
        adapter.decoder = decoder;
        adapter.Build(decoder, targets, new LoraBeginning(seed, purpose, adapter.dtype, decoder.Device), given);
        return adapter;
    }

    void Build(Decoder decoder, LoraTargets targets, LoraBeginning initial, Func<string, Tensor>? given)
    {
        foreach (var target in targets.LowRank)
        {
            if (target.Module == decoder.Embedding.Name)
                Embed(target);
            else
                Beside(decoder.LinearLayers.Single(l => l.Name == target.Module), target);
        }
        foreach (string module in targets.Saved)
        {
            bool rows = module == decoder.Embedding.Name;
            var copy = new SavedCopy(
                Own($"{module}.weight", () => initial.Copy(rows ? decoder.Embedding.Weight : decoder.LinearLayers[^1].Weight))
            );
            if (rows)
                embedding.Add(module, decoder.Embedding.Adapter = copy);
            else
                linear.Add(module, decoder.LinearLayers[^1].Adapter = copy);
        }
        Parameters = new ParameterList(tensors.Select(t => t.Name), tensors.Select(t => t.Value));

        void Embed(LoraTarget target)
        {
            var (vocabulary, width) = (decoder.Embedding.Weight.shape[0], decoder.Embedding.Weight.shape[1]);
            var a = Own($"{target.Module}.lora_embedding_A", () => initial.Zeros(target.Rank, vocabulary));
            var b = Own($"{target.Module}.lora_embedding_B", () => initial.Normal($"{target.Module}.lora_embedding_B", width, target.Rank));
            embedding.Add(target.Module, decoder.Embedding.Adapter = new LowRankEmbedding(a, b, target.Scaling));
        }

        void Beside(LinearLayer layer, LoraTarget target)
        {
            var (outputs, inputs) = (layer.Weight.shape[0], layer.Weight.shape[1]);
            var a = Own($"{target.Module}.lora_A.weight", () => Beginning($"{target.Module}.lora_A", target.Rank, inputs));
            var b = Own($"{target.Module}.lora_B.weight", () => initial.Zeros(outputs, target.Rank));
            var m = Options.WeightDecomposed
                ? Own($"{target.Module}.lora_magnitude_vector", () => DecomposedPath.Lengths(initial.Copy(layer.Weight)))
                : null;
            var dropout = Options.Dropout > 0 ? initial.Dropout(Options.Dropout, target.Module) : null;
            if (dropout is not null)
                dropouts.Add(dropout);
            linear.Add(
                target.Module,
                layer.Adapter = m is null
                    ? new LowRankPath(a, b, target.Scaling, dropout)
                    : new DecomposedPath(a, b, m, target.Scaling, dropout)
            );
        }

        Tensor Beginning(string name, long rank, long inputs) =>
            Options.Initialisation == LoraInitialisation.Gaussian
                ? initial.Normal(name, rank, inputs) / rank
                : initial.Uniform(name, rank, inputs);

        Tensor Own(string name, Func<Tensor> make)
        {
            var value = given?.Invoke(Prefix + name).to(dtype, decoder.Device) ?? make();
            tensors.Add((Prefix + name, value.detach().contiguous().requires_grad_().DetachFromDisposeScope()));
            return tensors[^1].Value;
        }
    }

    /// <summary>Names and shapes of the tensors that an adapter of these targets has.</summary>
    internal static IReadOnlyList<(string Name, long[] Shape)> Shapes(Decoder decoder, LoraOptions options, LoraTargets targets)
    {
        var layers = decoder.LinearLayers.ToDictionary(l => l.Name, l => l.Weight.shape, StringComparer.Ordinal);
        layers.Add(decoder.Embedding.Name, decoder.Embedding.Weight.shape);
        return [.. targets.LowRank.SelectMany(Path), .. targets.Saved.Select(m => ($"{Prefix}{m}.weight", layers[m]))];

        IEnumerable<(string, long[])> Path(LoraTarget target)
        {
            string name = Prefix + target.Module;
            long[] shape = layers[target.Module];
            if (target.Module == decoder.Embedding.Name)
                return [(name + ".lora_embedding_A", [target.Rank, shape[0]]), (name + ".lora_embedding_B", [shape[1], target.Rank])];
            (string, long[])[] both =
            [
                (name + ".lora_A.weight", [target.Rank, shape[1]]),
                (name + ".lora_B.weight", [shape[0], target.Rank]),
            ];
            return options.WeightDecomposed ? both.Append((name + ".lora_magnitude_vector", [shape[0]])) : both;
        }
    }

    /// <summary>
    /// Begins a training step: its dropout masks are a function of (seed, purpose, module, step). Nothing is dropped where gradients are
    /// not recorded. Without dropout it does nothing.
    /// </summary>
    /// <param name="step">The step, from 0.</param>
    public void BeginStep(int step)
    {
        foreach (var dropout in dropouts)
            dropout.BeginStep(step);
    }

    /// <summary>
    /// The decoder is afterwards as any other, its parameters float32 (float64) and trained. A base that was converted to bfloat16 keeps
    /// the rounding of that.
    /// </summary>
    private protected override void Fold()
    {
        var merged = TakeOff();
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        foreach (var layer in merged.LinearLayers)
            if (linear.TryGetValue(layer.Name, out var path))
                path.MergeInto(layer.Weight);
        if (embedding.TryGetValue(merged.Embedding.Name, out var lookup))
            lookup.MergeInto(merged.Embedding.Weight);
    }

    /// <summary>
    /// Takes the adapter off, leaving the decoder's weights as they were (but for the rounding of a conversion), float32 (float64) and
    /// trained.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is not attached.</exception>
    public override void Detach() => TakeOff();

    /// <summary>Writes it as PEFT does: see <see cref="PeftDirectory"/>.</summary>
    /// <inheritdoc/>
    public override void Save(string directory, string? baseModel = null) => PeftDirectory.Save(directory, this, baseModel);

    internal override void PutOn(Decoder other)
    {
        if (!ReferenceEquals(decoder, other))
            throw new InvalidOperationException("The adapter was made for another decoder, or is taken off: attach a new one.");
    }

    internal override Attachment CloneOnto(Decoder copy) =>
        Attach(
            copy,
            Options,
            LoraTargets.Of(Options, copy),
            origin.Seed,
            origin.Purpose,
            origin.Frozen,
            name => Parameters[name].detach().clone()
        );

    /// <summary>The decoder is being freed.</summary>
    internal void Forget() => decoder = null;

    Decoder TakeOff()
    {
        var former = decoder ?? throw new InvalidOperationException("The adapter is not attached.");
        former.Refit(dtype, dtype, trained: true, adapter: null);
        decoder = null;
        return former;
    }

    /// <summary>Frees the adapter's tensors; one that is attached is taken off first.</summary>
    public override void Dispose()
    {
        if (decoder is not null)
            Detach();
        foreach (var (_, value) in tensors)
            value.Dispose();
        foreach (var path in linear.Values.OfType<IDisposable>().Concat(embedding.Values.OfType<IDisposable>()))
            path.Dispose();
        foreach (var dropout in dropouts)
            dropout.Dispose();
    }

    /// <summary>What a copy of it is made with.</summary>
    sealed record Origin(ulong Seed, string Purpose, FrozenFormat? Frozen);
}
