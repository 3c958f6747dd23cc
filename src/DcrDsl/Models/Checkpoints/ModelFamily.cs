namespace DcrDsl.Models.Checkpoints;

/// <summary>Which blocks of a family have a sliding window.</summary>
enum WindowRule
{
    /// <summary>None.</summary>
    None,

    /// <summary>All, where <c>sliding_window</c> is a number.</summary>
    AllBlocks,

    /// <summary>With <c>use_sliding_window</c>: those of <c>layer_types</c>, or from <c>max_window_layers</c> on.</summary>
    ByBlock,
}

/// <summary>
/// What the <c>model_type</c> of a configuration says without saying it: fixed switches, and the values that missing keys stand for (those
/// of transformers' configuration classes).
/// </summary>
/// <param name="Name">The <c>model_type</c>.</param>
/// <param name="Architecture">The class of transformers, written into <c>architectures</c>.</param>
sealed record ModelFamily(string Name, string Architecture)
{
    /// <summary>The families that are supported.</summary>
    public static IReadOnlyList<ModelFamily> All { get; } =
    [
        new("llama", "LlamaForCausalLM") { ReadsAttentionBias = true, ReadsFeedForwardBias = true },
        new("mistral", "MistralForCausalLM")
        {
            KeyValueHeads = 8,
            Windows = WindowRule.AllBlocks,
            Window = 4096,
        },
        new("qwen2", "Qwen2ForCausalLM")
        {
            KeyValueHeads = 32,
            QueryKeyValueBias = true,
            Windows = WindowRule.ByBlock,
            Window = 4096,
        },
        new("qwen3", "Qwen3ForCausalLM")
        {
            KeyValueHeads = 32,
            HeadDim = 128,
            ReadsAttentionBias = true,
            QueryKeyNorm = true,
            Windows = WindowRule.ByBlock,
            Window = 4096,
        },
        new("gemma", "GemmaForCausalLM")
        {
            KeyValueHeads = 16,
            HeadDim = 256,
            ReadsAttentionBias = true,
            TieEmbeddings = true,
            PaddingToken = 0,
            NormAddsOne = true,
            ScaleEmbeddings = true,
            GeluMeansTanh = true,
        },
        new("phi3", "Phi3ForCausalLM")
        {
            NormEpsilon = 1e-5,
            PaddingToken = 32000,
            FusedProjections = true,
            ReadsPartialRotary = true,
            Windows = WindowRule.AllBlocks,
        },
    ];

    /// <summary>Key-value heads where the key is missing; null: as many as attention heads.</summary>
    public int? KeyValueHeads { get; init; }

    /// <summary>Head width where the key is missing; null: hidden size / heads.</summary>
    public int? HeadDim { get; init; }

    /// <summary><c>rms_norm_eps</c> where the key is missing.</summary>
    public double NormEpsilon { get; init; } = 1e-6;

    /// <summary><c>tie_word_embeddings</c> where the key is missing.</summary>
    public bool TieEmbeddings { get; init; }

    /// <summary><c>pad_token_id</c> where the key is missing.</summary>
    public int? PaddingToken { get; init; }

    /// <summary>Whether query, key and value have biases whatever the configuration says.</summary>
    public bool QueryKeyValueBias { get; init; }

    /// <summary>Whether <c>attention_bias</c> counts; it covers the output projection too.</summary>
    public bool ReadsAttentionBias { get; init; }

    /// <summary>Whether <c>mlp_bias</c> counts.</summary>
    public bool ReadsFeedForwardBias { get; init; }

    /// <summary>Whether <c>partial_rotary_factor</c> counts.</summary>
    public bool ReadsPartialRotary { get; init; }

    /// <inheritdoc cref="DecoderConfig.QueryKeyNorm"/>
    public bool QueryKeyNorm { get; init; }

    /// <inheritdoc cref="DecoderConfig.FusedProjections"/>
    public bool FusedProjections { get; init; }

    /// <inheritdoc cref="DecoderConfig.NormAddsOne"/>
    public bool NormAddsOne { get; init; }

    /// <inheritdoc cref="DecoderConfig.ScaleEmbeddings"/>
    public bool ScaleEmbeddings { get; init; }

    /// <summary>
    /// Whether <c>hidden_act</c> "gelu" and a missing one mean the approximation by tanh, as in Gemma's first files;
    /// <c>hidden_activation</c> goes before it.
    /// </summary>
    public bool GeluMeansTanh { get; init; }

    /// <summary>Which blocks have a window.</summary>
    public WindowRule Windows { get; init; }

    /// <summary><c>sliding_window</c> where the key is missing.</summary>
    public int? Window { get; init; }
}
