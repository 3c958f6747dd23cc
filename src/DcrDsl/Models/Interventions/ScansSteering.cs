using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using DcrDsl.Models.Attachments;
using DcrDsl.Models.Checkpoints;
using DcrDsl.Models.Trees;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Models.Interventions;

/// <summary>
/// SCANS (Cao et al., AAAI 2025): a query is scored by how alike the change of its states, when an agreeing word is put behind it, is to
/// that of toxic prompts; then the outputs of some blocks are moved along their steering vectors, towards refusal or away from it, at the
/// query's last token and all behind it. It stands while prompts are answered or answers scored; a pass by itself has no query.
/// </summary>
public sealed class ScansSteering : StandingIntervention
{
    internal static readonly AttachmentKind Form = new("scans", Version: 1, Opened);

    const string VectorsName = "vectors",
        ReferencesName = "references",
        SuffixKey = "suffix",
        StrengthKey = "strength",
        FindingsKey = "findings";

    static readonly Scalar One = 1;

    readonly Tensor vectors,
        references;
    readonly int[] suffix;
    readonly double strength;
    readonly AnchorScores anchors;

    /// <summary>
    /// A query is read by itself, so its score does not depend on what is asked beside it, and is the same whoever asks for it first.
    /// </summary>
    readonly ConcurrentDictionary<int[], double> known = new(TokenComparer.Instance);

    /// <param name="vectors">v: what toxic prompts have more than harmless ones at the output of each block, [L, H]; copied.</param>
    /// <param name="references">r: the toxic prompts' mean change at the output of each block, [L, H]; copied.</param>
    /// <param name="suffix">The tokens of the agreeing word; at least one.</param>
    /// <param name="strength">a.</param>
    /// <param name="anchors">The threshold and the blocks, and how the anchors score.</param>
    public ScansSteering(Tensor vectors, Tensor references, IReadOnlyList<int> suffix, double strength, AnchorScores anchors)
    {
        this.vectors = vectors.detach().clone().DetachFromDisposeScope();
        this.references = references.detach().clone().DetachFromDisposeScope();
        (this.suffix, this.strength, this.anchors) = ([.. suffix], strength, anchors);
    }

    /// <inheritdoc/>
    public override string Kind => Form.Name;

    /// <summary>The pass that scores a query.</summary>
    public override int ExtraPassesAPrompt => 1;

    /// <inheritdoc/>
    public override AttachmentFindings Findings => anchors;

    /// <summary>Weights do not know what is asked.</summary>
    public override string? MergeObstacle => "What depends on the query cannot be folded into weights.";

    /// <inheritdoc/>
    public override bool StandsAt(StreamSite site, int block) => false;

    /// <inheritdoc/>
    public override Tensor Apply(Tensor states, StreamVisit visit) => states;

    /// <summary>The query's score: the mean over the scored blocks of cos(δ, r); a block without a change counts 0.</summary>
    /// <param name="decoder">The decoder that it is attached to.</param>
    /// <param name="prompt">The query's tokens, up to where the answer begins.</param>
    public double Score(Decoder decoder, int[] prompt) =>
        known.GetOrAdd(
            prompt,
            query =>
            {
                using var scope = NewDisposeScope();
                using var frozen = no_grad();
                return Score(Change(decoder, query, suffix), references.to(decoder.Device), anchors.Scored);
            }
        );

    /// <summary>The same of a change [L, H].</summary>
    internal static double Score(Tensor change, Tensor references, BlockRange scored)
    {
        var (of, with) = (Scored(change), Scored(references));
        var alike = (of * with).sum([-1]) / (of.norm(-1) * with.norm(-1));
        return alike.nan_to_num().mean().item<double>();

        Tensor Scored(Tensor blocks) => blocks.narrow(0, scored.First - 1, scored.Last - scored.First + 1).cpu().to(float64);
    }

    /// <summary>δ: the state at the output of each block at the prompt's last token, minus that at the suffix's last; [L, H].</summary>
    internal static Tensor Change(Decoder decoder, int[] prompt, int[] suffix)
    {
        using var scope = NewDisposeScope();
        using var reading = new StreamReading(StreamSite.BlockOutput, last: suffix.Length + 1);
        long[] tokens = [.. prompt.Concat(suffix).Select(t => (long)t)];
        decoder.Read(tensor(tokens, [1, tokens.Length], device: decoder.Device), reading);
        var states = stack([.. reading.States.Values.Select(s => s[0])]); // [L, suffix + 1, H]
        return (states.select(1, 0) - states.select(1, -1)).MoveToOuterDisposeScope();
    }

    private protected override IIntervention ForPrompts(Decoder decoder, IReadOnlyList<int[]> prompts)
    {
        double[] factors = [.. prompts.Select(p => Score(decoder, p) >= anchors.Threshold ? strength : -strength)];
        return new Queries(this, factors, [.. prompts.Select(p => p.Length - 1)]);
    }

    bool Steers(StreamSite site, int block) => site == StreamSite.BlockOutput && anchors.Steered.Contains(block);

    /// <summary>The steering of queries that are answered side by side.</summary>
    sealed class Queries(ScansSteering steering, double[] factors, int[] firstPositions) : IIntervention
    {
        public bool TellsRowsApart => true;

        public bool StandsOnTrees => true;

        public bool StandsAt(StreamSite site, int block) => steering.Steers(site, block);

        // The last column has each query's last token or one behind it.
        public Tensor Apply(Tensor states, StreamVisit visit) =>
            DirectionAddition.Added(
                states,
                visit,
                steering.vectors[visit.Block - 1],
                row => factors[row],
                states.shape[1] == 1 ? null : firstPositions
            );

        public IIntervention OnTree(TreeLayout layout)
        {
            var byToken = new SortedDictionary<long, double>();
            foreach (var (query, text) in layout.Texts.Index())
                for (int behind = -1; behind < text.Behind.Count; behind++)
                    byToken[layout.Computed(query, behind)] = factors[query];
            return new QueriesOnTree(steering, [.. byToken.Keys], [.. byToken.Values]);
        }
    }

    /// <summary>The same where the queries are a tree: its steered tokens are known by their places.</summary>
    sealed class QueriesOnTree(ScansSteering steering, long[] places, double[] factors) : IIntervention
    {
        public bool StandsAt(StreamSite site, int block) => steering.Steers(site, block);

        public Tensor Apply(Tensor states, StreamVisit visit)
        {
            var at = tensor(places, device: states.device);
            var added = tensor(factors, [1, factors.Length, 1], states.dtype, states.device);
            return states.index_add(1, at, added * steering.vectors[visit.Block - 1].to(states), One);
        }
    }

    private protected override void Fold() => throw new InvalidOperationException(MergeObstacle);

    /// <inheritdoc/>
    public override void Save(string directory, string? baseModel = null) =>
        AttachmentDirectory.Write(
            directory,
            Form,
            new JsonObject
            {
                [SuffixKey] = new JsonArray([.. suffix.Select(t => JsonValue.Create(t))]),
                [StrengthKey] = strength,
                [FindingsKey] = JsonSerializer.SerializeToNode(anchors, FindingsJson.Default.AttachmentFindings),
            },
            [(VectorsName, vectors), (ReferencesName, references)]
        );

    static ScansSteering Opened(ConfigFields fields, StoredDirections stored) =>
        new(
            stored.ByBlocks(VectorsName),
            stored.ByBlocks(ReferencesName),
            fields.OptionalIntegers(SuffixKey) is { Count: > 0 } suffix ? suffix : throw fields.Missing(SuffixKey),
            fields.Finite(StrengthKey),
            fields.Read(FindingsKey, FindingsJson.Default.AttachmentFindings) as AnchorScores ?? throw fields.Missing(FindingsKey)
        );

    private protected override StandingIntervention Copied() => new ScansSteering(vectors, references, suffix, strength, anchors);

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        vectors.Dispose();
        references.Dispose();
    }
}
