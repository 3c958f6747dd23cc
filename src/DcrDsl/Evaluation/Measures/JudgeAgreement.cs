using DcrDsl.Data;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Statistics;

namespace DcrDsl.Evaluation.Measures;

/// <summary>
/// How far the judges of the same completions agree on what is a refusal. Intervals are over prompts: these are drawn again with
/// replacement, each with the completions of all its seeds (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993), and every
/// number computed anew; the draws have a seed of their own. Where a judge could not decide, it has no say: the completion is left out
/// of its pairs, and is a missing rating of α.
/// </summary>
/// <param name="Completions">How many completions.</param>
/// <param name="Prompts">How many prompts they answer.</param>
/// <param name="Pairs">Every pair of judges, in their order.</param>
/// <param name="Alpha">
/// Krippendorff's α over all judges: their agreement beyond chance, 1 if they are one; NaN where all say the same of everything.
/// </param>
/// <param name="AlphaInterval95">Its 95 % interval; NaN to NaN: none.</param>
public sealed record JudgeAgreement(
    int Completions,
    int Prompts,
    IReadOnlyList<PairAgreement> Pairs,
    double Alpha,
    Interval AlphaInterval95
)
{
    const int Resamples = 1_000;

    const char Refuses = '1',
        Other = '0',
        NoSay = '-';

    /// <summary>The agreement of the judges that all cells have; null: these are fewer than two, or there are no completions.</summary>
    /// <param name="cells">Scores of the same prompts, one for each seed.</param>
    internal static JudgeAgreement? Of(IReadOnlyList<Scores> cells)
    {
        string[] judges =
        [
            .. cells
                .Take(1)
                .SelectMany(c => c.Judges.Where(j => j.GivesVerdicts))
                .Select(j => j.Name)
                .Where(name => cells.All(c => c.Judges.Any(j => j.Name == name))),
        ];
        var prompts = ByPrompt(cells, judges);
        return judges.Length < 2 || prompts.Count == 0 ? null : Of(judges, prompts, new RandomStream(0, "report.judges"));
    }

    /// <param name="judges">Their names.</param>
    /// <param name="prompts">[prompts][completions][judges] whether it is a refusal; null: the judge could not decide.</param>
    /// <param name="random">Draws the prompts.</param>
    internal static JudgeAgreement Of(
        IReadOnlyList<string> judges,
        IReadOnlyList<IReadOnlyList<IReadOnlyList<bool?>>> prompts,
        RandomStream random
    )
    {
        // Completions of which the judges say the same are one pattern that is there several times.
        var patterns = new Dictionary<string, int>();
        int[][] ofPrompt = [.. prompts.Select(p => p.Select(Pattern).ToArray())];
        int[] rows = [.. Enumerable.Range(0, prompts.Count)];
        int[][] labels = [.. judges.Select((_, j) => patterns.Keys.Select(p => p[j] == Refuses ? 1 : 0).ToArray())];
        double[][] ratings =
        [
            .. judges.Select((_, j) => patterns.Keys.Select((p, pattern) => p[j] == NoSay ? double.NaN : labels[j][pattern]).ToArray()),
        ];
        (int First, int Second)[] pairs =
        [
            .. from second in Enumerable.Range(0, judges.Count)
            from first in Enumerable.Range(0, second)
            orderby first, second
            select (first, second),
        ];
        bool[][] together = [.. pairs.Select(p => patterns.Keys.Select(k => k[p.First] != NoSay && k[p.Second] != NoSay).ToArray())];
        // [prompts][patterns] how many of its completions have it.
        int[][] counted = [.. ofPrompt.Select(Counted)];
        var seen = Numbers([.. rows.Select(_ => 1)]);
        // Drawn in order, so that the numbers are the same with any number of threads; computed side by side.
        int[][] draws = [.. Enumerable.Range(0, Resamples).Select(_ => Draw())];
        double[][] drawn = new double[Resamples][];
        Parallel.For(0, Resamples, r => drawn[r] = Numbers(draws[r]));
        return new(
            ofPrompt.Sum(p => p.Length),
            prompts.Count,
            [
                .. pairs.Select(
                    (pair, i) =>
                        new PairAgreement(
                            judges[pair.First],
                            judges[pair.Second],
                            seen[2 * i],
                            Agreement(i),
                            seen[2 * i + 1],
                            Over(2 * i + 1)
                        )
                        {
                            Completions = ofPrompt.Sum(own => own.Count(pattern => together[i][pattern])),
                        }
                ),
            ],
            seen[^1],
            Over(seen.Length - 1)
        );

        int Pattern(IReadOnlyList<bool?> verdicts)
        {
            string pattern = string.Concat(
                verdicts.Select(v =>
                    v is not { } refuses ? NoSay
                    : refuses ? Refuses
                    : Other
                )
            );
            if (!patterns.TryGetValue(pattern, out int place))
                patterns[pattern] = place = patterns.Count;
            return place;
        }

        int[] Counted(int[] own)
        {
            int[] times = new int[patterns.Count];
            foreach (int pattern in own)
                times[pattern]++;
            return times;
        }

        // How often each prompt is drawn.
        int[] Draw()
        {
            int[] often = new int[rows.Length];
            for (int i = 0; i < rows.Length; i++)
                often[random.Next(rows.Length)]++;
            return often;
        }

        double[] Numbers(int[] often)
        {
            int[] times = new int[patterns.Count];
            for (int prompt = 0; prompt < often.Length; prompt++)
            for (int pattern = 0; pattern < times.Length; pattern++)
                times[pattern] += often[prompt] * counted[prompt][pattern];
            return
            [
                .. pairs.SelectMany(
                    (p, i) =>
                    {
                        int[] both = [.. times.Select((n, pattern) => together[i][pattern] ? n : 0)];
                        return new[]
                        {
                            ConfusionMatrix.Of(labels[p.First], labels[p.Second], both).ObservedAgreement,
                            CohenKappa.Of(labels[p.First], labels[p.Second], times: both),
                        };
                    }
                ),
                KrippendorffAlpha.Of(ratings, MeasurementLevel.Nominal, times),
            ];
        }

        Interval Over(int number) => PercentileInterval.Of([.. drawn.Select(d => d[number])]);

        // A share that no choice of prompts changes still is one of so many prompts.
        Interval Agreement(int pair) =>
            Over(2 * pair) is { Low: not double.NaN } interval ? interval
            : double.IsNaN(seen[2 * pair]) ? Interval.Undefined
            : Proportion.WilsonOfMean(seen[2 * pair], ofPrompt.Count(own => own.Any(pattern => together[pair][pattern])));
    }

    static List<IReadOnlyList<IReadOnlyList<bool?>>> ByPrompt(IReadOnlyList<Scores> cells, string[] judges) =>
        [
            .. cells
                .SelectMany(cell =>
                {
                    int[] places = [.. judges.Select(name => cell.Judges.Index().First(j => j.Item.Name == name).Index)];
                    return cell.PromptTasks.SelectMany(t =>
                        t.Items.Select(
                            (item, i) =>
                                (Prompt: (t.Name, i), Verdicts: (IReadOnlyList<bool?>)[.. places.Select(p => Said(item.Verdicts[p]))])
                        )
                    );
                })
                .GroupBy(c => c.Prompt, c => c.Verdicts)
                .Select(g => (IReadOnlyList<IReadOnlyList<bool?>>)[.. g]),
        ];

    static bool? Said(Verdict verdict) => verdict.IsDecided ? verdict.IsRefusal : null;
}

/// <summary>How far two judges agree.</summary>
/// <param name="First">The one.</param>
/// <param name="Second">The other.</param>
/// <param name="Agreement">The share of completions that both call a refusal or both do not.</param>
/// <param name="AgreementInterval95">Its 95 % interval.</param>
/// <param name="Kappa">Cohen's κ, the agreement beyond chance; NaN where both say the same of everything.</param>
/// <param name="KappaInterval95">Its 95 % interval; NaN to NaN: none.</param>
public sealed record PairAgreement(
    string First,
    string Second,
    double Agreement,
    Interval AgreementInterval95,
    double Kappa,
    Interval KappaInterval95
)
{
    /// <summary>How many completions both could decide on.</summary>
    public int Completions { get; init; }
}
