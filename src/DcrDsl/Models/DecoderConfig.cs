using DcrDsl.Models.Checkpoints;
using DcrDsl.Specs;

namespace DcrDsl.Models;

/// <summary>
/// The shape of a decoder and everything in which one family differs from another, as switches: the network knows no families, and
/// <see cref="ModelFamily"/> lists which family sets which switch.
/// The names follow the keys of Hugging Face's <c>config.json</c>.
/// </summary>
public sealed record DecoderConfig
{
    /// <summary>Rows of the embedding and of the head.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Width H of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Number L of blocks.</summary>
    public required int Layers { get; init; }

    /// <summary>Attention heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Key-value heads, each shared by <see cref="Heads"/> / <see cref="KeyValueHeads"/> attention heads.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Width of one head; even, because rotary positions turn pairs.</summary>
    public required int HeadDim { get; init; }

    /// <summary>Inner width of the feed-forward part.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Added to the mean square in RMSNorm.</summary>
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>Base of the rotary frequencies.</summary>
    public double RopeTheta { get; init; } = 10_000;

    /// <summary>How the rotary frequencies are stretched; null: they are not.</summary>
    public RopeScaling? RopeScaling { get; init; }

    /// <summary>How much of each head is turned by rotary positions, from its start; null: all of it.</summary>
    public int? RotaryDim { get; init; }

    /// <summary>Whether the query, key and value projections have biases.</summary>
    public bool QueryKeyValueBias { get; init; }

    /// <summary>Whether the attention's output projection has a bias.</summary>
    public bool OutputBias { get; init; }

    /// <summary>Whether the three feed-forward layers have biases.</summary>
    public bool FeedForwardBias { get; init; }

    /// <summary>Whether queries and keys are normed head by head before they are turned (Qwen3).</summary>
    public bool QueryKeyNorm { get; init; }

    /// <summary>Whether query, key and value are one matrix, and gate and up another (Phi-3).</summary>
    public bool FusedProjections { get; init; }

    /// <summary>Whether norms scale by 1 + weight (Gemma).</summary>
    public bool NormAddsOne { get; init; }

    /// <summary>Whether embeddings are multiplied by √H, rounded to the number format (Gemma). The head is not.</summary>
    public bool ScaleEmbeddings { get; init; }

    /// <summary>The feed-forward part's function.</summary>
    public FeedForwardActivation Activation { get; init; } = FeedForwardActivation.Silu;

    /// <summary>How many tokens a token of a windowed block sees, itself included; null: no block has a window.</summary>
    public int? SlidingWindow { get; init; }

    /// <summary>For each block, whether it has the window; null: all have it, if there is one.</summary>
    public ValueList<bool>? WindowedBlocks { get; init; }

    /// <summary>Whether the head is the embedding; it then has no weights of its own.</summary>
    public bool TieEmbeddings { get; init; }

    /// <summary>
    /// The token whose embedding row gets no gradient from the lookup (<c>pad_token_id</c>), even where it stands for a real token, as in
    /// transformers; null: every row learns. A tied head still gives it one.
    /// </summary>
    public int? PaddingToken { get; init; }

    /// <summary>Names and shapes of the parameters, in order: the embedding, the blocks, the final norm, the head.</summary>
    public IReadOnlyList<(string Name, long[] Shape)> ParameterShapes() => [.. Shapes()];

    /// <summary>The same one by one: a mistaken number of blocks then costs nothing before the first missing one.</summary>
    internal IEnumerable<(string Name, long[] Shape)> Shapes() =>
        Enumerable
            .Range(0, Layers)
            .SelectMany(BlockShapes)
            .Prepend(("model.embed_tokens.weight", [VocabularySize, HiddenSize]))
            .Append(("model.norm.weight", [HiddenSize]))
            .Concat(TieEmbeddings ? [] : [("lm_head.weight", [VocabularySize, HiddenSize])]);

    internal IReadOnlyList<(string Name, long[] Shape)> BlockShapes(int block)
    {
        string prefix = Prefix(block);
        long width = HiddenSize,
            inner = IntermediateSize,
            queries = (long)Heads * HeadDim,
            keys = (long)KeyValueHeads * HeadDim;
        return
        [
            (prefix + "input_layernorm.weight", [width]),
            .. FusedProjections
                ? Linear("self_attn.qkv_proj", queries + 2 * keys, width, QueryKeyValueBias)
                :
                [
                    .. Linear("self_attn.q_proj", queries, width, QueryKeyValueBias),
                    .. Linear("self_attn.k_proj", keys, width, QueryKeyValueBias),
                    .. Linear("self_attn.v_proj", keys, width, QueryKeyValueBias),
                ],
            .. Linear("self_attn.o_proj", width, queries, OutputBias),
            .. QueryKeyNorm ? Shapes((prefix + "self_attn.q_norm.weight", [HeadDim]), (prefix + "self_attn.k_norm.weight", [HeadDim])) : [],
            (prefix + "post_attention_layernorm.weight", [width]),
            .. FusedProjections
                ? Linear("mlp.gate_up_proj", 2 * inner, width, FeedForwardBias)
                : [.. Linear("mlp.gate_proj", inner, width, FeedForwardBias), .. Linear("mlp.up_proj", inner, width, FeedForwardBias)],
            .. Linear("mlp.down_proj", width, inner, FeedForwardBias),
        ];

        (string, long[])[] Linear(string layer, long outputs, long inputs, bool bias) =>
            bias
                ? [(prefix + layer + ".weight", [outputs, inputs]), (prefix + layer + ".bias", [outputs])]
                : [(prefix + layer + ".weight", [outputs, inputs])];

        static (string, long[])[] Shapes(params (string, long[])[] shapes) => shapes;
    }

    /// <summary>Whether a block, counted from 0, sees only the window.</summary>
    internal bool HasWindow(int block) => SlidingWindow is not null && (WindowedBlocks is not { } windowed || windowed[block]);

    /// <summary>How much of a head is turned.</summary>
    internal int TurnedWidth => RotaryDim ?? HeadDim;

    internal static string Prefix(int block) => FormattableString.Invariant($"model.layers.{block}.");

    /// <summary>Checks that the sizes fit together.</summary>
    /// <exception cref="InputException">
    /// A size is not positive, the head width is odd, or the key-value heads do not divide the heads.
    /// </exception>
    internal void Validate()
    {
        Positive(VocabularySize, "vocabulary");
        Positive(HiddenSize, "hidden size");
        Positive(Layers, "number of layers");
        Positive(Heads, "number of heads");
        Positive(KeyValueHeads, "number of key-value heads");
        Positive(HeadDim, "head width");
        Positive(IntermediateSize, "feed-forward width");
        if (Heads % KeyValueHeads != 0)
            throw new InputException(
                FormattableString.Invariant($"{KeyValueHeads} key-value heads do not divide {Heads} heads: give a divisor of {Heads}.")
            );
        if (RotaryDim is null && HeadDim % 2 != 0)
            throw new InputException(
                FormattableString.Invariant($"The head width {HeadDim} is odd: rotary positions turn pairs, so give an even one.")
            );
        if (RotaryDim is int turned && (turned < 2 || turned > HeadDim || turned % 2 != 0))
            throw new InputException(
                FormattableString.Invariant(
                    $"The turned part of a head is {turned} wide: give an even number from 2 to the head width {HeadDim}."
                )
            );
        if (RopeScaling is RopeScaling.Dynamic && TurnedWidth == 2)
            throw new InputException("Dynamic rotary scaling is not defined for a width of 2: give a wider head.");
        if (SlidingWindow is int window)
            Positive(window, "sliding window");
        if (WindowedBlocks is { } windowed && windowed.Count != Layers)
            throw new InputException(
                FormattableString.Invariant($"The windows are given for {windowed.Count} blocks, and the decoder has {Layers}.")
            );
        if (PaddingToken is int pad && (pad < 0 || pad >= VocabularySize))
            throw new InputException(
                FormattableString.Invariant($"The padding token {pad} lies outside the vocabulary of {VocabularySize} tokens.")
            );

        static void Positive(int value, string what)
        {
            if (value < 1)
                throw new InputException(FormattableString.Invariant($"The decoder's {what} is {value}: it must be at least 1."));
        }
    }
}
