using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace DcrDsl.Models;

/// <summary>One block: h ← h + attention(norm(h)); h ← h + feed-forward(norm(h)). It refers to the decoder's parameters and owns nothing.</summary>
sealed class DecoderBlock
{
    readonly DecoderConfig config;
    readonly Scalar epsilon;
    readonly int index;
    readonly Tensor inputNorm, query, key, value, output, postNorm, gate, up, down;

    public DecoderBlock(DecoderConfig config, ParameterList parameters, int index, Scalar epsilon)
    {
        this.config = config;
        this.epsilon = epsilon;
        this.index = index;
        string prefix = DecoderConfig.Prefix(index);
        inputNorm = parameters[prefix + "input_layernorm.weight"];
        query = parameters[prefix + "self_attn.q_proj.weight"];
        key = parameters[prefix + "self_attn.k_proj.weight"];
        value = parameters[prefix + "self_attn.v_proj.weight"];
        output = parameters[prefix + "self_attn.o_proj.weight"];
        postNorm = parameters[prefix + "post_attention_layernorm.weight"];
        gate = parameters[prefix + "mlp.gate_proj.weight"];
        up = parameters[prefix + "mlp.up_proj.weight"];
        down = parameters[prefix + "mlp.down_proj.weight"];
    }

    /// <summary>The residual stream after this block, [B, T, H].</summary>
    public Tensor Forward(Tensor hidden, SequenceContext context)
    {
        using var scope = NewDisposeScope();
        hidden = hidden + Attention(RootMeanSquareNorm.Apply(hidden, inputNorm, epsilon), context);
        hidden = hidden + FeedForward(RootMeanSquareNorm.Apply(hidden, postNorm, epsilon));
        return hidden.MoveToOuterDisposeScope();
    }

    Tensor Attention(Tensor x, SequenceContext context)
    {
        var q = Turn(Heads(linear(x, query)), context).transpose(1, 2);                   // [B, heads, T, d]
        var k = Turn(Heads(linear(x, key)), context).transpose(1, 2);                     // [B, KV, T, d]
        var v = Heads(linear(x, value)).transpose(1, 2);
        if (context.Cache is { } cache) (k, v) = cache.Append(index, k, v);
        return linear(Mix(q, k, v, context).transpose(1, 2).flatten(2), output);
    }

    /// <summary>[B, T, heads · d] as [B, T, heads, d].</summary>
    Tensor Heads(Tensor x) => x.view(x.shape[0], x.shape[1], -1, config.HeadDim);

    /// <summary>Each attention head's mean of values, weighted by its scores: [B, heads, T, d].</summary>
    Tensor Mix(Tensor q, Tensor k, Tensor v, SequenceContext context)
    {
        int group = config.Heads / config.KeyValueHeads;
        if (group == 1) return scaled_dot_product_attention(q, k, v, context.Mask, 0.0, is_casual: context.Causal);
        if (q.shape[2] == 1)
        {
            // One new token: the heads of a group are rows that look at the same keys, so nothing is repeated.
            var grouped = q.reshape(q.shape[0], config.KeyValueHeads, group, config.HeadDim);
            return scaled_dot_product_attention(grouped, k, v, context.Mask).reshape(q.shape);
        }
        return scaled_dot_product_attention(q, Repeat(k), Repeat(v), context.Mask, 0.0, is_casual: context.Causal);

        Tensor Repeat(Tensor x) => x.unsqueeze(2).expand(-1, -1, group, -1, -1).flatten(1, 2);
    }

    Tensor Turn(Tensor x, SequenceContext context) => x * context.Cosines + x.roll(config.HeadDim / 2, -1) * context.SignedSines;

    Tensor FeedForward(Tensor x) => linear(silu(linear(x, gate)) * linear(x, up), down);
}
