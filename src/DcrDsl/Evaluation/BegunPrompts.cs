using DcrDsl.Evaluation.Likelihoods;
using DcrDsl.Models;
using DcrDsl.Models.Interventions;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation;

/// <summary>
/// Prompts that a model has read, to be answered: their keys and values in a cache with room for the answers, padded on the left, and what
/// was to be read beside. Beginnings that several prompts share are read once, however they share them, where the model can
/// (<see cref="TreeReader"/>); else the prompts are padded rows.
/// </summary>
sealed class BegunPrompts : IDisposable
{
    BegunPrompts(KeyValueCache cache, Tensor? mask, InterventionList? standing, Tensor logits) =>
        (Cache, Mask, Standing, Logits) = (cache, mask, standing, logits);

    /// <summary>The keys and values.</summary>
    public KeyValueCache Cache { get; }

    /// <summary>Where there is no padding, those that are still to come counted, [B, capacity]; null: there is none.</summary>
    public Tensor? Mask { get; }

    /// <summary>What intervenes in answers; null: what stands for all.</summary>
    public InterventionList? Standing { get; }

    /// <summary>The logits of the first new token, [B, vocabulary].</summary>
    public Tensor Logits { get; }

    /// <summary>The states of the prompts' last tokens, [B, 1, H], by block from 1, as far as they were wanted.</summary>
    public IReadOnlyDictionary<int, Tensor> States { get; private init; } = new Dictionary<int, Tensor>();

    /// <summary>What was read beside, by prompt; null: nothing, as the model cannot or was not asked.</summary>
    public IReadOnlyList<ReadBeside>? Beside { get; private init; }

    /// <summary>Reads prompts.</summary>
    /// <param name="decoder">The model.</param>
    /// <param name="prompts">Their tokens.</param>
    /// <param name="more">Tokens for which there is to be room behind each.</param>
    /// <param name="beside">What else is to be read; null: nothing.</param>
    /// <param name="allStates">Whether the states after every block are wanted.</param>
    /// <param name="cancellation">Looked at before each pass.</param>
    public static BegunPrompts Read(
        Decoder decoder,
        IReadOnlyList<int[]> prompts,
        int more,
        Beside? beside,
        bool allStates,
        CancellationToken cancellation
    )
    {
        int longest = prompts.Max(p => p.Length),
            capacity = longest + more;
        var cache = new KeyValueCache(decoder.Config, prompts.Count, capacity, decoder.Dtype, decoder.Device);
        try
        {
            ContinuationTree[] trees = [.. prompts.Select(p => new ContinuationTree(p))];
            int[][][] paths = beside is null ? [] : [.. trees.Zip(beside.Continuations, (t, own) => own.Select(c => t.Add(c)).ToArray())];
            return TreeReader.Reads(decoder, prompts, Math.Max(capacity, trees.Max(t => t.Depth)))
                ? AsTree(decoder, prompts, trees, paths, cache, longest, beside, allStates, cancellation)
                : Padded(decoder, prompts, cache, longest, allStates, cancellation);
        }
        catch
        {
            cache.Dispose();
            throw;
        }
    }

    static BegunPrompts AsTree(
        Decoder decoder,
        IReadOnlyList<int[]> prompts,
        ContinuationTree[] trees,
        int[][][] paths,
        KeyValueCache cache,
        int longest,
        Beside? beside,
        bool allStates,
        CancellationToken cancellation
    )
    {
        int[] layers = allStates ? [.. Enumerable.Range(1, decoder.Config.Layers)] : [.. beside?.Layers.Distinct() ?? []];
        var edges = new EdgeLikelihood[prompts.Count][];
        var order = new List<int>();
        var ends = new List<Tensor>();
        var states = layers.ToDictionary(l => l, _ => new List<Tensor>());
        using (var reader = new TreeReader(decoder) { Answers = true })
        {
            foreach (int[] part in TreeReader.Parts(trees, prompts.Count))
            {
                cancellation.ThrowIfCancellationRequested();
                using var pass = NewDisposeScope();
                var own = reader.Read(
                    [.. part.Select(i => trees[i])],
                    (cache, part, longest),
                    layers.Length == 0
                        ? null
                        : places => new PlaceReading(
                            StreamSite.BlockOutput,
                            layers,
                            (l, at) => states[l].Add(at.DetachFromDisposeScope()),
                            places
                        ),
                    out var hidden
                );
                ends.Add(hidden.MoveToOuterDisposeScope());
                int taken = 0;
                foreach (int i in part)
                    edges[i] = own[taken..(taken += trees[i].Edges.Count)];
                order.AddRange(part);
            }
        }
        cache.Begun(longest);
        long[] back = new long[order.Count];
        foreach (var (place, prompt) in order.Index())
            back[prompt] = place;
        var inOrder = tensor(back, device: decoder.Device);
        var read = states.ToDictionary(s => s.Key, s => Together(s.Value));
        var mask = LeftPadding.Mask(prompts, cache.Capacity, decoder.Device);
        return new(cache, mask, decoder.StandingFor(prompts), decoder.Head(Together(ends)))
        {
            States = read.ToDictionary(s => s.Key, s => s.Value.unsqueeze(1)),
            Beside = beside is null ? null : [.. prompts.Select((_, i) => Of(i))],
        };

        Tensor Together(List<Tensor> parts)
        {
            var all = cat(parts, 0).index_select(0, inOrder);
            foreach (var part in parts)
                part.Dispose();
            return all;
        }

        ReadBeside Of(int prompt)
        {
            var known = ReadBeside.ByTokens();
            foreach (var (continuation, path) in beside!.Continuations[prompt].Zip(paths[prompt]))
                known[continuation] = ContinuationLikelihood.Along(path, edges[prompt]);
            return new(known, beside.Layers.Distinct().ToDictionary(l => l, l => State(l, prompt)));
        }

        double[] State(int layer, int prompt) => [.. read[layer][prompt].to(ScalarType.Float64).cpu().data<double>()];
    }

    static BegunPrompts Padded(
        Decoder decoder,
        IReadOnlyList<int[]> prompts,
        KeyValueCache cache,
        int longest,
        bool allStates,
        CancellationToken cancellation
    )
    {
        // A window counts the places of padding, which would lie behind a shared beginning.
        int prefix =
            decoder.Config.SlidingWindow is null && !decoder.TellsRowsApart ? SharedPrefix.Length(decoder, prompts, cache.Capacity) : 0;
        var mask = LeftPadding.Mask(prompts, cache.Capacity, decoder.Device, prefix);
        if (prefix > 0)
        {
            using var shared = SharedPrefix.Read(decoder, prompts[0][..prefix], cancellation);
            cache.BeginWith(shared);
        }
        cancellation.ThrowIfCancellationRequested();
        var standing = decoder.StandingFor(prompts);
        using var reading = allStates ? new StreamReading(StreamSite.BlockOutput) : null;
        using var step = NewDisposeScope();
        var hidden = decoder.Forward(
            LeftPadding.Tokens(prompts, longest, decoder.Device, prefix),
            mask?.narrow(1, 0, longest),
            cache,
            reading is null ? standing : decoder.Standing(standing, reading)
        );
        return new(cache, mask, standing, decoder.Head(hidden.select(1, -1)).MoveToOuterDisposeScope())
        {
            States = reading?.States.ToDictionary(s => s.Key, s => s.Value.clone().MoveToOuterDisposeScope()) ?? [],
        };
    }

    /// <summary>Frees the cache.</summary>
    public void Dispose() => Cache.Dispose();
}
