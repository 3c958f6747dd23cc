using System.Diagnostics.CodeAnalysis;
using DcrDsl.Models.Interventions;
using DcrDsl.Models.LowRank;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Models;

/// <summary>
/// A pre-norm decoder-only transformer (Touvron et al., "LLaMA", 2023): RMSNorm, rotary positions, grouped-query attention, SwiGLU;
/// other families are switches of its <see cref="DecoderConfig"/>.
/// Its parameters are plain tensors under Hugging Face's names. They live outside dispose scopes until the decoder is disposed.
/// </summary>
public sealed partial class Decoder : ITokenHead, IDisposable
{
    readonly Scalar epsilon;
    readonly InterventionList interventions = new();
    EmbeddingLayer embedding;
    Tensor finalNorm;
    LinearLayer head;
    DecoderBlock[] blocks;
    RotaryTables rotary;
    Scalar? embeddingScale;
    bool recomputes;

    Decoder(DecoderConfig config, IReadOnlyList<Tensor> weights)
    {
        Config = config;
        epsilon = config.NormEpsilon;
        Wire(weights);
    }

    [MemberNotNull(nameof(Parameters), nameof(embedding), nameof(finalNorm), nameof(head), nameof(blocks), nameof(rotary))]
    void Wire(IReadOnlyList<Tensor> weights)
    {
        Parameters = new ParameterList(Config.ParameterShapes().Select(p => p.Name), weights);
        embedding = new EmbeddingLayer("model.embed_tokens", Parameters["model.embed_tokens.weight"], Config.PaddingToken);
        finalNorm = Parameters["model.norm.weight"];
        head = new LinearLayer("lm_head", Config.TieEmbeddings ? embedding.Weight : Parameters["lm_head.weight"], bias: null);
        blocks = [.. Enumerable.Range(0, Config.Layers).Select(i => new DecoderBlock(Config, Parameters, i, epsilon))];
        rotary = new RotaryTables(Config, Dtype, Device);
        if (Config.ScaleEmbeddings)
            embeddingScale = Rounded(Math.Sqrt(Config.HiddenSize), Dtype);
    }

    /// <summary>The shape.</summary>
    public DecoderConfig Config { get; private set; }

    /// <summary>
    /// All parameters: the embedding, the blocks in order, the final norm, the head unless tied. An adapter may exchange them for others:
    /// ask for them again after one is attached, merged or taken off.
    /// </summary>
    public ParameterList Parameters { get; private set; }

    /// <summary>Where the parameters are.</summary>
    public Device Device => embedding.Weight.device;

    /// <summary>
    /// The number format of the hidden states and of the parameters; matrices that are frozen under an adapter may have another.
    /// </summary>
    public ScalarType Dtype => finalNorm.dtype;

    /// <summary>
    /// The Hugging Face directory that the decoder, or the one it was copied from, was opened from; null: it was made otherwise.
    /// </summary>
    public string? SourceDirectory { get; internal set; }

    /// <summary>The adapter that is attached; null: none.</summary>
    internal LoraAdapter? Adapter { get; private set; }

    /// <summary>The linear modules: those of the blocks, then the head.</summary>
    internal IReadOnlyList<LinearLayer> LinearLayers => [.. blocks.SelectMany(b => b.LinearLayers), head];

    /// <summary>The module that gives tokens their vectors.</summary>
    internal EmbeddingLayer Embedding => embedding;

    /// <summary>The embedding and blocks 1 … ℓ: what a loss read after block ℓ trains.</summary>
    /// <param name="layer">ℓ, counted from 1.</param>
    /// <exception cref="InputException">There is no block ℓ.</exception>
    public ParameterList ParametersThrough(int layer)
    {
        RequireLayer(layer);
        return Parameters.First(1 + Enumerable.Range(0, layer).Sum(i => Config.BlockShapes(i).Count));
    }

    /// <summary>
    /// Keeps what <see cref="ParametersThrough"/> leaves out from getting gradients, until disposed: for losses whose gradient goes through
    /// the blocks above ℓ, which are run and not trained.
    /// </summary>
    /// <param name="layer">ℓ, counted from 1.</param>
    /// <returns>Lets them get gradients again.</returns>
    /// <exception cref="InputException">There is no block ℓ.</exception>
    public IDisposable FreezeAbove(int layer) => new FrozenParameters(Parameters.Skip(ParametersThrough(layer).Count));

    /// <summary>The residual stream after block ℓ. Later blocks are not run.</summary>
    /// <param name="tokens">[B, T], int64. Padding on the right needs no mask: no token sees it.</param>
    /// <param name="layer">ℓ, counted from 1.</param>
    /// <param name="attentionMask">
    /// [B, T], 1 at tokens and 0 at padding, for padding on the left; a token's position is the number of tokens before it.
    /// </param>
    /// <returns>[B, T, H]; places of padding hold no meaning.</returns>
    /// <exception cref="InputException">There is no block ℓ.</exception>
    public Tensor HiddenAfter(Tensor tokens, int layer, Tensor? attentionMask = null)
    {
        RequireLayer(layer);
        return Run(tokens, layer, attentionMask, null);
    }

    /// <summary>Like <see cref="HiddenAfter(Tensor, int, Tensor?)"/>, without padding on the left.</summary>
    /// <param name="tokens">[B, T], int64.</param>
    /// <param name="layer">ℓ, counted from 1.</param>
    /// <param name="standing">What intervenes, from <see cref="Standing"/>.</param>
    internal Tensor HiddenAfter(Tensor tokens, int layer, InterventionList standing)
    {
        RequireLayer(layer);
        return Run(tokens, layer, null, null, standing);
    }

    /// <summary>The block nearest to a fraction of the depth, counted from 1: 0.5 of 30 is the fifteenth.</summary>
    /// <param name="depth">The fraction, above 0 and at most 1.</param>
    public int LayerAtDepth(double depth) => Math.Clamp((int)Math.Round(depth * Config.Layers), 1, Config.Layers);

    /// <summary>The hidden states after all blocks and the final norm: what <see cref="Head"/> takes.</summary>
    /// <param name="tokens">[B, T], int64. Padding on the right needs no mask: no token sees it.</param>
    /// <param name="attentionMask">
    /// [B, T], 1 at tokens and 0 at padding, for padding on the left; a token's position is the number of tokens before it.
    /// </param>
    /// <returns>[B, T, H]; places of padding hold no meaning.</returns>
    public Tensor Forward(Tensor tokens, Tensor? attentionMask = null) => Forward(tokens, attentionMask, null);

    /// <summary>
    /// Like <see cref="Forward(Tensor, Tensor?)"/>, after the tokens in a cache, which takes up the new ones; the mask covers both.
    /// </summary>
    /// <param name="tokens">[B, T], int64.</param>
    /// <param name="attentionMask">[B, earlier + T], or null.</param>
    /// <param name="cache">The cache, or null.</param>
    /// <param name="standing">What intervenes, from <see cref="StandingFor"/>; null: what stands for all.</param>
    internal Tensor Forward(Tensor tokens, Tensor? attentionMask, KeyValueCache? cache, InterventionList? standing = null)
    {
        using var scope = NewDisposeScope();
        return FinalNorm(Run(tokens, Config.Layers, attentionMask, cache, standing)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Like <see cref="Forward(Tensor, Tensor?)"/>, for rows that branch, behind the tokens of a shared cache or of none.
    /// </summary>
    internal Tensor Forward(Tensor tokens, BranchedRows rows, KeyValueCache? cache, InterventionList? standing = null)
    {
        using var scope = NewDisposeScope();
        return FinalNorm(Run(tokens, Config.Layers, SequenceContext.Of(rotary, rows, cache, Config.SlidingWindow, Dtype), standing))
            .MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Lets something read the states of a pass without padding, behind what stands; unlike <see cref="Intervene"/> it is unseen by other
    /// threads.
    /// </summary>
    internal void Read(Tensor tokens, IIntervention reading)
    {
        using var scope = NewDisposeScope();
        Run(tokens, Config.Layers, attentionMask: null, cache: null, interventions.With(reading));
    }

    Tensor FinalNorm(Tensor hidden) => RootMeanSquareNorm.Apply(hidden, finalNorm, epsilon, Config.NormAddsOne);

    /// <summary>Logits of the next token.</summary>
    /// <param name="hidden">[…, H], from <see cref="Forward(Tensor, Tensor?)"/>.</param>
    /// <returns>[…, vocabulary].</returns>
    public Tensor Head(Tensor hidden)
    {
        CountHead((double)hidden.numel() / Config.HiddenSize, is_grad_enabled());
        return head.Forward(hidden);
    }

    IHeadParts ITokenHead.InParts(Tensor states, long most) => new HeadParts(this, head, states, most);

    /// <summary>Counts the head's operations.</summary>
    internal void CountHead(double rows, bool records) => Count(head, rows, records);

    SequenceContext WithInterventions(SequenceContext context, InterventionList? standing = null)
    {
        standing ??= interventions;
        return standing.IsEmpty ? context : context with { Interventions = standing };
    }

    void Count(SequenceContext context, Tensor hidden, int from, int through, bool records)
    {
        if (context.Tree is { } tree)
            Count(tree, from, through, records);
        else if (context.Groups is { } groups)
            foreach (var group in groups)
                Count(group.Parts.Count, group.Parts.Length, from, through, group.Parts.Earlier, records);
        else
            Count(hidden.shape[0], hidden.shape[1], from, through, context.Cache?.Length ?? 0, records);
    }

    void Count(double rows, double length, int from, int layers, double earlier, bool records)
    {
        for (int i = from; i < layers; i++)
            foreach (var layer in blocks[i].LinearLayers)
                Count(layer, rows * length, records);
        OperationCount.Attention(rows * (layers - from), length, earlier + length, (double)Config.Heads * Config.HeadDim, records);
    }

    static void Count(LinearLayer layer, double rows, bool records)
    {
        double elements = layer.Weight.numel();
        bool trained = layer.Weight.requires_grad;
        OperationCount.Product(rows, trained ? 0 : elements, trained ? elements : 0, records);
    }

    Tensor Run(Tensor tokens, int layers, Tensor? attentionMask, KeyValueCache? cache, InterventionList? standing = null)
    {
        using var scope = NewDisposeScope();
        int length = checked((int)tokens.shape[1]);
        var hidden = Run(tokens, layers, SequenceContext.Of(rotary, length, attentionMask, cache, Config.SlidingWindow, Dtype), standing);
        cache?.Advance(length);
        return hidden.MoveToOuterDisposeScope();
    }

    /// <summary>Lets an intervention change, or read, hidden states in every pass from now on, behind those that stand already.</summary>
    /// <returns>Takes it out again when disposed. Nothing is freed.</returns>
    public IDisposable Intervene(IIntervention intervention) => interventions.Add(intervention);

    /// <summary>Whether what intervenes changes rows of a batch differently.</summary>
    internal bool TellsRowsApart => interventions.TellsRowsApart;

    /// <summary>Whether several threads may read texts with it at once: what intervenes is made for that.</summary>
    internal bool ReadsInThreads => interventions.StandsInThreads;

    /// <summary>Whether this intervention stands, and no other.</summary>
    internal bool HasOnly(IIntervention intervention) => interventions.HasOnly(intervention);

    /// <summary>
    /// What intervenes while answers to some prompts are read or written, a row of the batch for each; null: what stands for all.
    /// </summary>
    internal InterventionList? StandingFor(IReadOnlyList<int[]> prompts) => interventions.ForPrompts(this, prompts);

    /// <summary>The same with a reading behind it, for one pass; unlike <see cref="Intervene"/> it is unseen by other threads.</summary>
    internal InterventionList Standing(InterventionList? forPrompts, IIntervention reading) => (forPrompts ?? interventions).With(reading);

    Tensor Run(Tensor tokens, int layers, SequenceContext context, InterventionList? standing) =>
        Blocks(Embed(tokens), 0, layers, context, standing);

    /// <summary>Blocks <paramref name="from"/> + 1 … <paramref name="through"/>.</summary>
    Tensor Blocks(Tensor hidden, int from, int through, SequenceContext context, InterventionList? standing = null)
    {
        context = WithInterventions(context, standing);
        Count(context, hidden, from, through, is_grad_enabled());
        for (int i = from; i < through; i++)
            hidden = blocks[i].Forward(hidden, context);
        return hidden;
    }

    internal Tensor Embed(Tensor tokens)
    {
        var rows = embedding.Forward(tokens.flatten()).to(Dtype).view(tokens.shape[0], tokens.shape[1], -1);
        return embeddingScale is null ? rows : rows * embeddingScale;
    }

    /// <summary>Through float32 as transformers does, also for float64.</summary>
    static double Rounded(double value, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        return tensor((float)value).to(dtype).to(ScalarType.Float64).item<double>();
    }

    void RequireLayer(int layer)
    {
        if (layer < 1 || layer > Config.Layers)
            throw new InputException(
                FormattableString.Invariant($"Layer {layer} does not exist: the model has layers 1 to {Config.Layers}.")
            );
    }

    /// <summary>Frees the parameters and their gradients. An attached adapter is its owner's to free.</summary>
    public void Dispose()
    {
        Adapter?.Forget();
        LeaveShared();
        foreach (var parameter in Parameters)
            parameter.Dispose();
        rotary.Dispose();
        epsilon.Dispose();
        embeddingScale?.Dispose();
    }
}
