namespace DcrDsl.Models;

/// <summary>
/// The shape of a decoder and everything in which one family differs from another: this record is the only place that knows families.
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

    /// <summary>Whether the head is the embedding; it then has no weights of its own.</summary>
    public bool TieEmbeddings { get; init; }

    /// <summary>
    /// The token whose embedding row gets no gradient from the lookup (<c>pad_token_id</c>), even where it stands for a real token, as in
    /// transformers; null: every row learns. A tied head still gives it one.
    /// </summary>
    public int? PaddingToken { get; init; }

    /// <summary>Names and shapes of the parameters, in order: the embedding, the blocks, the final norm, the head.</summary>
    public IReadOnlyList<(string Name, long[] Shape)> ParameterShapes() =>
    [
        ("model.embed_tokens.weight", [VocabularySize, HiddenSize]),
        .. Enumerable.Range(0, Layers).SelectMany(BlockShapes),
        ("model.norm.weight", [HiddenSize]),
        .. TieEmbeddings ? Array.Empty<(string, long[])>() : [("lm_head.weight", [VocabularySize, HiddenSize])],
    ];

    internal IReadOnlyList<(string Name, long[] Shape)> BlockShapes(int block)
    {
        string prefix = Prefix(block);
        return
        [
            (prefix + "input_layernorm.weight", [HiddenSize]),
            (prefix + "self_attn.q_proj.weight", [Heads * HeadDim, HiddenSize]),
            (prefix + "self_attn.k_proj.weight", [KeyValueHeads * HeadDim, HiddenSize]),
            (prefix + "self_attn.v_proj.weight", [KeyValueHeads * HeadDim, HiddenSize]),
            (prefix + "self_attn.o_proj.weight", [HiddenSize, Heads * HeadDim]),
            (prefix + "post_attention_layernorm.weight", [HiddenSize]),
            (prefix + "mlp.gate_proj.weight", [IntermediateSize, HiddenSize]),
            (prefix + "mlp.up_proj.weight", [IntermediateSize, HiddenSize]),
            (prefix + "mlp.down_proj.weight", [HiddenSize, IntermediateSize]),
        ];
    }

    internal static string Prefix(int block) => FormattableString.Invariant($"model.layers.{block}.");

    /// <summary>Checks that the sizes fit together.</summary>
    /// <exception cref="InputException">A size is not positive, the head width is odd, or the key-value heads do not divide the heads.</exception>
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
            throw new InputException(FormattableString.Invariant($"{KeyValueHeads} key-value heads do not divide {Heads} heads: give a divisor of {Heads}."));
        if (HeadDim % 2 != 0)
            throw new InputException(FormattableString.Invariant($"The head width {HeadDim} is odd: rotary positions turn pairs, so give an even one."));
        if (PaddingToken is int pad && (pad < 0 || pad >= VocabularySize))
            throw new InputException(FormattableString.Invariant($"The padding token {pad} lies outside the vocabulary of {VocabularySize} tokens."));

        static void Positive(int value, string what)
        {
            if (value < 1) throw new InputException(FormattableString.Invariant($"The decoder's {what} is {value}: it must be at least 1."));
        }
    }
}
