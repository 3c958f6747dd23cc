using DcrDsl.Models.Interventions;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace DcrDsl.Models;

/// <summary>
/// One block: h ← h + attention(norm(h)); h ← h + feed-forward(norm(h)). It refers to the decoder's parameters and owns nothing.
/// </summary>
sealed class DecoderBlock
{
    readonly DecoderConfig config;
    readonly Scalar epsilon;
    readonly int index;
    readonly bool windowed;
    readonly Tensor inputNorm,
        postNorm;
    readonly Tensor? queryNorm,
        keyNorm;
    readonly LinearLayer output,
        down;
    readonly LinearLayer? query,
        key,
        value,
        gate,
        up,
        queryKeyValue,
        gateUp;

    public DecoderBlock(DecoderConfig config, ParameterList parameters, int index, Scalar epsilon)
    {
        this.config = config;
        this.epsilon = epsilon;
        this.index = index;
        windowed = config.HasWindow(index);
        string prefix = DecoderConfig.Prefix(index);
        inputNorm = parameters[prefix + "input_layernorm.weight"];
        postNorm = parameters[prefix + "post_attention_layernorm.weight"];
        output = Layer("self_attn.o_proj");
        down = Layer("mlp.down_proj");
        if (config.FusedProjections)
        {
            queryKeyValue = Layer("self_attn.qkv_proj");
            gateUp = Layer("mlp.gate_up_proj");
        }
        else
        {
            query = Layer("self_attn.q_proj");
            key = Layer("self_attn.k_proj");
            value = Layer("self_attn.v_proj");
            gate = Layer("mlp.gate_proj");
            up = Layer("mlp.up_proj");
        }
        queryNorm = parameters.Find(prefix + "self_attn.q_norm.weight");
        keyNorm = parameters.Find(prefix + "self_attn.k_norm.weight");

        LinearLayer Layer(string name) =>
            new(prefix + name, parameters[prefix + name + ".weight"], parameters.Find(prefix + name + ".bias"));
    }

    /// <summary>The linear modules, in the order of the decoder's parameters.</summary>
    public IEnumerable<LinearLayer> LinearLayers =>
        new[] { queryKeyValue, query, key, value, output, gateUp, gate, up, down }.OfType<LinearLayer>();

    /// <summary>All that can be trained, adapters of its modules included.</summary>
    public IEnumerable<Tensor> Parameters =>
        LinearLayers
            .SelectMany(l => (l.Adapter?.Parameters ?? []).Append(l.Weight).Concat(l.Bias is { } bias ? [bias] : []))
            .Concat(new[] { inputNorm, postNorm, queryNorm, keyNorm }.OfType<Tensor>());

    /// <summary>The residual stream after this block, [B, T, H].</summary>
    public Tensor Forward(Tensor hidden, SequenceContext context)
    {
        using var scope = NewDisposeScope();
        int block = index + 1;
        hidden = context.Changed(hidden, StreamSite.BlockInput, block);
        hidden = hidden.Plus(context.Changed(Attention(Normed(hidden, inputNorm), context), StreamSite.AttentionOutput, block));
        hidden = hidden.Plus(context.Changed(FeedForward(Normed(hidden, postNorm)), StreamSite.FeedForwardOutput, block));
        hidden = context.Changed(hidden, StreamSite.BlockOutput, block);
        return hidden.MoveToOuterDisposeScope();
    }

    Tensor Normed(Tensor x, Tensor weight) => RootMeanSquareNorm.Apply(x, weight, epsilon, config.NormAddsOne);

    Tensor Attention(Tensor x, SequenceContext context)
    {
        var (q, k, v) = Projected(x);
        q = Turn(queryNorm is null ? q : Normed(q, queryNorm), context.Turns.Queries);
        k = Turn(keyNorm is null ? k : Normed(k, keyNorm), context.Turns.Keys);
        return output.Forward(
            context.Tree is { } tree ? tree.Mix(index, q, k, v, windowed, MixRead)
            : context.Groups is { } groups ? MixEach(q, k, v, groups)
            : MixAll(q, k, v, context)
        );
    }

    /// <summary>Each attention head's mean of values, weighted by its scores: [B, T, heads · d] of [B, T, heads, d].</summary>
    Tensor MixAll(Tensor q, Tensor k, Tensor v, SequenceContext context)
    {
        (q, k, v) = (q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2)); // [B, heads, T, d]
        var sight = context.Sight.Of(windowed);
        if (context.Cache is not { } cache)
            return Mix(q, k, v, sight).transpose(1, 2).flatten(2);
        (k, v) = cache.Append(index, k, v);
        return MixRead(q, k, v, sight).transpose(1, 2).flatten(2);
    }

    /// <summary>The same of texts that stand end to end in one row, each by itself, parts of one length side by side.</summary>
    Tensor MixEach(Tensor q, Tensor k, Tensor v, IReadOnlyList<TextGroup> groups)
    {
        long[] tokens = [.. groups.Select(g => (long)g.Parts.Count * g.Parts.Length)];
        // One cut for all: its backward pass is one concatenation.
        Tensor[] queries = q.split(tokens, 1),
            keys = k.split(tokens, 1),
            values = v.split(tokens, 1);
        var mixed = new Tensor[groups.Count];
        for (int i = 0; i < mixed.Length; i++)
        {
            var parts = groups[i].Parts;
            (keys[i], values[i]) = (Seen(keys, Rows(keys[i])), Seen(values, Rows(values[i])));
            var mix = Mix(Rows(queries[i]), keys[i], values[i], groups[i].Sight.Of(windowed)).transpose(1, 2);
            mixed[i] = parts.Count == 1 ? mix : mix.reshape(1, tokens[i], -1, config.HeadDim);

            // [parts, heads, T, d]. What stands alone has that shape, and each view costs its place in the backward pass too.
            Tensor Rows(Tensor part) =>
                (parts.Count == 1 ? part : part.view(parts.Count, parts.Length, -1, config.HeadDim)).transpose(1, 2);

            // What those see that they stand behind, then themselves.
            Tensor Seen(Tensor[] seen, Tensor own) => parts.Behind < 0 ? own : cat([Each(seen[parts.Behind]), own], 2);

            Tensor Each(Tensor before) => parts.Rows is null ? before.expand(parts.Count, -1, -1, -1) : before.RowsAt(parts.Rows);
        }
        return (mixed is [var one] ? one : cat(mixed, 1)).flatten(2);
    }

    /// <summary>Queries [B, T, heads, d], keys and values [B, T, KV, d].</summary>
    (Tensor Query, Tensor Key, Tensor Value) Projected(Tensor x)
    {
        if (queryKeyValue is null)
            return (Heads(query!.Forward(x)), Heads(key!.Forward(x)), Heads(value!.Forward(x)));
        var all = Heads(queryKeyValue.Forward(x));
        int heads = config.Heads,
            shared = config.KeyValueHeads;
        return (all.narrow(2, 0, heads), all.narrow(2, heads, shared), all.narrow(2, heads + shared, shared));
    }

    /// <summary>[B, T, heads · d] as [B, T, heads, d].</summary>
    Tensor Heads(Tensor x) => x.view(x.shape[0], x.shape[1], -1, config.HeadDim);

    /// <summary>Each attention head's mean of values, weighted by its scores: [B, heads, T, d].</summary>
    Tensor Mix(Tensor q, Tensor k, Tensor v, (Tensor? Mask, bool Causal) sight)
    {
        int group = config.Heads / config.KeyValueHeads;
        var (mask, causal) = sight;
        if (group == 1)
            return MetaDevice.Attention(q, k, v, mask, causal);
        if (q.shape[2] == 1)
        {
            // One new token: the heads of a group are rows that look at the same keys, so nothing is repeated.
            var grouped = q.reshape(q.shape[0], config.KeyValueHeads, group, config.HeadDim);
            return MetaDevice.Attention(grouped, k, v, mask, causal: false).reshape(q.shape);
        }
        return MetaDevice.Attention(q, Repeat(k), Repeat(v), mask, causal);

        Tensor Repeat(Tensor x) => x.unsqueeze(2).expand(-1, -1, group, -1, -1).flatten(1, 2);
    }

    /// <summary>
    /// The same of texts that are only read, so that nothing has to come out as it does in training, to the last bit.
    /// </summary>
    Tensor MixRead(Tensor q, Tensor k, Tensor v, (Tensor? Mask, bool Causal) sight) =>
        ShortAttention.Suits(q, k, sight) ? ShortAttention.Mix(q, k, v, sight.Mask) : Mix(q, k, v, sight);

    Tensor Turn(Tensor x, HeadTurns turns)
    {
        int width = config.TurnedWidth,
            rest = config.HeadDim - width;
        return rest > 0 ? cat([turns.Of(x.narrow(-1, 0, width)), x.narrow(-1, width, rest)], -1) : turns.Of(x);
    }

    Tensor FeedForward(Tensor x)
    {
        if (gateUp is null)
            return down.Forward(Activated(gate!.Forward(x)) * up!.Forward(x));
        var both = gateUp.Forward(x);
        int inner = config.IntermediateSize;
        return down.Forward(Activated(both.narrow(-1, 0, inner)) * both.narrow(-1, inner, inner));
    }

    Tensor Activated(Tensor x) =>
        config.Activation switch
        {
            FeedForwardActivation.GeluTanh => x.gelu(TorchSharp.Modules.GELU.Approximate.tanh),
            FeedForwardActivation.Gelu => gelu(x),
            _ => silu(x),
        };
}
