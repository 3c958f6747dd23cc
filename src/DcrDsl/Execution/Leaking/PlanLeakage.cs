using DcrDsl.Data;
using DcrDsl.Data.Overlaps;
using DcrDsl.Definition;
using DcrDsl.Evaluation.Leaking;
using DcrDsl.Planning;
using DcrDsl.Results;
using DcrDsl.Specs;

namespace DcrDsl.Execution.Leaking;

/// <summary>
/// Compares by content everything that the stages of a plan train on or are watched on with everything that its tasks measure on, as the
/// evaluations' <see cref="EvaluationGrid.Leakage"/> has it.
/// </summary>
static class PlanLeakage
{
    /// <param name="plan">The plan.</param>
    /// <param name="paths">Where the experiment's paths lie.</param>
    /// <param name="own">Prompts of sources of the user's own, as far as they are known.</param>
    /// <param name="near">
    /// Finds nearest neighbours by the base model of some cells, where they are declared; null: no model is at hand.
    /// </param>
    /// <param name="cancellation">Ends the search.</param>
    /// <returns>What was found; null: no evaluation wants it.</returns>
    public static FoundLeakage? Of(
        Plan plan,
        RunPaths paths,
        IReadOnlyCollection<OwnPrompts> own,
        NeighbourSearch? near = null,
        CancellationToken cancellation = default
    )
    {
        var groups = plan.Cells.GroupBy(c => ((EvaluationGrid)c.Evaluation.Spec).Leakage).Where(g => g.Key.Overlaps != OverlapUse.Ignore);
        var texts = new PlanTexts(paths, own);
        var pairs = new OrderedDictionary<(string Task, string Source, int? Seed), ComparedTexts>();
        var overlaps = new OrderedDictionary<(string Task, int Item, int? Seed, string Source), Overlap>();
        var neighbours = new OrderedDictionary<(string Task, int Item, int? Seed), Neighbour>();
        var rules = new List<LeakageRule>();
        foreach (var group in groups)
        {
            var rule = group.Key;
            rules.Add(
                new LeakageRule(rule.Words, rule.CommonIn, rule.Overlaps == OverlapUse.Refuse)
                {
                    Similarity = near is null ? null : rule.Neighbours?.Similarity,
                }
            );
            bool looksNear = near is not null && rule.Neighbours is not null;
            var evaluated = texts.Evaluated(group, looksNear);
            var trained = texts.Trained(group, looksNear);
            int?[] seeds =
            [
                .. evaluated.Select(e => e.Seed).Concat(trained.Select(t => t.Seed)).Where(s => s is not null).Distinct().Order(),
            ];
            foreach (int? seed in seeds.Length == 0 ? [null] : seeds)
            {
                var comparison = new Comparison(
                    [.. evaluated.Where(e => e.Seed is null || e.Seed == seed)],
                    [.. trained.Where(t => t.Seed is null || t.Seed == seed)]
                );
                foreach (var (key, pair) in comparison.Pairs)
                    pairs.TryAdd(key, pair);
                foreach (var overlap in comparison.Overlaps(rule, cancellation))
                    overlaps.TryAdd((overlap.Task, overlap.Item, overlap.Seed, overlap.Source), overlap);
                if (rule.Neighbours is not { } declared || near is null)
                    continue;
                foreach (var neighbour in comparison.Neighbours(vectors => near.Nearest(group.First(), declared, vectors, cancellation)))
                {
                    neighbours.TryAdd((neighbour.Task, neighbour.Item, neighbour.Seed), neighbour);
                    if (neighbour.Similarity >= declared.Similarity)
                        overlaps.TryAdd((neighbour.Task, neighbour.Item, neighbour.Seed, neighbour.Source), comparison.Near(neighbour));
                }
            }
        }
        if (rules.Count == 0)
            return null;
        return new FoundLeakage(
            new LeakageRecord(OverlapFile.Format, [.. rules.Distinct()], [.. Together(pairs.Values)], texts.NotRead),
            [
                .. overlaps
                    .Values.OrderBy(o => o.Task, StringComparer.Ordinal)
                    .ThenBy(o => o.Seed)
                    .ThenBy(o => o.Item)
                    .ThenBy(o => o.Source, StringComparer.Ordinal),
            ],
            [.. neighbours.Values]
        );
    }

    /// <summary>What was compared, over the seeds at which it differs.</summary>
    static IEnumerable<ComparedTexts> Together(IEnumerable<ComparedTexts> pairs) =>
        pairs
            .GroupBy(p => (p.Task, p.Source))
            .Select(g => g.First() with { Evaluated = g.Sum(p => p.Evaluated), Trained = g.Sum(p => p.Trained) });

    /// <summary>What is measured on and what is trained on at one seed.</summary>
    sealed class Comparison
    {
        readonly IReadOnlyList<TrainedTexts> trained;
        readonly (EvaluatedTexts Of, int Item)[] prompts;
        readonly (TrainedTexts Of, int Source, int Item)[] texts;

        public Comparison(IReadOnlyList<EvaluatedTexts> evaluated, IReadOnlyList<TrainedTexts> trained)
        {
            this.trained = trained;
            prompts = [.. evaluated.SelectMany(e => e.Items.Select((_, i) => (e, i)))];
            texts = [.. trained.Index().SelectMany(t => t.Item.Items.Select((_, i) => (t.Item, t.Index, i)))];
            Pairs =
            [
                .. from e in evaluated
                from t in trained
                select (
                    (e.Task.Name, t.Source, e.Seed ?? t.Seed),
                    new ComparedTexts(e.Task.Name, t.Source, e.Items.Count, t.Items.Count)
                    {
                        Watched = t.Watched,
                        InDistribution = e.Task.InDistribution,
                    }
                ),
            ];
        }

        public IReadOnlyList<((string Task, string Source, int? Seed) Key, ComparedTexts Pair)> Pairs { get; }

        public IEnumerable<Overlap> Overlaps(Leakage rule, CancellationToken cancellation)
        {
            var found = OverlapFinder.Find(
                [.. prompts.Select(p => p.Of.Items[p.Item].Text)],
                [.. texts.Select(t => new TrainedText(t.Source, t.Of.Items[t.Item].Prompt.Text, t.Of.Items[t.Item].Answers))],
                rule.Words,
                rule.CommonIn,
                prompt => !prompts[prompt].Of.FromTemplates,
                cancellation.ThrowIfCancellationRequested
            );
            foreach (var overlap in found)
            {
                string[]? words =
                    overlap.Kind == OverlapKind.Words
                        ? [.. PromptWords.Of(Text(overlap.Evaluated)).Skip(overlap.FirstWord).Take(overlap.Shared)]
                        : null;
                yield return Of(overlap.Kind, overlap.Evaluated, overlap.Trained) with
                {
                    Others = overlap.Others,
                    Words = words is null ? null : string.Join(' ', words),
                    InAnswer = overlap.InAnswer,
                };
            }
        }

        /// <summary>Each prompt with the nearest of the texts.</summary>
        /// <param name="nearest">For prompts and texts, each prompt's nearest text with the similarity.</param>
        public IEnumerable<Neighbour> Neighbours(
            Func<(IReadOnlyList<string> Prompts, IReadOnlyList<string> Texts), IReadOnlyList<(int Text, double Similarity)>> nearest
        )
        {
            if (prompts.Length == 0 || texts.Length == 0)
                yield break;
            var found = nearest(
                ([.. prompts.Select(p => p.Of.Items[p.Item].Text)], [.. texts.Select(t => t.Of.Items[t.Item].Prompt.Text)])
            );
            foreach (var (prompt, (text, similarity)) in found.Index())
            {
                var overlap = Of(OverlapKind.Near, prompt, text);
                yield return new Neighbour(
                    overlap.Task,
                    overlap.Item,
                    overlap.Seed,
                    overlap.Evaluated,
                    overlap.Source,
                    overlap.Trained,
                    similarity
                );
            }
        }

        /// <summary>A neighbour that is near enough, as an overlap.</summary>
        public Overlap Near(Neighbour neighbour) =>
            new(OverlapKind.Near, neighbour.Task, neighbour.Item, neighbour.Seed, neighbour.Evaluated, neighbour.Source, neighbour.Trained)
            {
                Similarity = neighbour.Similarity,
                Watched = trained.Any(t => t.Source == neighbour.Source && t.Watched),
                InDistribution = prompts.Any(p => p.Of.Task.Name == neighbour.Task && p.Of.Task.InDistribution),
            };

        string Text(int prompt) => prompts[prompt].Of.Items[prompts[prompt].Item].Text;

        Overlap Of(OverlapKind kind, int prompt, int text)
        {
            var (evaluated, item) = prompts[prompt];
            var (source, _, row) = texts[text];
            return new Overlap(
                kind,
                evaluated.Task.Name,
                item,
                evaluated.Seed ?? source.Seed,
                evaluated.Items[item],
                source.Source,
                source.Items[row].Prompt
            )
            {
                Watched = source.Watched,
                InDistribution = evaluated.Task.InDistribution,
            };
        }
    }
}
