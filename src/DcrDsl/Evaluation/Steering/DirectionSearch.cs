using System.Globalization;
using DcrDsl.Evaluation.Likelihoods;
using DcrDsl.Models;
using DcrDsl.Models.Interventions;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation.Steering;

/// <summary>
/// Tries directions on validation prompts and chooses among them (Arditi et al., 2024). What a direction does to the rest is measured
/// first: one that changes the first response token of general prompts by more than the threshold is dropped as soon as that is certain.
/// One that seems to stay is asked for its refusal score before the rest of it, and dropped where others score better.
/// </summary>
public sealed class DirectionSearch
{
    // Few enough for a hopeless direction to be dropped early, enough to keep the matrices busy.
    const int GeneralAtOnce = 4;
    const double Epsilon = 1e-6;

    readonly string name;
    readonly RefusalScore refusal;
    readonly SteeringPrompts general;
    readonly IReadOnlyList<int> blocks;

    /// <param name="name">The stage, for messages.</param>
    /// <param name="refusal">The score to be lowered, or raised.</param>
    /// <param name="general">Prompts whose answers are to stay as they are.</param>
    /// <param name="blocks">The blocks at whose inputs directions are tried.</param>
    public DirectionSearch(string name, RefusalScore refusal, SteeringPrompts general, BlockRange blocks)
        : this(name, refusal, general, [.. Enumerable.Range(blocks.First, blocks.Last - blocks.First + 1)]) { }

    internal DirectionSearch(string name, RefusalScore refusal, SteeringPrompts general, IReadOnlyList<int> blocks) =>
        (this.name, this.refusal, this.general, this.blocks) = (name, refusal, general, blocks);

    /// <summary>
    /// Ablates each direction in turn: of those that change general prompts by at most the threshold, the ones with which over-refused
    /// prompts are refused least.
    /// </summary>
    /// <param name="directions">The directions.</param>
    /// <param name="overRefused">Prompts that are refused and should not be.</param>
    /// <param name="klThreshold">The most that KL(before ‖ after) may be on general prompts, in nats.</param>
    /// <param name="best">How many are chosen.</param>
    /// <exception cref="InputException">No direction, or fewer than are to be chosen, meet the threshold.</exception>
    public TriedDirections ByAblation(Directions directions, SteeringPrompts overRefused, double klThreshold, int best = 1)
    {
        using var frozen = no_grad();
        double scoreBefore = refusal.Of(overRefused.Validation).Average();
        var tried = Try(
            directions,
            (direction, _) => new DirectionAblation(direction),
            klThreshold,
            overRefused.Validation,
            best + DirectionTable.RunnersUp
        );
        return new(directions, Chosen(tried, klThreshold, best, lowest: true), scoreBefore);
    }

    /// <summary>
    /// Adds each direction, whole, at its own block in turn: of those that change general prompts by at most the threshold, the one with
    /// which they are refused most.
    /// </summary>
    /// <param name="directions">The directions.</param>
    /// <param name="klThreshold">The most that KL(before ‖ after) may be on general prompts, in nats.</param>
    /// <exception cref="InputException">No direction meets the threshold.</exception>
    public TriedDirections ByAddition(Directions directions, double klThreshold)
    {
        using var frozen = no_grad();
        var tried = Try(
            directions,
            (direction, block) =>
                new DirectionAddition(StreamSite.BlockInput, new Dictionary<int, Tensor> { [block] = direction }, strength: 1),
            klThreshold,
            scored: null
        );
        return new(directions, Chosen(tried, klThreshold, best: 1, lowest: false), ScoreBefore: null);
    }

    /// <summary>Every direction with what it does.</summary>
    /// <param name="directions">The directions.</param>
    /// <param name="change">What is made of one and its block.</param>
    /// <param name="limit">KL above which one is dropped; infinite: none is.</param>
    /// <param name="scored">The prompts whose refusal score is asked for; null: the general ones.</param>
    /// <param name="enough">How many with a lower score drop one before its KL is measured to the end; null: none do.</param>
    internal List<DirectionCandidate> Try(
        Directions directions,
        Func<Tensor, int, StandingIntervention> change,
        double limit,
        IReadOnlyList<int[]>? scored,
        int? enough = null
    )
    {
        using var scope = NewDisposeScope();
        using var products = new LaidOutProducts(refusal.Decoder);
        using var epsilon = Epsilon.ToScalar();
        var read = refusal.Laid(general.Validation, GeneralAtOnce);
        var others = scored is null ? null : refusal.Laid(scored);
        (Tensor Probabilities, double Logarithm)[] before = Before();
        List<DirectionCandidate> tried = [];
        for (int place = 0; place < directions.Positions; place++)
            foreach (int block in blocks)
                tried.Add(One(place, block, limit));
        if (!tried.Exists(c => c.Fate == CandidateFate.Kept))
            FindLowest();
        return tried;

        DirectionCandidate One(int place, int block, double most)
        {
            using var own = NewDisposeScope();
            var untried = new DirectionCandidate(
                place - directions.Positions,
                block,
                directions.Length(place, block),
                CandidateFate.NoDirection
            );
            if (directions.IsNothing(place, block))
                return untried;
            using var changing = change(directions.At(place, block, refusal.Decoder.Device), block);
            using var standing = refusal.Decoder.Intervene(changing);
            using var reader = new TreeReader(refusal.Decoder);
            var (kl, score) = Measured(reader, most);
            return !double.IsFinite(kl) ? untried with { Fate = CandidateFate.NotFinite }
                : kl > limit ? untried with { Kl = kl, Fate = CandidateFate.KlAboveThreshold }
                : !double.IsFinite(score) ? untried with { Fate = CandidateFate.NotFinite }
                : untried with { Kl = kl, Score = score, Fate = IsBehind(score) ? CandidateFate.Outscored : CandidateFate.Kept };
        }

        bool IsBehind(double score) => tried.Count(c => c.Fate == CandidateFate.Kept && c.Score < score) >= enough;

        (Tensor, double)[] Before()
        {
            using var reader = new TreeReader(refusal.Decoder);
            return
            [
                .. read.Distributions(reader)
                    .Select(d => (d.Probabilities.clone().MoveToOuterDisposeScope(), ExpectedLogarithm(d.Probabilities, d.Probabilities))),
            ];
        }

        // Σ p·log(q + ε).
        double ExpectedLogarithm(Tensor p, Tensor q) => p.flatten().dot(q.Plus(epsilon).log_().flatten()).item<double>();

        // KL(before ‖ now) is nowhere negative, so what has come together can only grow.
        (double Kl, double Score) Measured(TreeReader reader, double most)
        {
            double sum = 0;
            double? score = null;
            var own = new List<double>();
            foreach (var (number, (_, now)) in read.Distributions(reader).Index())
            {
                own.AddRange(refusal.Of(now));
                sum += before[number].Logarithm - ExpectedLogarithm(before[number].Probabilities, now);
                if (!(sum <= most * read.Count))
                    break;
                if (others is not null && score is null && sum <= limit * own.Count)
                {
                    score = refusal.Of(others, reader).Average();
                    if (IsBehind(score.Value))
                        break;
                }
            }
            return (sum / read.Count, score ?? own.Average());
        }

        // Where none is kept, the sentence names the lowest KL: those with the lowest are read to their end.
        void FindLowest()
        {
            var whole = new HashSet<int>();
            while (true)
            {
                var (index, lowest) = tried
                    .Index()
                    .Where(c => c.Item.Fate == CandidateFate.KlAboveThreshold)
                    .OrderBy(c => c.Item.Kl)
                    .FirstOrDefault((-1, null!));
                if (index < 0 || !whole.Add(index))
                    return;
                tried[index] = One(lowest.Position + directions.Positions, lowest.Block, double.PositiveInfinity);
            }
        }
    }

    DirectionTable Chosen(List<DirectionCandidate> tried, double klThreshold, int best, bool lowest)
    {
        DirectionCandidate[] kept = [.. tried.Where(c => c.Fate == CandidateFate.Kept).OrderBy(c => lowest ? c.Score : -c.Score)];
        if (kept.Length >= best)
        {
            var ranks = kept.Take(best).Index().ToDictionary(c => (c.Item.Position, c.Item.Block), c => c.Index + 1);
            return new(
                klThreshold,
                [.. tried.Select(c => ranks.TryGetValue((c.Position, c.Block), out int rank) ? c with { Rank = rank } : c)]
            );
        }
        if (kept.Length > 0)
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}: {best} directions are to be chosen, and {kept.Length} of {tried.Count} change general prompts by at most "
                        + $"KlThreshold = {klThreshold}; choose fewer, or raise it."
                )
            );
        throw new InputException(
            tried.Where(c => c.Kl is not null).Select(c => c.Kl).Min() is { } kl
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}: none of {tried.Count} directions changes general prompts by at most KlThreshold = {klThreshold}; the lowest "
                        + $"KL found is {kl:g3}: raise the threshold, or look in other blocks."
                )
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}: in blocks {blocks[0]} to {blocks[^1]} the classes do not differ, so there is no direction (at the first "
                        + $"block's input the template's tokens are the same for all prompts): look in later blocks, or give other prompts."
                )
        );
    }
}

/// <summary>Directions with what was found of each, and which were chosen.</summary>
/// <param name="Directions">The directions.</param>
/// <param name="Table">What was found.</param>
/// <param name="ScoreBefore">The mean refusal score of the prompts whose score is to be lowered, before; null: there are none.</param>
public sealed record TriedDirections(Directions Directions, DirectionTable Table, double? ScoreBefore)
{
    /// <summary>The chosen directions, ablated, as something that a model can be given.</summary>
    /// <param name="share">c: the share that is taken out.</param>
    /// <param name="classes">The prompts that were learnt from.</param>
    public SurgicalSteering Ablation(double share, params SteeringPrompts[] classes) => Made(share, classes, null);

    /// <summary>The same, and another direction added.</summary>
    /// <param name="share">c: the share that is taken out.</param>
    /// <param name="added">The directions one of which is added.</param>
    /// <param name="strength">a.</param>
    /// <param name="classes">The prompts that were learnt from.</param>
    public SurgicalSteering Ablation(double share, TriedDirections added, double strength, params SteeringPrompts[] classes) =>
        Made(share, classes, (added, strength));

    SurgicalSteering Made(double share, SteeringPrompts[] classes, (TriedDirections Tried, double Strength)? added)
    {
        var selection = new DirectionSelection([.. classes.Select(c => c.Kept)], ScoreBefore!.Value, Table, added?.Tried.Table);
        var addition = added is var (tried, strength) ? (tried.At(tried.Table.Chosen[0]), tried.Table.Chosen[0].Block, strength) : default;
        return new(stack([.. Table.Chosen.Select(At)]), Directions.Values, selection, share, added is null ? null : addition);
    }

    Tensor At(DirectionCandidate candidate) => Directions.At(candidate.Position + Directions.Positions, candidate.Block, CPU);
}
