using System.Globalization;
using DcrDsl.Data.Batches;
using DcrDsl.Models;
using DcrDsl.Wording;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation.Coupling;

/// <summary>
/// The empirical tangent kernel of prompts (Jacot et al., 2018): the inner products of the gradients of the largest logits of their first
/// response tokens. No gradient of a large matrix need be formed: its part follows from what it multiplied, a, and from what came back to
/// its products, δ, as Σ (δ · δ')(a · a') over the places of two prompts. For k logits a prompt the model is gone through once forwards and
/// k times backwards, all prompts side by side and block by block. Blocks that would hold too much until then are gone through again, so
/// that the memory is that of the streams, of one block and of half a gigabyte.
/// </summary>
sealed class TangentKernel : IDisposable
{
    /// <summary>What blocks hold for the way back, in bytes; one more may begin below it.</summary>
    const long MostHeld = 1 << 29;

    readonly Decoder decoder;
    readonly IReadOnlyList<int[]> prompts;
    readonly int top;
    readonly IReadOnlyDictionary<Tensor, string> chosen;
    readonly long mostHeld;
    readonly CancellationToken cancellation;
    readonly GradientProducts products;
    readonly Tensor tokens;
    readonly SequenceContext context;
    readonly BackwardPart?[] held;

    TangentKernel(
        Decoder decoder,
        IReadOnlyList<int[]> prompts,
        int top,
        IReadOnlyDictionary<Tensor, string> chosen,
        Action<string, Tensor>? part,
        long mostHeld,
        CancellationToken cancellation
    )
    {
        (this.decoder, this.prompts, this.top, this.chosen) = (decoder, prompts, top, chosen);
        (this.mostHeld, this.cancellation) = (mostHeld, cancellation);
        // Where prompts begin alike, what the decoder computes is the same for all of them: no token sees a later one.
        int shared = Enumerable.Range(0, prompts.Min(p => p.Length)).TakeWhile(t => prompts.All(p => p[t] == prompts[0][t])).Count();
        products = new GradientProducts(prompts.Count, top, shared, decoder.Device, part);
        tokens = PaddedRows.Tokens([.. prompts.Select(p => new ArraySegment<int>(p))], prompts.Max(p => p.Length), 0, decoder.Device);
        context = decoder.ContextOf(tokens, prompts);
        held = new BackwardPart?[decoder.Config.Layers + 1];
    }

    /// <summary>The kernel of all pairs of prompts.</summary>
    /// <param name="decoder">The decoder, which stays as it is, as do its gradients.</param>
    /// <param name="prompts">The n prompts' tokens, each up to where the response begins.</param>
    /// <param name="top">k: for how many of the largest logits, chosen for each prompt.</param>
    /// <param name="chosen">The parameters by which gradients are taken, with their names.</param>
    /// <param name="cancellation">Looked at before each block.</param>
    /// <param name="part">Is told the part of each parameter, [n·k, n·k] in float64; the parts sum to the whole.</param>
    /// <param name="mostHeld">What blocks hold for the way back, in bytes; those above it are gone through again.</param>
    /// <returns>
    /// The kernel, [n·k, n·k] in float64, row after row: entry (i·k + a, j·k + b) is of the a-th logit of prompt i and the b-th of j; and
    /// the tokens of these logits, k for each prompt, that of the largest first.
    /// </returns>
    /// <exception cref="InputException">The logits are not finite, or there are fewer than k.</exception>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public static (double[] Kernel, int[][] Tokens) Of(
        Decoder decoder,
        IReadOnlyList<int[]> prompts,
        int top,
        IReadOnlyDictionary<Tensor, string> chosen,
        CancellationToken cancellation,
        Action<string, Tensor>? part = null,
        long mostHeld = MostHeld
    )
    {
        RequireLogits(decoder, top);
        using var scope = NewDisposeScope();
        using var recorded = enable_grad();
        using var kernel = new TangentKernel(decoder, prompts, top, chosen, part, mostHeld, cancellation);
        return kernel.Compute();
    }

    /// <summary>Refuses to ask for more logits than there are.</summary>
    /// <exception cref="InputException">There are fewer.</exception>
    public static void RequireLogits(Decoder decoder, int top)
    {
        if (top > decoder.Config.VocabularySize)
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The kernel coupling takes the {top:#,0} largest logits of each prompt, and the model has "
                        + $"{English.Count(decoder.Config.VocabularySize, "token")}: lower TopK."
                )
            );
    }

    (double[] Kernel, int[][] Tokens) Compute()
    {
        // Forwards: the residual stream before each block, and which logits are the largest.
        int lowest = chosen.Values.Min(name => PartOf(name));
        var streams = Streams(Math.Max(1, lowest));
        var last = tensor(prompts.Select((p, i) => i * tokens.shape[1] + p.Length - 1).ToArray(), device: decoder.Device);
        var summit = streams[^1].flatten(0, 1).index_select(0, last).unsqueeze(1); // [n, 1, H]: the last places
        var largest = LargestLogits(summit); // [n, k]

        // Backwards: k cotangents of the stream, from the logits down to the lowest parameter that is chosen.
        var cotangents = OutOfStream(summit, largest, last);
        for (int block = decoder.Config.Layers; block >= Math.Max(1, lowest); block--)
            ThroughBlock(block, streams, cotangents);
        if (lowest == 0)
            IntoStream(cotangents);

        var ranked = largest.cpu().data<long>().ToArray().Chunk(top);
        return (products.Sum(), [.. ranked.Select(r => Array.ConvertAll(r, t => (int)t))]);
    }

    /// <summary>The residual stream: what the embedding gives, and after each block, [n, T, H].</summary>
    /// <param name="lowest">The first block that will be gone through backwards.</param>
    Tensor[] Streams(int lowest)
    {
        var streams = new Tensor[decoder.Config.Layers + 1];
        using (no_grad())
            streams[0] = decoder.Embed(tokens);
        long left = mostHeld;
        for (int block = 1; block < streams.Length; block++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (block >= lowest && left > 0)
            {
                var part = Block(block, streams[block - 1]);
                held[block] = part;
                left -= BytesOf(block, streams[block - 1]);
                streams[block] = part.Output.detach();
                continue;
            }
            using (no_grad())
                streams[block] = decoder.Through(block, streams[block - 1], context, backward: 0);
        }
        return streams;
    }

    /// <summary>The tokens of the k largest logits of each prompt, the largest first: [n, k]. The choice itself has no gradient.</summary>
    Tensor LargestLogits(Tensor summit)
    {
        using var frozen = no_grad();
        var logits = decoder.Logits(summit).squeeze(1);
        if (!logits.isfinite().all().item<bool>())
            throw new InputException(
                "The logits of the first response token are not finite, so they have no coupling: lower LearningRate."
            );
        return logits.topk(top, dim: 1).indexes;
    }

    /// <summary>Final norm and head, at the last places. The cotangents of the stream, [n, T, H] each, are 0 at all others.</summary>
    Tensor[] OutOfStream(Tensor summit, Tensor largest, Tensor last)
    {
        using var step = NewDisposeScope();
        using var part = new BackwardPart(summit, h => decoder.Logits(h!), chosen.ContainsKey, prompts.Count, top, largest);
        var cotangents = new Tensor[top];
        for (int rank = 0; rank < top; rank++)
        {
            using var each = NewDisposeScope();
            var at = largest.narrow(1, rank, 1).unsqueeze(2);
            var read = zeros_like(part.Output).scatter_(2, at, ones(at.shape, part.Output.dtype, part.Output.device));
            var below = part.Backward(rank, read)!.squeeze(1); // [n, H]
            var flat = zeros([tokens.numel(), below.shape[1]], below.dtype, below.device).index_copy_(0, last, below);
            cotangents[rank] = flat.view(tokens.shape[0], tokens.shape[1], -1).MoveToOuterDisposeScope().MoveToOuterDisposeScope();
        }
        foreach (var (use, delta) in part.Uses)
            if (part.IsOverVocabulary(use))
                products.AddRows(chosen[use.Parameter], largest, use.Input!.view(prompts.Count, 1, -1) * delta.squeeze(1));
            else
                products.Add(chosen[use.Parameter], use, delta);
        return cotangents;
    }

    void ThroughBlock(int block, Tensor[] streams, Tensor[] cotangents)
    {
        cancellation.ThrowIfCancellationRequested();
        using var step = NewDisposeScope();
        using var part = held[block] ?? Block(block, streams[block - 1]);
        held[block] = null;
        for (int rank = 0; rank < top; rank++)
        {
            var above = cotangents[rank];
            cotangents[rank] = part.Backward(rank, above)!.MoveToOuterDisposeScope();
            above.Dispose();
        }
        foreach (var (use, delta) in part.Uses)
            products.Add(chosen[use.Parameter], use, delta);
    }

    /// <summary>
    /// About what a block holds until it is gone through backwards: what its modules meet and give, whether these are asked for or not, and
    /// as much again in between.
    /// </summary>
    long BytesOf(int block, Tensor stream)
    {
        string prefix = DecoderConfig.Prefix(block - 1);
        var modules = decoder.LinearLayers.Where(l => l.Name.StartsWith(prefix, StringComparison.Ordinal));
        return 2 * tokens.numel() * stream.element_size() * modules.Sum(l => l.Weight.shape.Sum());
    }

    BackwardPart Block(int block, Tensor stream) =>
        new(stream, h => decoder.Through(block, h!, context, backward: top), chosen.ContainsKey, prompts.Count, top);

    /// <summary>The embedding. Each rank has a gradient in the rows of the prompt's tokens.</summary>
    void IntoStream(Tensor[] cotangents)
    {
        using var step = NewDisposeScope();
        using var part = new BackwardPart(null, _ => decoder.Embed(tokens), chosen.ContainsKey, prompts.Count, top);
        for (int rank = 0; rank < top; rank++)
            part.Backward(rank, cotangents[rank]);
        foreach (var (use, delta) in part.Uses)
            if (use.Role == ParameterRole.Lookup)
                products.AddRows(chosen[use.Parameter], tokens.unsqueeze(2).expand(-1, -1, top), delta);
            else
                products.Add(chosen[use.Parameter], use, delta);
    }

    /// <summary>Where a parameter is met: 0 on the way into the stream, its block, or above all blocks.</summary>
    int PartOf(string name)
    {
        if (name.Contains("embed_tokens", StringComparison.Ordinal))
            return 0;
        int layers = decoder.Config.Layers;
        for (int block = 1; block <= layers; block++)
            if (name.Contains(DecoderConfig.Prefix(block - 1), StringComparison.Ordinal))
                return block;
        return layers + 1;
    }

    public void Dispose()
    {
        foreach (var part in held)
            part?.Dispose();
    }
}
